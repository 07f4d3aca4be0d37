// Package iam models what IAM does beyond the facts: it validates policies, their sizes and their attachments.
package iam

import (
	"errors"
	"fmt"
	"strings"

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

// Behaviours of roles, policies, attachments and identity providers, by type.
var Behaviours = map[string]provider.Behaviour{
	roleType:   {Check: checkRole, Create: admitRole, Update: admitRole, Delete: deleteRole},
	policyType: {Check: checkPolicy, Create: admitRolePolicy, Update: admitRolePolicy},
	managedType: {Check: func(in provider.Props) []provider.Failure {
		return check(in, "policy", iampolicy.Managed)
	}},
	attachmentType: {Check: checkRoleName, Create: attach},
	identityType:   {Create: createIdentityProvider},
}

// check validates a policy document by IAM's rules. A document that is still unknown passes.
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

func checkRole(in provider.Props) []provider.Failure {
	failures := check(in, "assumeRolePolicy", iampolicy.Trust)
	inline, _ := in["inlinePolicies"].([]any)
	for i, item := range inline {
		object, _ := item.(map[string]any)
		for _, failure := range check(object, "policy", iampolicy.Identity) {
			failure.Property = fmt.Sprintf("inlinePolicies[%d].policy", i)
			failures = append(failures, failure)
		}
	}
	return failures
}

// admitRole refuses policies that do not exist, and inline policies that are too large together.
func admitRole(c *provider.Call) error {
	attached := graph.Props(c.New.Props).Strings("managedPolicyArns")
	if boundary, ok := c.New.Props["permissionsBoundary"].(string); ok {
		attached = append(attached, boundary)
	}
	for _, arn := range attached {
		if err := admitManaged(c, arn); err != nil {
			return err
		}
	}
	size := 0
	for _, inline := range graph.Props(c.New.Props).Objects("inlinePolicies") {
		size += length(inline.Text("policy"))
	}
	return limitInline(size, c.New.Props["name"])
}

// length is the size of a policy, in characters without white space.
func length(policy string) int { return len(strings.Join(strings.Fields(policy), "")) }

// deleteRole refuses to delete a role that still has policies, unless forceDetachPolicies is set.
func deleteRole(c *provider.Call) error {
	has := func(typ string) bool {
		return c.World.Find(typ, "", func(o *world.Object) bool { return o.Props["role"] == c.Old.ID }) != nil
	}
	switch {
	case c.Old.Props["forceDetachPolicies"] == true:
		return nil
	case has(attachmentType):
		return provider.Errorf("DeleteConflict", "Cannot delete entity, must detach all policies first.")
	case has(policyType):
		return provider.Errorf("DeleteConflict", "Cannot delete entity, must delete policies first.")
	}
	return nil
}

func checkPolicy(in provider.Props) []provider.Failure {
	if failures := checkRoleName(in); failures != nil {
		return failures
	}
	return check(in, "policy", iampolicy.Identity)
}

func checkRoleName(in provider.Props) []provider.Failure {
	if role, _ := in["role"].(string); strings.HasPrefix(role, "arn:") {
		return []provider.Failure{{Property: "role", Reason: fmt.Sprintf("must be the role's name, not its ARN: %q", role)}}
	}
	return nil
}

// maxInline is the maximum total size of the inline policies of a role, in characters without white space.
const maxInline = 10240

func admitRolePolicy(c *provider.Call) error {
	size := 0
	for _, o := range append(c.World.List(policyType, ""), c.New) {
		if o.Props["role"] == c.New.Props["role"] && (o == c.New || c.Old == nil || o.ID != c.Old.ID) {
			size += length(fmt.Sprint(o.Props["policy"]))
		}
	}
	return limitInline(size, c.New.Props["role"])
}

func limitInline(size int, role any) error {
	if size > maxInline {
		// The wording is a guess.
		return provider.Errorf("LimitExceeded", "Maximum policy size of %d bytes exceeded for role %v", maxInline, role)
	}
	return nil
}

// attach refuses a policy that does not exist, or an AWS managed policy whose document the sandbox does not have.
func attach(c *provider.Call) error { return admitManaged(c, fmt.Sprint(c.New.Props["policyArn"])) }

func admitManaged(c *provider.Call, arn string) error {
	if _, own, err := identity.Managed(arn); own || err != nil {
		return err
	}
	if c.World.Get(managedType, "", arn) == nil {
		return provider.Errorf("NoSuchEntity", "Policy %s does not exist or is not attachable.", arn)
	}
	return nil
}

// createIdentityProvider uses the host as the provider's name. Without a thumbprint, AWS reads it from the host's
// certificate; the sandbox makes one up.
func createIdentityProvider(c *provider.Call) error {
	host := strings.TrimPrefix(fmt.Sprint(c.New.Props["url"]), "https://")
	c.Vars["host"] = host
	if c.New.Props["thumbprintLists"] == nil {
		c.New.Props["thumbprintLists"] = []any{world.Digest(40, "thumbprint", host)}
	}
	return nil
}
