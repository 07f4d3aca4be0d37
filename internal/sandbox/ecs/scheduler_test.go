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

const (
	service = "arn:aws:ecs:eu-west-2:123456789012:service/live-beats/live-beats"
	family  = "arn:aws:ecs:eu-west-2:123456789012:task-definition/live-beats:"

	noParameter = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval " +
		"failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): " +
		"invalid parameters: /staging/SECRET"
	noLogGroup = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
		"failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1"
	notSteady = "service: waiting for ECS Service (" + service + ") to reach steady state: timeout while waiting for state " +
		"to become 'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s); its last task stopped: "
)

func status(t *testing.T, a *sandboxtest.Account) *sandbox.Status {
	t.Helper()
	s, err := a.Sandbox.Status(a.Region, sandboxtest.ServiceName, sandboxtest.ServiceName)
	require.NoError(t, err)
	return s
}

// tasks counts the tasks by status.
func tasks(s *sandbox.Status) (running, stopped int) {
	for _, task := range s.Tasks {
		if task.Status == ecs.Running {
			running++
		} else {
			stopped++
		}
	}
	return running, stopped
}

func TestFirstDeploy(t *testing.T) {
	t.Parallel()
	s := status(t, sandboxtest.Deployed(t, nil))
	require.True(t, s.Healthy())
	require.Equal(t, 2, s.Desired)
	require.Equal(t, family+"1", s.TaskDefinition)
	require.Len(t, s.Deployments, 1)
	d := s.Deployments[0]
	require.Equal(t, []string{ecs.Primary, ecs.Completed, family + "1"}, []string{d.Status, d.Rollout, d.TaskDefinition})
	require.Equal(t, "ECS deployment ecs-svc/0000000000000000001 completed.", d.Reason)
	require.Len(t, s.Tasks, 2)
	require.NotEqual(t, s.Tasks[0].Zone, s.Tasks[1].Zone, "spread over the zones")
	require.NotEqual(t, s.Tasks[0].PrivateIP, s.Tasks[1].PrivateIP)
	require.Len(t, s.Targets, 2)
	require.Equal(t, "healthy", s.Targets[0].Health)
	require.Equal(t, 4000, s.Targets[0].Port)
	require.Equal(t, "(service live-beats) has reached a steady state.", s.Events[len(s.Events)-1].Message)
}

func TestWhyTasksDoNotStart(t *testing.T) {
	t.Parallel()
	health := func(path, matcher string) sandboxtest.Changes {
		return sandboxtest.Set("targets", "healthCheck", provider.Props{"path": path, "matcher": matcher})
	}
	failed := func(code string) string {
		return notSteady + "Task failed ELB health checks in (target-group $targets): Health checks failed with these codes: [" +
			code + "]"
	}
	role := "arn:aws:iam::123456789012:role/none"
	assume := notSteady + "ECS was unable to assume the role '" + role + "' that was provided for this task. Please verify " +
		"that the role being passed has the proper trust relationship and permissions and that your IAM user has " +
		"permissions to pass this role."
	byARN := func(arn string) sandboxtest.Changes {
		return sandboxtest.Changes{
			"secret": {"name": "SECRET"},
			"task": {"containerDefinitions": `[{"name": "app", "image": "a", "portMappings": [{"containerPort": 4000}], ` +
				sandboxtest.Environment + `, "secrets": [{"name": "SECRET_KEY_BASE", "valueFrom": "` + arn + `"}]}]`},
		}
	}
	invalid := notSteady + noParameter[:len(noParameter)-len("/staging/SECRET")]
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"no parameter":      {sandboxtest.Changes{"secret": nil}, notSteady + noParameter},
		"parameter by ARN":  {byARN("arn:aws:ssm:eu-west-2:123456789012:parameter/SECRET"), ""},
		"parameter by name": {byARN("SECRET"), ""},
		"parameter of another region": {
			byARN("arn:aws:ssm:eu-west-1:123456789012:parameter/SECRET"), invalid + "SECRET",
		},
		"parameter of another account": {
			sandboxtest.Changes{
				"task":   byARN("arn:aws:ssm:eu-west-2:210987654321:parameter/SECRET")["task"],
				"start":  {"policy": strings.ReplaceAll(sandboxtest.StartPolicy, "ssm:*:123456789012", "ssm:*:210987654321")},
				"secret": {"name": "SECRET"},
			}, invalid + "SECRET",
		},
		"parameter of another path": {
			byARN("arn:aws:ssm:eu-west-2:123456789012:parameter/staging/SECRET"), invalid + "/staging/SECRET",
		},
		"no log group":       {sandboxtest.Changes{"logs": nil}, notSteady + noLogGroup},
		"no execution role":  {sandboxtest.Set("task", "executionRoleArn", role), assume},
		"no task role":       {sandboxtest.Set("task", "taskRoleArn", role), assume},
		"redirect":           {health("/", "200"), failed("302")},
		"redirect accepted":  {health("/", "200,302"), ""},
		"range accepted":     {health("/", "300-399"), ""},
		"below the range":    {health("/", "303-399"), failed("302")},
		"not found":          {health("/health", "200-399"), failed("404")},
		"not found accepted": {health("/health", "404"), ""},
		"no health check":    {sandboxtest.Set("targets", "healthCheck", nil), failed("302")},
	})
}

func TestCircuitBreakerEndsAFirstDeployment(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.EqualError(t, a.Deploy(sandboxtest.Changes{"secret": nil}), notSteady+noParameter)
	s := status(t, a)
	require.False(t, s.Healthy())
	require.Len(t, s.Deployments, 1)
	require.Equal(t, ecs.Failed, s.Deployments[0].Rollout)
	require.Equal(t, "ECS deployment circuit breaker: tasks failed to start.", s.Deployments[0].Reason)
	require.Equal(t, 3, s.Deployments[0].FailedTasks)
	running, stopped := tasks(s)
	require.Equal(t, []int{0, 4}, []int{running, stopped}, "one was about to start")
	require.Equal(t, noParameter, s.Tasks[2].StoppedReason)
	require.Empty(t, s.Targets)
}

func TestHowManyFailuresADeploymentBears(t *testing.T) {
	t.Parallel()
	for desired, want := range map[float64]int{1: 3, 6: 3, 7: 4, 20: 10} {
		a := sandboxtest.New(t)
		require.Error(t, a.Deploy(sandboxtest.Changes{"secret": nil, "service": {"desiredCount": desired}}))
		require.Equal(t, want, status(t, a).Deployments[0].FailedTasks, desired)
	}
}

// TestFailuresCountOnlyInARow deploys six tasks, one of whose two zones has no route out. Tasks in the other zone are
// healthy, so that the failures do not end the deployment: it is still in progress when the wait is over.
func TestFailuresCountOnlyInARow(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	const table, association = "aws:ec2/routeTable:RouteTable", "aws:ec2/routeTableAssociation:RouteTableAssociation"
	require.NoError(t, a.Make(table, "table", provider.Props{"vpcId": "$vpc"}))
	require.NoError(t, a.Make(association, "alone", provider.Props{"routeTableId": "$table", "subnetId": "$subnet-b"}))
	err := a.Deploy(sandboxtest.Set("service", "desiredCount", 6.0))
	require.ErrorContains(t, err, "'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s)")
	d := status(t, a).Deployments[0]
	require.Equal(t, ecs.InProgress, d.Rollout)
	require.True(t, d.Passed)
	require.Zero(t, d.FailedTasks)
	running, _ := tasks(status(t, a))
	require.Equal(t, 3, running)
}

// TestStableIsNotHealthy: the real provider returns as soon as the tasks run. Whether they become healthy shows later.
func TestStableIsNotHealthy(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	without := sandboxtest.Changes{"service": nil, "targets": {"healthCheck": provider.Props{"path": "/nowhere"}}}
	require.NoError(t, a.Deploy(without))
	urn := sandboxtest.URN(sandboxtest.Service, "service")
	in, _, err := a.Check(sandboxtest.Service, urn, nil, a.Resolve(sandboxtest.With("service", nil)), nil)
	require.NoError(t, err)
	_, _, err = a.Create(sandboxtest.Service, urn, in, false)
	require.NoError(t, err)
	s := status(t, a)
	require.Equal(t, ecs.Failed, s.Deployments[0].Rollout)
	require.Contains(t, s.Tasks[0].StoppedReason, "Health checks failed with these codes: [404]")
}

// TestServiceByFamily: a service may name its task definition by family, which stands for the newest revision, or by
// family:revision. The real provider reads the latter.
func TestServiceByFamily(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"live-beats": "live-beats:2", "live-beats:1": "live-beats:1"} {
		a := sandboxtest.New(t)
		require.NoError(t, a.Deploy(sandboxtest.Changes{"service": nil}))
		require.NoError(t, a.Make(sandboxtest.TaskDefinition, "next", sandboxtest.With("task", nil)))
		require.NoError(t, a.Make(sandboxtest.Service, "service", sandboxtest.With("service", provider.Props{"taskDefinition": name})))
		require.Equal(t, want, a.Got("service").State["taskDefinition"])
		require.True(t, status(t, a).Healthy())
		require.Equal(t, strings.TrimSuffix(family, "live-beats:")+want, status(t, a).Deployments[0].TaskDefinition)
	}
	a := sandboxtest.New(t)
	require.EqualError(t, a.Deploy(sandboxtest.Set("service", "taskDefinition", "live-beats:7")),
		"service: ClientException: Unable to describe task definition.")
}

func TestWithoutWaitingNothingIsReported(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Changes{"secret": nil, "service": {"waitForSteadyState": nil}})
	require.False(t, status(t, a).Healthy())
}

// failingRevision registers a revision whose tasks cannot start, and updates the service to it.
func failingRevision(t *testing.T, a *sandboxtest.Account) error {
	t.Helper()
	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "broken", sandboxtest.With("task", provider.Props{
		"containerDefinitions": `[{"name": "app", "image": "a", "portMappings": [{"containerPort": 4000}], ` +
			sandboxtest.Environment + `, "secrets": [{"name": "SECRET_KEY_BASE", "valueFrom": "/staging/NONE"}]}]`,
	})))
	return a.Change("service", provider.Props{"taskDefinition": "$broken.arn"})
}

func TestRollback(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	before := status(t, a).Tasks
	require.NoError(t, failingRevision(t, a), "ECS is steady again, with the old revision")
	s := status(t, a)
	require.False(t, s.Healthy(), "the requested revision does not run")
	require.Equal(t, family+"1", s.TaskDefinition)
	require.Equal(t, family+"1", a.Got("service").State["taskDefinition"], "the provider reads the same revision")
	require.Len(t, s.Deployments, 2)
	old, failed := s.Deployments[0], s.Deployments[1]
	require.Equal(t, []string{ecs.Primary, ecs.Completed, family + "1"}, []string{old.Status, old.Rollout, old.TaskDefinition})
	require.Equal(t, "ECS deployment circuit breaker: rolled back to "+family+"1", old.Reason)
	require.Equal(t, []string{ecs.Active, ecs.Failed, family + "2"}, []string{failed.Status, failed.Rollout, failed.TaskDefinition})
	require.Equal(t, before, s.Tasks[:2], "the old tasks keep running")
	require.Len(t, s.Targets, 2)

	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "mended", sandboxtest.With("task", nil)))
	require.NoError(t, a.Change("service", provider.Props{"taskDefinition": "$mended.arn"}))
	s = status(t, a)
	require.True(t, s.Healthy())
	require.Len(t, s.Deployments, 1)
}

// TestRollbackToTheSameRevision forces a deployment that fails. The change that it was for has not happened.
func TestRollbackToTheSameRevision(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Remove("secret"))
	require.True(t, status(t, a).Healthy(), "the running tasks have read it already")
	require.NoError(t, a.Change("service", provider.Props{"forceNewDeployment": true}), "steady, with the old tasks")
	s := status(t, a)
	require.False(t, s.Healthy())
	require.Equal(t, ecs.Failed, s.Deployments[1].Rollout)
	require.NoError(t, a.Make(sandboxtest.Parameter, "secret", sandboxtest.With("secret", nil)))
	require.NoError(t, a.Sandbox.Redeploy(a.Region, service))
	require.True(t, status(t, a).Healthy())
}

// TestRevisionThatIsRolledBackTo: Pulumi deletes the revision, because the update succeeded. The revision's tasks keep
// running.
func TestRevisionThatIsRolledBackTo(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, failingRevision(t, a))
	require.NoError(t, a.Remove("task"))
	require.NoError(t, a.Change("service", provider.Props{"desiredCount": 3.0}))
	running, _ := tasks(status(t, a))
	require.Equal(t, 3, running)
	other := sandboxtest.With("service", provider.Props{
		"name": "other", "taskDefinition": family + "1",
	})
	require.EqualError(t, a.Make(sandboxtest.Service, "other", other), "ClientException: Unable to describe task definition.")
	require.NoError(t, a.RemoveAll())
	require.True(t, a.Sandbox.Empty())
}

func TestNoRollback(t *testing.T) {
	t.Parallel()
	for name, breaker := range map[string]any{
		"breaker without rollback": provider.Props{"enable": true, "rollback": false}, "no breaker": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, sandboxtest.Set("service", "deploymentCircuitBreaker", breaker))
			require.ErrorContains(t, failingRevision(t, a), "invalid parameters: /staging/NONE")
			s := status(t, a)
			require.False(t, s.Healthy())
			require.Equal(t, family+"2", s.Deployments[1].TaskDefinition)
			require.Equal(t, ecs.Primary, s.Deployments[1].Status)
			running, _ := tasks(s)
			require.Equal(t, 2, running, "the old tasks keep running")
		})
	}
}
