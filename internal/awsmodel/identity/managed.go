package identity

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// managedText holds AWS's own policies that a Fargate application uses, by their path and name.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed managed.json
var managedText []byte

// Managed is the document of a policy of AWS's own, by its ARN; own is false for an account's policy. The error names a
// policy whose document is not here.
func Managed(arn string) (document string, own bool, err error) {
	_, name, ok := strings.Cut(arn, ":iam::aws:policy/")
	if !ok {
		return "", false, nil
	}
	var policies map[string]json.RawMessage
	if err := json.Unmarshal(managedText, &policies); err != nil {
		return "", true, fmt.Errorf("read the managed policies: %w", err)
	}
	text, known := policies[name]
	if !known {
		return "", true, fmt.Errorf("the managed policy %q is not known (known are %s); "+
			"add it to internal/awsmodel/identity/managed.json", name, strings.Join(slices.Sorted(maps.Keys(policies)), ", "))
	}
	return string(text), true, nil
}
