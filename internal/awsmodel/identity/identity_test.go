package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
)

const execution = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"

func statement(effect, action string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": "` + effect + `", "Action": "` + action +
		`", "Resource": "*"}]}`
}

// TestPoliciesOfEveryKind gives a role the same permission through each kind of policy.
func TestPoliciesOfEveryKind(t *testing.T) {
	t.Parallel()
	attach := func(arn string) *graph.Resource {
		return &graph.Resource{Type: graph.PolicyAttachment, ID: "a", Props: graph.Props{"role": "app", "policyArn": arn}}
	}
	inline := func(role, document string) *graph.Resource {
		return &graph.Resource{Type: graph.RolePolicy, ID: role, Props: graph.Props{"role": role, "policy": document}}
	}
	own := &graph.Resource{Type: graph.Policy, ID: "arn:own", Props: graph.Props{"policy": statement("Allow", "ecr:*")}}
	for name, test := range map[string]struct {
		resources []*graph.Resource
		want      awsmodel.Verdict
	}{
		"nothing":               {nil, awsmodel.Refuted},
		"inline":                {[]*graph.Resource{inline("app", statement("Allow", "ecr:*"))}, awsmodel.Proven},
		"of another role":       {[]*graph.Resource{inline("other", statement("Allow", "ecr:*"))}, awsmodel.Refuted},
		"another action":        {[]*graph.Resource{inline("app", statement("Allow", "ecs:*"))}, awsmodel.Refuted},
		"AWS's own":             {[]*graph.Resource{attach(execution)}, awsmodel.Proven},
		"the account's":         {[]*graph.Resource{attach("arn:own"), own}, awsmodel.Proven},
		"unknown":               {[]*graph.Resource{attach("arn:own")}, awsmodel.Undecided},
		"unknown of AWS's":      {[]*graph.Resource{attach("arn:aws:iam::aws:policy/None")}, awsmodel.Undecided},
		"allowed and denied":    {[]*graph.Resource{attach(execution), inline("app", statement("Deny", "ecr:*"))}, awsmodel.Refuted},
		"unreadable":            {[]*graph.Resource{inline("app", "{")}, awsmodel.Undecided},
		"a condition not known": {[]*graph.Resource{inline("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}`)}, awsmodel.Undecided},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			role := &graph.Resource{Type: graph.Role, ID: "app", Props: graph.Props{"name": "app", "arn": "arn:app"}}
			g := graph.New(append(test.resources, role)...)
			require.Same(t, role, identity.Role(g, "arn:app"))
			answer := identity.Allows(g, role, "ecr:BatchGetImage", "*", nil)
			require.Equal(t, test.want, answer.Verdict, answer.Why())
		})
	}
}

// TestPolicyOfAResource evaluates a resource's policy together with the role's policies.
func TestPolicyOfAResource(t *testing.T) {
	t.Parallel()
	resource := func(effect, principal string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "` + effect + `", "Principal": ` + principal +
			`, "Action": "elasticfilesystem:ClientMount", "Resource": "*"}]}`
	}
	role := &graph.Resource{Type: graph.Role, ID: "app", Props: graph.Props{
		"name": "app", "arn": "arn:aws:iam::123456789012:role/app",
	}}
	allowed := &graph.Resource{Type: graph.RolePolicy, ID: "p", Props: graph.Props{
		"role": "app", "policy": statement("Allow", "elasticfilesystem:*"),
	}}
	const account = `{"AWS": "arn:aws:iam::123456789012:root"}`
	for name, test := range map[string]struct {
		policy string
		role   *graph.Resource
		own    []*graph.Resource
		want   awsmodel.Verdict
	}{
		"everybody":           {resource("Allow", `"*"`), nil, nil, awsmodel.Proven},
		"the role":            {resource("Allow", `{"AWS": "arn:aws:iam::123456789012:role/app"}`), role, nil, awsmodel.Proven},
		"nobody":              {resource("Allow", `{"AWS": "arn:aws:iam::123456789012:role/app"}`), nil, nil, awsmodel.Refuted},
		"another role":        {resource("Allow", `{"AWS": "arn:aws:iam::123456789012:role/other"}`), role, nil, awsmodel.Refuted},
		"the account alone":   {resource("Allow", account), role, nil, awsmodel.Refuted},
		"the role's own":      {resource("Allow", account), role, []*graph.Resource{allowed}, awsmodel.Proven},
		"denied to everybody": {resource("Deny", `"*"`), role, []*graph.Resource{allowed}, awsmodel.Refuted},
		"denied to account":   {resource("Deny", account), role, []*graph.Resource{allowed}, awsmodel.Refuted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := identity.AllowsAt(graph.New(test.own...), test.role, test.policy, "elasticfilesystem:ClientMount", "*", nil)
			require.Equal(t, test.want, answer.Verdict, answer.Why())
		})
	}
}
