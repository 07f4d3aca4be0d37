// Package iam is what IAM does beyond the facts: it reads policies, and decides by them.
package iam

import (
	"errors"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	roleType   = "aws:iam/role:Role"
	policyType = "aws:iam/rolePolicy:RolePolicy"
)

// Behaviours of roles and their policies.
var Behaviours = map[string]provider.Behaviour{
	roleType: {Check: func(in provider.Props) []provider.Failure {
		return check(in, "assumeRolePolicy", iampolicy.Trust)
	}},
	policyType: {Check: checkPolicy},
}

func checkPolicy(in provider.Props) []provider.Failure {
	if role, _ := in["role"].(string); strings.HasPrefix(role, "arn:") {
		return []provider.Failure{{Property: "role", Reason: fmt.Sprintf("must be the role's name, not its ARN: %q", role)}}
	}
	return check(in, "policy", iampolicy.Identity)
}

// check holds IAM's rules for a policy document. An unknown one passes.
func check(in provider.Props, property string, kind iampolicy.Kind) []provider.Failure {
	text, known := in[property].(string)
	if !known {
		return nil
	}
	document, err := iampolicy.Parse(text)
	if err == nil {
		err = document.Validate(kind)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, iampolicy.ErrNotModelled):
		return []provider.Failure{{Property: property, Reason: "the sandbox: " + err.Error()}}
	default:
		return []provider.Failure{{Property: property, Reason: "MalformedPolicyDocument: " + err.Error()}}
	}
}

// Role finds a role by its ARN, or nil.
func Role(w *world.World, arn string) *world.Object {
	return w.Find(roleType, "", func(o *world.Object) bool { return o.Props["arn"] == arn })
}

// Trusts tells whether a role lets a service assume it.
func Trusts(role *world.Object, service string, context map[string]string) (bool, error) {
	return allowed(iampolicy.Request{Service: service, Action: "sts:AssumeRole", Context: context},
		role.Props["assumeRolePolicy"])
}

// Allows tells whether a role's policies allow an action.
func Allows(w *world.World, role *world.Object, action, resource string, context map[string]string) (bool, error) {
	var policies []any
	for _, policy := range w.List(policyType, "") {
		if policy.Props["role"] == role.Props["name"] {
			policies = append(policies, policy.Props["policy"])
		}
	}
	return allowed(iampolicy.Request{Action: action, Resource: resource, Context: context}, policies...)
}

func allowed(request iampolicy.Request, policies ...any) (bool, error) {
	documents := make([]iampolicy.Document, len(policies))
	for i, policy := range policies {
		document, err := iampolicy.Parse(fmt.Sprint(policy))
		if err != nil {
			return false, err
		}
		documents[i] = document
	}
	decision, err := iampolicy.Evaluate(request, documents...)
	return decision.Verdict == iampolicy.Allowed, err
}
