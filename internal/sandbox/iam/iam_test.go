package iam_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	policy     = "aws:iam/policy:Policy"
	attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	identity   = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	execution  = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
	assumed    = sandboxtest.Trust
)

type props = provider.Props

func role() []sandboxtest.Step {
	return []sandboxtest.Step{
		{Token: sandboxtest.Role, Name: "role", Inputs: props{"name": "live-beats", "assumeRolePolicy": assumed}},
	}
}

func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	for _, step := range role() {
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs))
	}
	return a
}

// documents are invalid and valid changes to the policy document in the input policy.
func documents() map[string]sandboxtest.Break {
	// change returns the stack's policy with one text replaced.
	change := func(old, replacement string) props {
		return props{"policy": strings.Replace(sandboxtest.Policy, old, replacement, 1)}
	}
	one := `{"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*"}`
	malformed := "policy: MalformedPolicyDocument: "
	return map[string]sandboxtest.Break{
		"lists":         {change(`"ecs:ListTasks"`, `["ecs:ListTasks", "*"]`), ""},
		"ARN":           {change(`"*"`, `["arn:aws:s3:::b/*"]`), ""},
		"deny":          {change("Allow", "Deny"), ""},
		"NotAction":     {change(`"Action"`, `"NotAction"`), ""},
		"no resource":   {change(`, "Resource": "*"`, ""), malformed + `statement 1 "": Policy statement must contain resources`},
		"resource":      {change(`"*"`, `"bucket"`), malformed + `statement 1 "": Resource bucket must be in ARN format or "*"`},
		"resources":     {change(`"*"`, `["*", "b"]`), malformed + `statement 1 "": Resource b must be in ARN format or "*"`},
		"version":       {change("2012-10-17", "2008-10-17"), ""},
		"no version":    {change(`"Version": "2012-10-17", `, ""), ""},
		"later version": {change("2012", "2013"), malformed + `Syntax errors in policy: version "2013-10-17" must be 2012-10-17 or 2008-10-17`},
		"misspelt": {
			change(`"Resource"`, `"Conditions": {}, "Resource"`), malformed + `Syntax errors in policy: element "Conditions" is ` +
				"unknown: must be one of Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition",
		},
		"operator": {
			change(`"Resource"`, `"Condition": {"StringIs": {"a:b": "c"}}, "Resource"`),
			malformed + `Syntax errors in policy: condition operator "StringIs" is unknown`,
		},
		"no statements": {change(one, ""), malformed + "Syntax errors in policy: a policy must have at least one statement"},
		"not a list":    {change(`[`+one+`]`, `"x"`), malformed + "Syntax errors in policy: Statement must be an object or a list of them"},
		"effect": {
			change("Allow", "allow"),
			malformed + `statement 1 "": Syntax errors in policy: effect "allow" must be Allow or Deny`,
		},
		"no action": {change(`"Action": "ecs:ListTasks", `, ""), malformed + `statement 1 "": Policy statement must contain actions`},
		"action": {
			change("ecs:ListTasks", "ListTasks"),
			malformed + `statement 1 "": action "ListTasks": ` +
				"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc",
		},
		"same Sid": {
			change(one, `{"Sid": "A", `+one[1:]+`, {"Sid": "A", `+one[1:]),
			malformed + `statement 2 "A": Statement IDs (SID) in a single policy must be unique`,
		},
		"no Sid":      {change(one, one+", "+one), ""},
		"white space": {props{"policy": " " + sandboxtest.Policy}, "policy: contains invalid JSON: it starts with white space"},
	}
}

// long returns a policy document of at least n characters.
func long(n int) string {
	return strings.Replace(sandboxtest.Policy, "ecs:ListTasks", "ecs:"+strings.Repeat("a", n), 1)
}

func TestRolePolicy(t *testing.T) {
	t.Parallel()
	cases := documents()
	cases["role by ARN"] = sandboxtest.Break{
		Change: props{"role": "$role.arn"}, Want: `role: must be the role's name, not its ARN: "$role.arn"`,
	}
	cases["no role"] = sandboxtest.Break{
		Change: props{"role": "none"}, Want: "NoSuchEntity: The role with name none cannot be found.",
	}
	cases["name"] = sandboxtest.Break{Change: props{"name": "a b"}, Want: `name: "a b" does not match ^[\w+=,.@-]+$`}
	sandboxtest.Breaks{
		Before: role(), Token: sandboxtest.RolePolicy, Good: props{"role": "$role.name", "policy": sandboxtest.Policy},
		Update: props{"policy": sandboxtest.StartPolicy}, Cases: cases,
	}.Run(t)
	a := account(t)
	in := props{"role": "$role.name", "name": "p", "policy": long(6000)}
	require.NoError(t, a.Make(sandboxtest.RolePolicy, "first", in))
	require.NoError(t, a.Change("first", props{"policy": long(6001)}))
	require.EqualError(t, a.Make(sandboxtest.RolePolicy, "twin", in),
		"LimitExceeded: Maximum policy size of 10240 bytes exceeded for role live-beats")
	in["policy"] = sandboxtest.Policy
	require.EqualError(t, a.Make(sandboxtest.RolePolicy, "twin", in),
		"EntityAlreadyExists: Role policy p already exists on role live-beats.")
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	cases := documents()
	for _, name := range []string{"version", "no version"} {
		cases[name] = sandboxtest.Break{
			Change: cases[name].Change, Want: "policy: MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater",
		}
	}
	size := len(strings.Join(strings.Fields(long(6144)), ""))
	cases["too long"] = sandboxtest.Break{Change: props{"policy": long(6144)}, Want: fmt.Sprintf(
		"policy: cannot be longer than 6144 characters without white space: it has %d", size)}
	cases["path"] = sandboxtest.Break{Change: props{"path": "beats"}, Want: `path: "beats" does not match ^/(.*/)?$`}
	sandboxtest.Breaks{
		Token: policy, Good: props{"policy": sandboxtest.Policy}, Update: props{"policy": sandboxtest.StartPolicy}, Cases: cases,
	}.Run(t)
	a := account(t)
	in := props{"name": "p", "path": "/beats/", "policy": sandboxtest.Policy}
	require.NoError(t, a.Make(policy, "policy", in))
	require.Equal(t, "arn:aws:iam::123456789012:policy/beats/p", a.Got("policy").ID)
	require.EqualError(t, a.Make(policy, "twin", in),
		"EntityAlreadyExists: A policy called p already exists. Duplicate names are not allowed.")
	require.NoError(t, a.Make(attachment, "attached", props{"role": "$role.name", "policyArn": "$policy"}))
	require.EqualError(t, a.Remove("policy"), "DeleteConflict: Cannot delete a policy attached to entities.")
	fill(a, policy, 1499)
	require.EqualError(t, a.Make(policy, "more", props{"policy": sandboxtest.Policy}),
		"LimitExceeded: Cannot exceed quota for PoliciesPerAccount: 1500")
}

// fill adds n objects of a type to the account.
func fill(a *sandboxtest.Account, token string, n int) {
	for i := range n {
		a.World.Put(&world.Object{Type: token, ID: fmt.Sprint("x", i), Props: props{"role": "live-beats"}})
	}
}

func TestRole(t *testing.T) {
	t.Parallel()
	change := func(old, replacement string) props {
		return props{"assumeRolePolicy": strings.Replace(assumed, old, replacement, 1)}
	}
	malformed := "assumeRolePolicy: MalformedPolicyDocument: "
	const (
		own     = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:CreateLogStream", "Resource": "*"}]}`
		missing = "arn:aws:iam::123456789012:policy/none"
	)
	sandboxtest.Breaks{
		Token: sandboxtest.Role, Good: props{"assumeRolePolicy": assumed}, Update: props{"description": "Beats"},
		Cases: map[string]sandboxtest.Break{
			"resource": {change(`"Effect"`, `"Resource": "*", "Effect"`), malformed + `statement 1 "": Has prohibited field Resource`},
			"action": {
				change("sts:AssumeRole", "s3:GetObject"),
				malformed + `statement 1 "": action "s3:GetObject": AssumeRole policy may only specify STS AssumeRole actions`,
			},
			"web identity": {change("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"), ""},
			"old version":  {change("2012", "2008"), ""},
			"no principal": {change(`{"Service": "ecs-tasks.amazonaws.com"}`, "{}"), malformed + `statement 1 "": Missing required field Principal`},
			"effect": {
				change("Allow", "May"),
				malformed + `statement 1 "": Syntax errors in policy: effect "May" must be Allow or Deny`,
			},
			"description":  {props{"description": "L\u00e4rm & Musik\n"}, ""},
			"long dash":    {props{"description": "Live \u2013 Beats"}, `description: "Live – Beats" does not match ^[\t\n\r\x20-\x7E\xA1-\xFF]*$`},
			"not a policy": {change(assumed, "[]"), malformed + "Syntax errors in policy: a policy must be a JSON object"},
			"session":      {props{"maxSessionDuration": 60.0}, "maxSessionDuration: expected a value in the range (3600 - 43200), got 60"},
			"inline":       {props{"inlinePolicies": []any{props{"name": "logs", "policy": own}}}, ""},
			"inline without vendor": {
				props{"inlinePolicies": []any{props{"name": "logs", "policy": strings.Replace(own, "logs:", "", 1)}}},
				`inlinePolicies[0].policy: MalformedPolicyDocument: statement 1 "": action "CreateLogStream": ` +
					"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc",
			},
			"inline too large": {
				props{"inlinePolicies": []any{props{"name": "a", "policy": long(6000)}, props{"name": "b", "policy": long(6000)}}},
				"LimitExceeded: Maximum policy size of 10240 bytes exceeded for role subject-7e3b34e",
			},
			"managed":          {props{"managedPolicyArns": []any{execution}}, ""},
			"missing managed":  {props{"managedPolicyArns": []any{missing}}, "NoSuchEntity: Policy " + missing + " does not exist or is not attachable."},
			"boundary":         {props{"permissionsBoundary": execution}, ""},
			"missing boundary": {props{"permissionsBoundary": missing}, "NoSuchEntity: Policy " + missing + " does not exist or is not attachable."},
			"as an object": {props{"assumeRolePolicy": props{"Version": "2012-10-17", "Statement": []any{props{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": props{"Service": "ecs-tasks.amazonaws.com"},
			}}}}, ""},
			"object that is no policy": {
				props{"assumeRolePolicy": props{"Effect": "Allow"}}, malformed + `Syntax errors in policy: element "Effect" is unknown: must be one of Version, Id, Statement`,
			},
		},
	}.Run(t)
	a := account(t)
	fill(a, sandboxtest.Role, 999)
	require.EqualError(t, a.Make(sandboxtest.Role, "more", props{"assumeRolePolicy": assumed}),
		"LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000")
}

func TestDeleteRole(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(sandboxtest.RolePolicy, "inline", props{"role": "$role.name", "policy": sandboxtest.Policy}))
	require.NoError(t, a.Make(attachment, "attached", props{"role": "$role.name", "policyArn": execution}))
	require.EqualError(t, a.Remove("role"), "DeleteConflict: Cannot delete entity, must detach all policies first.")
	require.NoError(t, a.Remove("attached"))
	require.EqualError(t, a.Remove("role"), "DeleteConflict: Cannot delete entity, must delete policies first.")
	require.NoError(t, a.Change("role", props{"forceDetachPolicies": true}))
	require.NoError(t, a.Remove("role"))
	_, state, err := a.Refresh("inline")
	require.NoError(t, err)
	require.Nil(t, state)
}

func TestAttachment(t *testing.T) {
	t.Parallel()
	sandboxtest.Breaks{
		Before: role(), Token: attachment, Good: props{"role": "$role.name", "policyArn": execution},
		Cases: map[string]sandboxtest.Break{
			"name of a policy": {props{"policyArn": "p"}, `policyArn: "p" does not match ^arn:aws[a-z-]*:iam::(aws|\d{12}):policy/.+$`},
			"no policy": {
				props{"policyArn": "arn:aws:iam::123456789012:policy/p"},
				"NoSuchEntity: Policy arn:aws:iam::123456789012:policy/p does not exist or is not attachable.",
			},
			"not known here": {
				props{"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, "the managed policy " +
					`"AdministratorAccess" is not known: add it to internal/awsmodel/identity/managed.json, which has ` +
					"AmazonEC2ContainerRegistryReadOnly, AmazonElasticFileSystemClientFullAccess, " +
					"AmazonElasticFileSystemClientReadOnlyAccess, AmazonElasticFileSystemClientReadWriteAccess, " +
					"AmazonS3ReadOnlyAccess, AmazonSSMReadOnlyAccess, CloudWatchLogsFullAccess, " +
					"service-role/AmazonECSTaskExecutionRolePolicy, service-role/AmazonRDSEnhancedMonitoringRole",
			},
			"role by ARN": {props{"role": "$role.arn"}, `role: must be the role's name, not its ARN: "$role.arn"`},
			"no role":     {props{"role": "none"}, "NoSuchEntity: The role with name none cannot be found."},
		},
	}.Run(t)
	a := account(t)
	in := props{"role": "$role.name", "policyArn": execution}
	require.NoError(t, a.Make(attachment, "attached", in))
	require.EqualError(t, a.Make(attachment, "twin", in),
		"the policy '"+execution+"' is attached to role live-beats already; AttachRolePolicy would silently adopt it")
	fill(a, attachment, 9)
	require.EqualError(t, a.Make(attachment, "more", in), "the policy '"+execution+
		"' is attached to role live-beats already; AttachRolePolicy would silently adopt it")
	in["policyArn"] = "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"
	require.EqualError(t, a.Make(attachment, "more", in), "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10")
}

func TestIdentityProvider(t *testing.T) {
	t.Parallel()
	good := props{"url": "https://token.actions.githubusercontent.com", "clientIdLists": []any{"sts.amazonaws.com"}}
	thumbprint := strings.Repeat("a", 40)
	sandboxtest.Breaks{
		Token: identity, Good: good, Update: props{"thumbprintLists": []any{thumbprint}},
		Cases: map[string]sandboxtest.Break{
			"plain HTTP": {props{"url": "http://example.com"}, `url: "http://example.com" does not match ^https://[^?#:]+$`},
			"no client":  {props{"clientIdLists": []any{}}, "clientIdLists: expected at least 1 item, got 0"},
			"thumbprint": {props{"thumbprintLists": []any{thumbprint[1:]}}, "thumbprintLists[0]: must have at least 40 characters"},
			"thumbprints": {
				props{"thumbprintLists": []any{thumbprint, thumbprint, thumbprint, thumbprint, thumbprint, thumbprint}},
				"thumbprintLists: expected at most 5 items, got 6",
			},
		},
	}.Run(t)
	a := account(t)
	require.NoError(t, a.Make(identity, "github", good))
	require.Equal(t, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", a.Got("github").ID)
	require.EqualError(t, a.Make(identity, "twin", good),
		"EntityAlreadyExists: Provider with url https://token.actions.githubusercontent.com already exists.")
	other := maps.Clone(good)
	other["url"] = "https://example.com"
	fill(a, identity, 99)
	require.EqualError(t, a.Make(identity, "more", other),
		"LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100")
}
