package privilege_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/privilege"
)

const (
	cluster = "arn:aws:ecs:eu-west-2:123456789012:cluster/a"
	trust   = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
		"Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}`
	beside = `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Discovery", "Effect": "Allow", "Action": ["ecs:ListTasks", "ecs:DescribeTasks"], "Resource": "*",
			"Condition": {"ArnEquals": {"ecs:cluster": "` + cluster + `"}}},
		{"Sid": "Again", "Effect": "Allow", "Action": "ecs:List*", "Resource": "*"},
		{"Sid": "Never", "Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}`
	inside = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["ssm:Get*", "ssm:PutParameter"], "Resource": "*"}}`
)

func role(props graph.Props) *graph.Resource {
	return &graph.Resource{Type: graph.Role, ID: props.Text("name"), Props: props}
}

func account() (*graph.Graph, *graph.Resource) {
	app := role(graph.Props{
		"name": "app", "arn": "arn:app", "assumeRolePolicy": trust,
		"inlinePolicies": []any{map[string]any{"name": "own", "policy": inside}},
	})
	policy := &graph.Resource{Type: graph.RolePolicy, ID: "app:more", Props: graph.Props{"role": "app", "policy": beside}}
	return graph.New(app, policy), app
}

// TestReview uses one permission after the other. The excess gets smaller.
func TestReview(t *testing.T) {
	t.Parallel()
	g, app := account()
	own := privilege.Excess{Role: "app", Policy: "app/own", Whole: true, Actions: []string{"ssm:Get*", "ssm:PutParameter"}}
	discovery := privilege.Excess{
		Role: "app", Policy: "app:more", Sid: "Discovery", Whole: true, Actions: []string{"ecs:ListTasks", "ecs:DescribeTasks"},
	}
	again := privilege.Excess{Role: "app", Policy: "app:more", Statement: 1, Sid: "Again", Whole: true, Actions: []string{"ecs:List*"}}
	require.Equal(t, []privilege.Excess{own, discovery, again}, privilege.Review(g).Excess)

	ask := func(action string, context map[string]string) awsmodel.Answer {
		return identity.Allows(g, app, action, "*", context)
	}
	ofCluster := map[string]string{"ecs:cluster": cluster}
	answers := []awsmodel.Answer{ask("ecs:ListTasks", ofCluster)}
	discovery.Whole, discovery.Actions = false, []string{"ecs:DescribeTasks"}
	require.Equal(t, []privilege.Excess{own, discovery, again}, privilege.Review(g, answers...).Excess, "one action is used")

	// Without the cluster the first statement does not apply, so that the second one is used.
	answers = append(answers, ask("ecs:ListTasks", nil), ask("ecs:DescribeTasks", ofCluster))
	again.Whole, again.Actions = false, nil
	again.Wide = map[string][]string{"ecs:List*": {"ecs:ListTasks"}}
	require.Equal(t, []privilege.Excess{own, again}, privilege.Review(g, answers...).Excess)

	answers = append(answers, ask("ssm:GetParameters", nil), ask("ssm:GetParameter", nil), ask("ssm:GetParameters", nil))
	own.Whole, own.Actions = false, []string{"ssm:PutParameter"}
	own.Wide = map[string][]string{"ssm:Get*": {"ssm:GetParameter", "ssm:GetParameters"}}
	require.Equal(t, []privilege.Excess{own, again}, privilege.Review(g, answers...).Excess)

	denied := []awsmodel.Answer{ask("iam:PassRole", nil), ask("s3:GetObject", nil)}
	require.Equal(t, privilege.Review(g, answers...), privilege.Review(g, append(answers, denied...)...),
		"a denied request uses no statement")
}

func TestGrantNamesTheStatement(t *testing.T) {
	t.Parallel()
	g, app := account()
	answer := identity.Allows(g, app, "ecs:DescribeTasks", "*", map[string]string{"ecs:cluster": cluster})
	require.Equal(t, &awsmodel.Grant{
		Role: "app", Policy: "app:more", Sid: "Discovery", Effect: "Allow", Action: "ecs:DescribeTasks", Resource: "*",
	}, answer.Hops[0].Grant)
	require.Equal(t, &awsmodel.Grant{
		Role: "app", Policy: "app:more", Statement: 2, Sid: "Never", Effect: "Deny", Action: "iam:PassRole", Resource: "*",
	}, identity.Allows(g, app, "iam:PassRole", "*", nil).Hops[0].Grant)
	refused := identity.Allows(g, app, "s3:GetObject", "*", nil)
	require.Nil(t, refused.Hops[0].Grant)
	text, err := json.Marshal(refused.Hops)
	require.NoError(t, err)
	require.JSONEq(t, `[{"what": "app may s3:GetObject on *", "by": "no statement allows it"}]`, string(text))

	resource := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`
	own := identity.AllowsAt(g, app, resource, "s3:GetObject", "arn:aws:s3:::a", nil).Hops[0].Grant
	require.Equal(t, "the policy of arn:aws:s3:::a", own.Policy)
	require.Empty(t, own.Role, "it does not belong to a role")
}

func TestTrusts(t *testing.T) {
	t.Parallel()
	g, _ := account()
	trusts := privilege.Review(g).Trusts
	require.Len(t, trusts, 1)
	require.Equal(t, "role app: Service ecs-tasks.amazonaws.com, if StringEquals aws:SourceAccount 123456789012",
		trusts[0].String())
	trusts[0].Conditions = nil
	require.Equal(t, "role app: Service ecs-tasks.amazonaws.com, always", trusts[0].String())
}

func TestUndecided(t *testing.T) {
	t.Parallel()
	later := role(graph.Props{"name": "later", "assumeRolePolicy": graph.Unknown{}})
	policy := &graph.Resource{Type: graph.RolePolicy, ID: "p", Props: graph.Props{"role": "later", "policy": graph.Unknown{}}}
	other := role(graph.Props{"name": "other", "assumeRolePolicy": trust, "managedPolicyArns": []any{"arn:own"}})
	report := privilege.Review(graph.New(later, policy, other))
	require.Empty(t, report.Excess)
	require.Equal(t, []string{
		`role later: read policy "p": Syntax errors in policy: a policy must be a JSON object`,
		`role later: read its trust policy: Syntax errors in policy: a policy must be a JSON object`,
		`role other: the document of policy arn:own is not known`,
	}, report.Undecided)
}

func TestExcessInWords(t *testing.T) {
	t.Parallel()
	excess := privilege.Excess{Role: "app", Policy: "p", Sid: "S", Whole: true, Actions: []string{"a:B", "a:C"}}
	require.Equal(t, `role app, policy p, statement "S": no check needs it: it allows a:B, a:C`, excess.String())
	excess = privilege.Excess{
		Role: "app", Policy: "p", Statement: 1, Actions: []string{"a:B"}, Wide: map[string][]string{"s:*": {"s:A", "s:B"}},
	}
	require.Equal(t, "role app, policy p, statement 2: no check needs a:B; s:* is needed only for s:A, s:B", excess.String())
}
