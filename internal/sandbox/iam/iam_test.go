package iam_test

import (
	"strings"
	"testing"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestPolicyDocuments(t *testing.T) {
	t.Parallel()
	// change makes the stack's policy with one text in it replaced.
	change := func(old, replacement string) sandboxtest.Changes {
		return sandboxtest.Set("policy", "policy", strings.Replace(sandboxtest.Policy, old, replacement, 1))
	}
	one := `{"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*"}`
	malformed := "policy: policy: MalformedPolicyDocument: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"lists": {change(`"ecs:ListTasks"`, `["ecs:ListTasks", "*"]`), ""},
		"ARN":   {change(`"*"`, `["arn:aws:s3:::b/*"]`), ""},
		"deny":  {change("Allow", "Deny"), ""},
		"NotAction": {
			change(`"Action"`, `"NotAction"`),
			`policy: policy: the sandbox: statement "": NotAction, NotResource or NotPrincipal: not modelled`,
		},
		"no resource":   {change(`, "Resource": "*"`, ""), malformed + `statement 1 "": Policy statement must contain resources`},
		"resource":      {change(`"*"`, `"bucket"`), malformed + `statement 1 "": Resource bucket must be in ARN format or "*"`},
		"resources":     {change(`"*"`, `["*", "b"]`), malformed + `statement 1 "": Resource b must be in ARN format or "*"`},
		"version":       {change("2012-10-17", "2008-10-17"), malformed + "Policy document must be version 2012-10-17 or greater"},
		"no version":    {change(`"Version": "2012-10-17", `, ""), malformed + "Policy document must be version 2012-10-17 or greater"},
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
		"no Sid": {change(one, one+", "+one), ""},
		"role by ARN": {
			sandboxtest.Set("policy", "role", "$role.arn"),
			`policy: role: must be the role's name, not its ARN: "$role.arn"`,
		},
	})
}

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	change := func(old, replacement string) sandboxtest.Changes {
		return sandboxtest.Set("role", "assumeRolePolicy", strings.Replace(sandboxtest.Trust, old, replacement, 1))
	}
	malformed := "role: assumeRolePolicy: MalformedPolicyDocument: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"resource":     {change(`"Effect"`, `"Resource": "*", "Effect"`), malformed + `statement 1 "": Has prohibited field Resource`},
		"no principal": {change(`"Principal"`, `"NoPrincipal"`), malformed + `statement 1 "": Missing required field Principal`},
		"effect": {
			change("Allow", "May"),
			malformed + `statement 1 "": Syntax errors in policy: effect "May" must be Allow or Deny`,
		},
		"not a policy": {change(sandboxtest.Trust, "[]"), malformed + "Syntax errors in policy: a policy must be a JSON object"},
	})
}
