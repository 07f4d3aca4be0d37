// Package iam is what IAM does beyond the facts: it reads policies, and decides by them.
package iam

import (
	"errors"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/rolePolicy:RolePolicy"
	managedType    = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	identityType   = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
)

// Behaviours of roles, their policies and identity providers.
var Behaviours = map[string]provider.Behaviour{
	roleType:   {Check: checkRole, Delete: deleteRole},
	policyType: {Check: checkPolicy, Create: admitRolePolicy, Update: admitRolePolicy},
	managedType: {Check: func(in provider.Props) []provider.Failure {
		return check(in, "policy", iampolicy.Identity)
	}},
	attachmentType: {Check: checkRoleName, Create: attach},
	identityType:   {Create: createIdentityProvider},
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

// Trusts answers whether a role lets a service assume it.
func Trusts(role *world.Object, service string) awsmodel.Answer {
	return identity.Trusts(&graph.Resource{Type: roleType, ID: role.ID, Props: role.Props}, service, nil)
}
