// Package identity decides what an IAM role may do, by its policies in a graph.
package identity

import (
	"errors"
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Role finds a role by its ARN, or answers nil.
func Role(g *graph.Graph, arn string) *graph.Resource {
	return g.Find(graph.Role, "", func(r *graph.Resource) bool { return r.Text("arn") == arn })
}

// Trusts answers whether a role lets a service assume it.
func Trusts(role *graph.Resource, service string, context map[string]string) awsmodel.Answer {
	request := iampolicy.Request{Services: []string{service}, Action: "sts:AssumeRole", Context: context}
	return decide(fmt.Sprintf("%s trusts %s", role.ID, service), request, role.Text("assumeRolePolicy"))
}

// Allows answers whether a role's policies, its own and the attached ones, allow an action.
func Allows(
	g *graph.Graph, role *graph.Resource, action, resource string, context map[string]string,
) awsmodel.Answer {
	what := fmt.Sprintf("%s may %s on %s", role.ID, action, resource)
	documents, err := policies(g, role)
	if err != nil {
		return awsmodel.Answer{}.Doubt(what, err.Error())
	}
	return decide(what, iampolicy.Request{Action: action, Resource: resource, Context: context}, documents...)
}

// AllowsAt is Allows for a resource with a policy of its own: either may allow, and either may deny. Without a role it
// answers for one who gives no name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html
func AllowsAt(
	g *graph.Graph, role *graph.Resource, policy, action, resource string, context map[string]string,
) awsmodel.Answer {
	request := iampolicy.Request{Principal: "*", Action: action, Resource: resource, Context: context}
	documents, who := []string{policy}, "anyone"
	if role != nil {
		own, err := policies(g, role)
		if err != nil {
			return awsmodel.Answer{}.Doubt(role.ID+" may "+action, err.Error())
		}
		documents, who, request.Principal = append(documents, own...), role.ID, role.Text("arn")
	}
	return decide(fmt.Sprintf("%s may %s on %s", who, action, resource), request, documents...)
}

// policies are the documents that say what a role may do.
func policies(g *graph.Graph, role *graph.Resource) ([]string, error) {
	var documents []string
	for _, inline := range role.Objects("inlinePolicies") {
		documents = append(documents, inline.Text("policy"))
	}
	for _, p := range g.List(graph.RolePolicy, "") {
		if p.Text("role") == role.Text("name") {
			documents = append(documents, p.Text("policy"))
		}
	}
	attached := role.Strings("managedPolicyArns")
	for _, a := range g.List(graph.PolicyAttachment, "") {
		if a.Text("role") == role.Text("name") {
			attached = append(attached, a.Text("policyArn"))
		}
	}
	for _, arn := range attached {
		document, err := managed(g, arn)
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
	return documents, nil
}

// managed is the document of a policy of the account's, or of AWS's own.
func managed(g *graph.Graph, arn string) (string, error) {
	if p := g.Get(graph.Policy, "", arn); p != nil {
		return p.Text("policy"), nil
	}
	document, own, err := Managed(arn)
	if err == nil && !own {
		err = fmt.Errorf("the document of policy %s is not known", arn)
	}
	return document, err
}

func decide(what string, request iampolicy.Request, policies ...string) awsmodel.Answer {
	documents := make([]iampolicy.Document, len(policies))
	for i, policy := range policies {
		document, err := iampolicy.Parse(policy)
		if err != nil {
			return awsmodel.Answer{}.Doubt(what, err.Error())
		}
		documents[i] = document
	}
	return weigh(what, request, documents...)
}

// implicit is why nothing is allowed that no statement speaks of.
const implicit = "no statement allows it"

func weigh(what string, request iampolicy.Request, documents ...iampolicy.Document) awsmodel.Answer {
	var answer awsmodel.Answer
	decision, err := iampolicy.Evaluate(request, documents...)
	switch {
	case errors.Is(err, iampolicy.ErrNotModelled):
		return answer.Doubt(what, err.Error())
	case err != nil:
		return answer.Refute(what, err.Error())
	case decision.Verdict == iampolicy.Allowed:
		return answer.Prove(what, "statement "+decision.Statement.Sid)
	case decision.Verdict == iampolicy.ExplicitDeny:
		return answer.Refute(what, "denied by statement "+decision.Statement.Sid)
	}
	return answer.Refute(what, implicit)
}
