package iampolicy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRenderIsCanonical(t *testing.T) {
	t.Parallel()
	document := Document{Statements: []Statement{
		{
			Sid: "Second", Effect: Allow,
			Actions:   []string{"ecs:ListTasks", "ecs:DescribeTasks"},
			Resources: []string{"*"},
			Conditions: Conditions{
				"StringEquals": {"aws:SourceAccount": {"2", "1"}},
				"ArnEquals":    {"ecs:cluster": {"arn:aws:ecs:eu-west-2:1:cluster/c"}},
			},
		},
		{Effect: Deny, Actions: []string{"*"}, Resources: []string{"arn:aws:s3:::b", "arn:aws:s3:::a"}},
	}}
	text, err := document.Render(Identity)
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[`+
		`{"Sid":"Second","Effect":"Allow","Action":["ecs:DescribeTasks","ecs:ListTasks"],"Resource":["*"],`+
		`"Condition":{"ArnEquals":{"ecs:cluster":["arn:aws:ecs:eu-west-2:1:cluster/c"]},`+
		`"StringEquals":{"aws:SourceAccount":["1","2"]}}},`+
		`{"Effect":"Deny","Action":["*"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}]}`, text)
	require.Equal(t, "ecs:ListTasks", document.Statements[0].Actions[0], "the caller's lists do not change")
}

func TestRenderTrust(t *testing.T) {
	t.Parallel()
	text, err := Document{Statements: []Statement{trust()}}.Render(Trust)
	require.NoError(t, err)
	require.Equal(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`+
		`"Principal":{"Service":["ecs-tasks.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}`, text)
}

func TestRenderRefusesAnInvalidDocument(t *testing.T) {
	t.Parallel()
	_, err := Document{}.Render(Trust)
	require.EqualError(t, err,
		"render trust policy: Syntax errors in policy: a policy must have at least one statement")
}

func trust() Statement {
	return Statement{
		Effect: Allow, Actions: []string{"sts:AssumeRole"},
		Principals: Principals{"Service": {"ecs-tasks.amazonaws.com"}},
	}
}
