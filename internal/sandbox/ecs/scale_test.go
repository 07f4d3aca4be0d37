package ecs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestScaling(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for _, desired := range []float64{5, 1, 0, 2} {
		require.NoError(t, a.Change("service", provider.Props{"desiredCount": desired}))
		s := status(t, a)
		running, _ := tasks(s)
		require.Equal(t, int(desired), running)
		require.Len(t, s.Targets, int(desired))
		require.True(t, s.Healthy())
		require.Equal(t, "ecs-svc/0000000000000000001", s.Deployments[0].ID, "scaling is not a deployment")
	}
}

func TestNoTasksAreDesired(t *testing.T) {
	t.Parallel()
	s := status(t, sandboxtest.Deployed(t, sandboxtest.Changes{"secret": nil, "service": {"desiredCount": 0.0}}))
	require.True(t, s.Healthy())
	require.Empty(t, s.Tasks)
}

func TestScalingUpMeetsWhatIsMissing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Remove("secret"))
	require.ErrorContains(t, a.Change("service", provider.Props{"desiredCount": 3.0}), noParameter)
	require.False(t, status(t, a).Healthy())
}

func TestWhatStartsADeployment(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change provider.Props
		want   string
	}{
		"tags":             {provider.Props{"tags": provider.Props{"a": "b"}}, "ecs-svc/0000000000000000001"},
		"task definition":  {provider.Props{"taskDefinition": "$next.arn"}, "ecs-svc/0000000000000000002"},
		"forced":           {provider.Props{"forceNewDeployment": true}, "ecs-svc/0000000000000000002"},
		"scaled":           {provider.Props{"desiredCount": 2.0}, "ecs-svc/0000000000000000001"},
		"platform version": {provider.Props{"platformVersion": "1.4.0"}, "ecs-svc/0000000000000000002"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, nil)
			require.NoError(t, a.Make(sandboxtest.TaskDefinition, "next", sandboxtest.With("task", nil)))
			require.NoError(t, a.Change("service", test.change))
			s := status(t, a)
			require.True(t, s.Healthy())
			require.Len(t, s.Deployments, 1)
			require.Equal(t, test.want, s.Deployments[0].ID)
			running, _ := tasks(s)
			require.Equal(t, 2, running)
		})
	}
}

func TestStoppedTasksAreForgotten(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for i := range 30 {
		require.NoError(t, a.Change("service", provider.Props{
			"forceNewDeployment": true, "healthCheckGracePeriodSeconds": float64(i + 1),
		}))
	}
	s := status(t, a)
	running, stopped := tasks(s)
	require.Equal(t, []int{2, 20}, []int{running, stopped})
	require.Len(t, s.Events, 100)
}

func TestDeletedServiceLeavesNoTasks(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Remove("service"))
	_, err := ecs.Describe(a.World, a.Scope, "live-beats", "live-beats")
	require.EqualError(t, err, "ServiceNotFoundException: Service live-beats not found in cluster live-beats.")
	require.NoError(t, a.Make(sandboxtest.Service, "service", sandboxtest.With("service", nil)))
	require.Len(t, status(t, a).Tasks, 2)
}

// TestTasksThatNoLongerAnswerAreReplaced removes what the tasks depend on, after they have started.
func TestTasksThatNoLongerAnswerAreReplaced(t *testing.T) {
	t.Parallel()
	for want, lost := range map[string]string{
		"Target.NotRegistered": "targets", "Request timed out": "app",
		"Target group is not configured to receive traffic from the load balancer": "http",
	} {
		t.Run(lost, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, nil)
			r := a.Got(lost)
			a.World.Delete(a.World.Get(r.Token, a.Region, r.ID))
			s := status(t, a)
			require.False(t, s.Healthy())
			require.Contains(t, s.Tasks[0].StoppedReason, want)
		})
	}
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Change("targets", provider.Props{"healthCheck": provider.Props{"path": "/none"}}))
	require.False(t, status(t, a).Healthy())
	require.NoError(t, a.Change("targets", provider.Props{"healthCheck": provider.Props{"path": "/signin"}}))
	s := status(t, a)
	require.True(t, s.Healthy(), "new tasks start by themselves")
	require.Len(t, s.Deployments, 1)
}
