// Package identity decides what an IAM role may do, from its policies in a graph.
package identity

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Role returns the role with an ARN, or nil.
func Role(g *graph.Graph, arn string) *graph.Resource {
	return g.Find(graph.Role, "", func(r *graph.Resource) bool { return r.Text("arn") == arn })
}

// Trusts answers whether a role's trust policy lets a service assume the role.
func Trusts(role *graph.Resource, service string, context map[string]string) awsmodel.Answer {
	request := iampolicy.Request{
		Services: []string{service}, Action: "sts:AssumeRole", Context: context,
		Partial: true, Absent: []string{"sts:ExternalId", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"},
	}
	trust := Policy{ID: role.ID + "/assumeRolePolicy", Document: role.Text("assumeRolePolicy")}
	return decide(fmt.Sprintf("%s trusts %s", role.ID, service), request, trust)
}

// Allows answers whether a role's policies, inline and attached, allow an action.
func Allows(
	g *graph.Graph, role *graph.Resource, action, resource string, context map[string]string,
) awsmodel.Answer {
	what := fmt.Sprintf("%s may %s on %s", role.ID, action, resource)
	own, err := Policies(g, role)
	if err != nil {
		return awsmodel.Answer{}.Doubt(what, err.Error())
	}
	request := asked(g, role, action, resource, context)
	return decide(what, request, own...).Then(withinBoundary(g, role, request))
}

// withinBoundary answers whether a role's permissions boundary, where it has one, allows a request too.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func withinBoundary(g *graph.Graph, role *graph.Resource, request iampolicy.Request) awsmodel.Answer {
	within := awsmodel.Answer{Verdict: awsmodel.Proven}
	boundary, given := role.Props["permissionsBoundary"]
	if !given || boundary == nil || boundary == "" {
		return within
	}
	arn := role.Text("permissionsBoundary")
	what := fmt.Sprintf("permissions boundary %s of %s allows %s on %s", arn, role.ID, request.Action, request.Resource)
	document, err := managed(g, arn)
	if err != nil {
		return within.Doubt(what, err.Error())
	}
	return within.Then(decide(what, request, Policy{ID: arn, Document: document}))
}

// AllowsAt is Allows for a resource that has its own policy: either policy may allow the action, and either may deny
// it. Without a role it answers for an anonymous caller.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html
func AllowsAt(
	g *graph.Graph, role *graph.Resource, policy, action, resource string, context map[string]string,
) awsmodel.Answer {
	request := asked(g, role, action, resource, context)
	if role == nil {
		request.Principal = "*"
	}
	policies, who := []Policy{{ID: "the policy of " + resource, Document: policy}}, "anyone"
	if role != nil {
		own, err := Policies(g, role)
		if err != nil {
			return awsmodel.Answer{}.Doubt(role.ID+" may "+action, err.Error())
		}
		policies, who = append(policies, own...), role.ID
	}
	answer := decide(fmt.Sprintf("%s may %s on %s", who, action, resource), request, policies...)
	if role == nil {
		return answer
	}
	return answer.Then(withinBoundary(g, role, request))
}

// Policy is a policy document and where it is attached.
type Policy struct {
	Role     string // The id of the role that it belongs to; empty for the policy of another resource.
	ID       string // Its id or ARN; ROLE/NAME for an inline policy.
	Document string
}

// Policies returns the policies that decide what a role may do: its inline policies, its RolePolicy resources, and the
// attached policies. The error names a policy whose document is not known.
func Policies(g *graph.Graph, role *graph.Resource) ([]Policy, error) {
	var policies []Policy
	for _, inline := range role.Objects("inlinePolicies") {
		policies = append(policies, Policy{role.ID, role.ID + "/" + inline.Text("name"), inline.Text("policy")})
	}
	for _, p := range g.List(graph.RolePolicy, "") {
		if p.Text("role") == role.Text("name") {
			policies = append(policies, Policy{role.ID, p.ID, p.Text("policy")})
		}
	}
	attached := role.Strings("managedPolicyArns")
	for _, a := range g.List(graph.PolicyAttachment, "") {
		if a.Text("role") == role.Text("name") {
			attached = append(attached, a.Text("policyArn"))
		}
	}
	for _, a := range g.List(graph.ExclusivePolicyAttachment, "") {
		if slices.Contains(a.Strings("roles"), role.Text("name")) {
			attached = append(attached, a.Text("policyArn"))
		}
	}
	for _, arn := range attached {
		document, err := managed(g, arn)
		if err != nil {
			return nil, err
		}
		policies = append(policies, Policy{role.ID, arn, document})
	}
	return policies, nil
}

// managed returns the document of a managed policy, of the account or of AWS.
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

func decide(what string, request iampolicy.Request, policies ...Policy) awsmodel.Answer {
	documents := make([]iampolicy.Document, len(policies))
	for i, policy := range policies {
		document, err := parse(policy.Document)
		if err != nil {
			return awsmodel.Answer{}.Doubt(what, err.Error())
		}
		documents[i] = document
	}
	return evaluate(what, request, policies, documents)
}

// parse parses a document, with a cache: an account has few documents, which many checks read. Callers must not change
// the result.
func parse(text string) (iampolicy.Document, error) {
	if document, known := parsed.Load(text); known {
		return document.(iampolicy.Document), nil
	}
	document, err := iampolicy.Parse(text)
	if err == nil {
		parsed.Store(text, document)
	}
	return document, err
}

var parsed sync.Map

// implicit is the reason of an implicit deny.
const implicit = "no statement allows it"

func evaluate(
	what string, request iampolicy.Request, policies []Policy, documents []iampolicy.Document,
) awsmodel.Answer {
	var answer awsmodel.Answer
	decision, err := iampolicy.Evaluate(request, documents...)
	switch {
	case errors.Is(err, iampolicy.ErrNotModelled):
		return answer.Doubt(what, err.Error())
	case err != nil:
		return answer.Refute(what, err.Error())
	case decision.Verdict == iampolicy.ImplicitDeny:
		return answer.Refute(what, implicit)
	case decision.Verdict == iampolicy.ExplicitDeny:
		by := grant(request, decision.Statement, policies, documents)
		denied := "denied by statement " + decision.Statement.Sid
		return answer.Lack(what, denied, denied+" of "+by.Policy).ByGrant(by)
	}
	return answer.Prove(what, "statement "+decision.Statement.Sid).
		ByGrant(grant(request, decision.Statement, policies, documents))
}

// grant describes the statement that decided a request.
func grant(
	request iampolicy.Request, by *iampolicy.Statement, policies []Policy, documents []iampolicy.Document,
) awsmodel.Grant {
	grant := awsmodel.Grant{
		Sid: by.Sid, Effect: string(by.Effect), Action: request.Action, Resource: request.Resource,
	}
	for i, document := range documents {
		for j := range document.Statements {
			if &document.Statements[j] == by {
				grant.Role, grant.Policy, grant.Statement = policies[i].Role, policies[i].ID, j
			}
		}
	}
	return grant
}
