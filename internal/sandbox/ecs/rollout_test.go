package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// story returns what happened to the tasks after the first steady state: + for a start, - for a stop.
func story(s *sandbox.Status) string {
	steady, steps := false, ""
	for _, e := range s.Events {
		switch {
		case steady && strings.Contains(e.Message, "has started"):
			steps += "+"
		case steady && strings.Contains(e.Message, "has stopped"):
			steps += "-"
		}
		steady = steady || strings.Contains(e.Message, "steady state")
	}
	return steps
}

// TestPercentagesOfARollout deploys a second revision, with limits on how many tasks may run.
func TestPercentagesOfARollout(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		desired, least, most float64
		want                 string
	}{
		"new ones first":        {2, 100, 200, "++--"},
		"old ones first":        {2, 0, 100, "--++"},
		"one by one":            {2, 50, 100, "-+-+"},
		"one more":              {2, 100, 150, "+-+-"},
		"half is rounded up":    {3, 50, 100, "-+-+-+"},
		"one task without room": {1, 100, 150, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, sandboxtest.Changes{
				"service": {
					"desiredCount": test.desired, "deploymentMinimumHealthyPercent": test.least,
					"deploymentMaximumPercent": test.most,
				},
				"targets": {"deregistrationDelay": 0.0},
			})
			err := a.Change("service", provider.Props{"forceNewDeployment": true})
			if test.want == "" {
				require.ErrorContains(t, err, "the deployment's minimum and maximum percent leave no room")
				return
			}
			require.NoError(t, err)
			s := status(t, a)
			require.True(t, s.Healthy())
			require.Equal(t, test.want, story(s))
		})
	}
}

func TestStatesOfATask(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, ecs.DeclareImage(a.World, testImage, ecs.Image{StartSeconds: 3600}))
	require.Error(t, a.Deploy(sandboxtest.Set("service", "healthCheckGracePeriodSeconds", 7200.0)))
	s := status(t, a)
	require.False(t, s.Healthy(), "an hour has not passed")
	require.Equal(t, ecs.InProgress, s.Deployments[0].Rollout)
	require.Equal(t, []string{ecs.Running, "unhealthy"}, []string{s.Tasks[0].Status, s.Targets[0].Health})
}

// TestExecAgent shows whether ECS Exec would work in the tasks.
func TestExecAgent(t *testing.T) {
	t.Parallel()
	exec := sandboxtest.Changes{"task": {"taskRoleArn": "$role.arn"}, "service": {"enableExecuteCommand": true}}
	s := status(t, sandboxtest.Deployed(t, exec))
	require.True(t, s.Healthy(), "the tasks still run")
	require.Contains(t, s.Tasks[0].ExecAgent, "STOPPED (ExecuteCommandAgent: AccessDeniedException: ")
	require.Contains(t, s.String(), "ECS Exec does not work in task ")
	exec["policy"] = provider.Props{"policy": strings.Replace(sandboxtest.Policy, "ecs:ListTasks", "ssmmessages:*", 1)}
	require.Equal(t, "RUNNING", status(t, sandboxtest.Deployed(t, exec)).Tasks[0].ExecAgent)
	require.Empty(t, status(t, sandboxtest.Deployed(t, nil)).Tasks[0].ExecAgent)
}

// TestHealthCheckInsideTheContainer requires a tool that the image does not have.
func TestHealthCheckInsideTheContainer(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"curl -f http://localhost:4000/signin": "Task failed container health checks",
		"/app/bin/live_beats pid":              "the sandbox cannot decide this: whether the health check command of container app",
	} {
		deploys(t, sandboxtest.Set("task", "containerDefinitions", strings.Replace(sandboxtest.Containers, `"name": "app"`,
			`"name": "app", "healthCheck": {"command": ["CMD-SHELL", "`+command+`"]}`, 1)), want)
	}
}

// TestHealthCheckPort checks a separate port, on which the app does not answer.
func TestHealthCheckPort(t *testing.T) {
	t.Parallel()
	changes := sandboxtest.Set("targets", "healthCheck", provider.Props{"path": "/signin", "port": "4001"})
	deploys(t, changes, "Request timed out")
	changes["in"], changes["app"] = provider.Props{"toPort": 4001.0}, provider.Props{"toPort": 4001.0}
	deploys(t, changes, "): Health checks failed")
	deploys(t, sandboxtest.Set("targets", "healthCheck", provider.Props{"path": "/signin", "port": "4000"}), "")
}
