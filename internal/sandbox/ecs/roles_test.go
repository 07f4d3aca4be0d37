package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// deploys requires that the stack with some changes becomes healthy, or, with want, that it fails with an error that
// contains it.
func deploys(t *testing.T, changes sandboxtest.Changes, want string) {
	t.Helper()
	err := sandboxtest.New(t).Deploy(changes)
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, want)
}

// TestWhatRolesMustAllow breaks one property of a role at a time. A task then stops with AWS's reason.
func TestWhatRolesMustAllow(t *testing.T) {
	t.Parallel()
	start := func(old, replacement string) sandboxtest.Changes {
		return sandboxtest.Set("start", "policy", strings.Replace(sandboxtest.StartPolicy, old, replacement, 1))
	}
	trust := func(old, replacement string) sandboxtest.Changes {
		return sandboxtest.Set("role", "assumeRolePolicy", strings.Replace(sandboxtest.Trust, old, replacement, 1))
	}
	condition := func(c string) sandboxtest.Changes { return trust(`"Effect"`, `"Condition": {`+c+`}, "Effect"`) }
	const repository = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/app"
	image := func(statement string) sandboxtest.Changes {
		changes := start(`"Statement": [`, `"Statement": [`+statement)
		changes["task"] = map[string]any{
			"containerDefinitions": strings.Replace(sandboxtest.Containers, "livebeats/app", repository, 1),
		}
		return changes
	}
	login := `{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},`
	pull := `{"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws:ecr:eu-west-2:123456789012:repository/app"},`
	for name, test := range map[string]struct {
		changes sandboxtest.Changes
		want    string
	}{
		"secrets": {
			start("ssm:GetParameters", "ssm:GetParameter"), "is not authorized to perform: ssm:GetParameters on resource: " +
				"arn:aws:ssm:eu-west-2:123456789012:parameter/staging/SECRET because no identity-based policy allows",
		},
		"another path": {start("parameter/*", "parameter/production/*"), "is not authorized to perform: ssm:GetParameters"},
		"log stream":   {start("logs:CreateLogStream", "logs:X"), "is not authorized to perform: logs:CreateLogStream on"},
		"log events":   {start("logs:PutLogEvents", "logs:X"), "is not authorized to perform: logs:PutLogEvents on"},
		"streams of the group": {
			start("log-group:/live-beats:*", "log-group:/live-beats"), "is not authorized to perform: logs:CreateLogStream",
		},
		"denied":         {start(`"Effect": "Allow"`, `"Effect": "Deny"`), "is not authorized to perform: ssm:GetParameters"},
		"no policy":      {sandboxtest.Changes{"start": nil}, "is not authorized to perform: ssm:GetParameters"},
		"undecided":      {start(`"Effect"`, `"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "Effect"`), "cannot decide"},
		"other service":  {trust("ecs-tasks.", "ec2."), "ECS was unable to assume the role"},
		"other account":  {condition(`"StringEquals": {"aws:SourceAccount": "1"}`), "ECS was unable to assume the role"},
		"this account":   {condition(`"StringEquals": {"aws:SourceAccount": "123456789012"}`), ""},
		"other region":   {condition(`"ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:*:*"}`), "unable to assume the role"},
		"this region":    {condition(`"ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-2:123456789012:*"}`), ""},
		"registry login": {image(pull), "unable to retrieve ecr registry auth: service call has been retried 1 time(s): Access"},
		"image":          {image(login), "CannotPullContainerError: pull image manifest"},
		"pulled":         {image(login + pull), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deploys(t, test.changes, test.want)
		})
	}
}
