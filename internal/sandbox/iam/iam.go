// Package iam is what IAM does beyond the facts: it reads policies, and decides by them.
package iam

import (
	"errors"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
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
		return check(in, "policy", iampolicy.Managed)
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
