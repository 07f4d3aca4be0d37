package iampolicy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzDocument reads any text as a policy. What is valid must be the same when it is rendered and read again, must be
// equivalent to itself, and must decide a request in the same way in any order of its statements.
func FuzzDocument(f *testing.F) {
	for _, text := range []string{
		`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}`,
		`{"Statement": [{"Sid": "a", "Effect": "Deny", "NotAction": ["iam:*"], "NotResource": "arn:aws:s3:::a/*"}]}`,
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:Get*", "Resource": "*", "Condition":
			{"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", true, 1]}, "Null": {"aws:SourceArn": "true"}}}]}`,
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": {"Service": "ecs-tasks.amazonaws.com", "AWS": "123456789012"}}]}`,
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*",
			"Resource": "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/${*}"}]}`,
		`{"Statement": null}`, `{"Statement": [null]}`,
	} {
		f.Add(text, "s3:GetObject", "arn:aws:s3:::a/b", "aws:TagKeys", "a", true)
	}
	f.Fuzz(func(t *testing.T, text, action, resource, key, value string, partial bool) {
		document, err := Parse(text)
		if err != nil {
			return
		}
		request := Request{
			Services: []string{"ecs-tasks.amazonaws.com"}, Principal: "arn:aws:iam::123456789012:role/app",
			Action: action, Resource: resource, Context: map[string]string{key: value}, Partial: partial,
		}
		decision, err := Evaluate(request, document)
		reversed := Document{Statements: slices.Clone(document.Statements), Old: document.Old}
		slices.Reverse(reversed.Statements)
		again, errAgain := Evaluate(request, reversed)
		require.Equal(t, err == nil, errAgain == nil, "the order of the statements decides: %v, %v", err, errAgain)
		require.Equal(t, decision.Verdict, again.Verdict, "the order of the statements decides")
		for _, kind := range []Kind{Identity, Trust} {
			rendered, err := document.Render(kind)
			if err != nil {
				continue
			}
			read, err := Parse(rendered)
			require.NoError(t, err, rendered)
			twice, err := read.Render(kind)
			require.NoError(t, err)
			require.Equal(t, rendered, twice)
			require.True(t, Equivalent(rendered, rendered))
		}
	})
}
