// Package iam is what IAM does beyond the facts: it reads policies.
package iam

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Behaviours of roles and their policies.
var Behaviours = map[string]provider.Behaviour{
	"aws:iam/role:Role":             {Check: checkTrust},
	"aws:iam/rolePolicy:RolePolicy": {Check: checkPolicy},
}

type document struct {
	Version   string
	Statement []struct {
		Sid               string
		Effect            string
		Principal         any
		Action, NotAction any
		Resource          any
	}
}

func parse(in provider.Props, property string) (*document, []provider.Failure) {
	text, ok := in[property].(string)
	if !ok {
		return nil, nil
	}
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return nil, malformed(property, "Syntax errors in policy.")
	}
	return &doc, nil
}

// checkTrust holds AWS's rules for a trust policy.
func checkTrust(in provider.Props) []provider.Failure {
	doc, failures := parse(in, "assumeRolePolicy")
	if doc == nil {
		return failures
	}
	for _, statement := range doc.Statement {
		if statement.Resource != nil {
			return malformed("assumeRolePolicy", "Has prohibited field Resource")
		}
		if statement.Principal == nil {
			return malformed("assumeRolePolicy", "Missing required field Principal")
		}
	}
	return common("assumeRolePolicy", doc)
}

// checkPolicy holds AWS's rules for an inline policy.
func checkPolicy(in provider.Props) []provider.Failure {
	if role, _ := in["role"].(string); strings.HasPrefix(role, "arn:") {
		return []provider.Failure{{Property: "role", Reason: fmt.Sprintf("must be the role's name, not its ARN: %q", role)}}
	}
	doc, failures := parse(in, "policy")
	if doc == nil {
		return failures
	}
	for _, statement := range doc.Statement {
		if statement.Resource == nil {
			return malformed("policy", "Policy statement must contain resources.")
		}
		for _, resource := range texts(statement.Resource) {
			if resource != "*" && !strings.HasPrefix(resource, "arn:") {
				return malformed("policy", "Resource %s must be in ARN format or \"*\".", resource)
			}
		}
	}
	return common("policy", doc)
}

func common(property string, doc *document) []provider.Failure {
	if doc.Version != "2012-10-17" {
		return malformed(property, "Policy document must be version 2012-10-17 or greater.")
	}
	if len(doc.Statement) == 0 {
		return malformed(property, "Syntax errors in policy.")
	}
	sids := map[string]bool{}
	for _, statement := range doc.Statement {
		if statement.Sid != "" && sids[statement.Sid] {
			return malformed(property, "Statement IDs (SID) in a single policy must be unique.")
		}
		sids[statement.Sid] = true
		if statement.Effect != "Allow" && statement.Effect != "Deny" {
			return malformed(property, "Syntax errors in policy.")
		}
		if statement.Action == nil && statement.NotAction == nil {
			return malformed(property, "Policy statement must contain actions.")
		}
		for _, action := range texts(statement.Action) {
			if action != "*" && !strings.Contains(action, ":") {
				return malformed(property, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
			}
		}
	}
	return nil
}

func malformed(property, format string, args ...any) []provider.Failure {
	return []provider.Failure{{Property: property, Reason: "MalformedPolicyDocument: " + fmt.Sprintf(format, args...)}}
}

// texts reads what JSON policies write as a string or a list of strings.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i := range v {
			out[i] = fmt.Sprint(v[i])
		}
		return out
	default:
		return nil
	}
}
