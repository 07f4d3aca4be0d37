package identity

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// managedText holds the AWS managed policies that a Fargate application uses, by their path and name.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed managed.json
var managedText []byte

// Managed returns the document of an AWS managed policy, by its ARN. own is false for a policy of an account. The error
// names an AWS managed policy whose document is not in managed.json.
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
		return "", true, fmt.Errorf("the managed policy %q is not known: add it to "+
			"internal/awsmodel/identity/managed.json, which has %s", name,
			strings.Join(slices.Sorted(maps.Keys(policies)), ", "))
	}
	return string(text), true, nil
}

// Passes answers whether the policy of a VPC endpoint lets through a request of a role, or of any caller ("*").
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func Passes(endpoint *graph.Resource, account, principal, action, resource string) awsmodel.Answer {
	what := fmt.Sprintf("%s lets %s on %s through", endpoint.ID, action, resource)
	policy := endpoint.Text("policy")
	if policy == "" {
		return awsmodel.Answer{}.Prove(what, "it has no policy")
	}
	document, err := iampolicy.Parse(policy)
	if err != nil {
		return awsmodel.Answer{}.Doubt(what, err.Error())
	}
	request := iampolicy.Request{
		Principal: principal, Action: action, Resource: resource, Partial: true,
		Context: map[string]string{"aws:SecureTransport": "true"},
	}
	if principal != "*" {
		request.Context["aws:PrincipalAccount"], request.Context["aws:PrincipalArn"] = account, principal
		include(document, account, principal)
	}
	return evaluate(what, request, []Policy{{ID: endpoint.ID}}, []iampolicy.Document{document})
}

// include adds a role wherever the principals name its whole account, because the policy of an endpoint does not
// delegate to the policies of the account.
func include(document iampolicy.Document, account, role string) {
	for _, statement := range document.Statements {
		named := slices.ContainsFunc(statement.Principals["AWS"], func(who string) bool {
			return who == account || strings.HasSuffix(who, "::"+account+":root")
		})
		if named {
			statement.Principals["AWS"] = append(statement.Principals["AWS"], role)
		}
	}
}

// Admits answers whether a KMS key's policy lets a role use the key: it names the role, or it delegates to the IAM
// policies of the account.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
func Admits(
	key *graph.Resource, partition, account, role, action string, context map[string]string,
) awsmodel.Answer {
	what := fmt.Sprintf("policy of key %s lets %s %s", key.ID, role, action)
	policy := Policy{ID: key.ID, Document: key.Text("policy")}
	if policy.Document == "" {
		return awsmodel.Answer{}.Doubt(what, "its policy is not known")
	}
	request := iampolicy.Request{
		Principal: role, Action: action, Resource: key.Text("arn"), Context: context, Partial: true, Absent: sessionLacks,
	}
	answer := decide(what, request, policy)
	if len(answer.Hops) > 0 && answer.Hops[len(answer.Hops)-1].By != implicit {
		return answer
	}
	request.Principal = fmt.Sprintf("arn:%s:iam::%s:root", partition, account)
	return decide(what, request, policy)
}

// AdmitsService answers whether a KMS key's policy lets an AWS service use the key. Only the policy itself decides.
func AdmitsService(key *graph.Resource, service, action string, context map[string]string) awsmodel.Answer {
	what := fmt.Sprintf("policy of key %s lets %s %s", key.ID, service, action)
	document := key.Text("policy")
	if document == "" {
		return awsmodel.Answer{}.Doubt(what, "its policy is not known")
	}
	return decide(what, iampolicy.Request{
		Services: []string{service}, Action: action, Resource: key.Text("arn"), Context: context, Partial: true,
	}, Policy{ID: key.ID, Document: document})
}
