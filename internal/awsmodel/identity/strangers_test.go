package identity

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

func TestClosed(t *testing.T) {
	t.Parallel()
	const (
		account   = "123456789012"
		service   = `"Service": "ecs-tasks.amazonaws.com"`
		condition = `, "Condition": {"StringEquals": {"sts:ExternalId": "x"}}`
	)
	for name, test := range map[string]struct {
		principal, more string
		account         string
		want            awsmodel.Verdict
		why             string
	}{
		"service":             {"{" + service + "}", "", account, awsmodel.Proven, ""},
		"own account":         {`{"AWS": "123456789012"}`, "", account, awsmodel.Proven, ""},
		"own root":            {`{"AWS": "arn:aws:iam::123456789012:root"}`, "", account, awsmodel.Proven, ""},
		"own user":            {`{"AWS": "arn:aws:iam::123456789012:user/ann"}`, "", account, awsmodel.Proven, ""},
		"unique id":           {`{"AWS": "AROAEXAMPLEEXAMPLEEX"}`, "", account, awsmodel.Proven, ""},
		"everyone":            {`"*"`, "", account, awsmodel.Refuted, "lets in everyone"},
		"every AWS principal": {`{"AWS": "*", ` + service + "}", "", account, awsmodel.Refuted, "lets in everyone"},
		"another account":     {`{"AWS": "210987654321"}`, "", account, awsmodel.Refuted, "lets in account 210987654321"},
		"another root":        {`{"AWS": "arn:aws:iam::210987654321:root"}`, "", account, awsmodel.Refuted, "lets in account 210987654321"},
		"unknown account":     {`{"AWS": "210987654321"}`, "", "", awsmodel.Undecided, "may let in account 210987654321"},
		"with a condition":    {`"*"`, condition, account, awsmodel.Undecided, "may let in everyone"},
		"every GitHub user":   {`{"Federated": "arn:aws:iam::123456789012:oidc-provider/a"}`, "", account, awsmodel.Refuted, "every user of"},
		"denied somewhere": {
			`"*"`, `}, {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"`, account, awsmodel.Undecided, "may let in",
		},
		"another action": {`"*"`, `, "Sid": "x"`, account, awsmodel.Refuted, `statement 1 "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := Closed(&graph.Resource{ID: "tasks", Props: graph.Props{
				"assumeRolePolicy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", ` +
					`"Principal": ` + test.principal + test.more + `}]}`,
			}}, test.account)
			require.Equal(t, test.want, answer.Verdict, answer.Why())
			require.Contains(t, answer.Why(), test.why)
		})
	}
	answer := Closed(&graph.Resource{ID: "tasks", Props: graph.Props{
		"assumeRolePolicy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:TagSession", "Principal": "*"}]}`,
	}}, account)
	require.Equal(t, awsmodel.Proven, answer.Verdict, "tags alone assume nothing")
	require.Equal(t, awsmodel.Undecided, Closed(&graph.Resource{ID: "tasks"}, account).Verdict)
}
