package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const app = `{"name": "app", "image": "a"}`

// containers makes a step's change from a container's further JSON properties and further containers.
func containers(more string, others ...string) sandboxtest.Changes {
	first := strings.TrimSuffix(app, "}") + more + "}"
	text := "[" + strings.Join(append([]string{first}, others...), ",") + "]"
	return sandboxtest.Changes{"task": {"containerDefinitions": text}, "service": nil}
}

func TestContainerRules(t *testing.T) {
	t.Parallel()
	task := func(s string) string { return "task: containerDefinitions: " + s }
	invalid := task("ECS Task Definition container_definitions is invalid: Error decoding JSON: ")
	logs := `, "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/live-beats"}}`
	migrate := `{"name": "migrate", "image": "a", "essential": false}`
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"smallest":    {containers(""), ""},
		"two":         {containers("", migrate), ""},
		"misspelt":    {containers(`, "enviroment": []`), invalid + `json: unknown field "enviroment"`},
		"wrong kind":  {containers(`, "cpu": "1"`), invalid + "json: cannot unmarshal string into Go struct field container.cpu of type int"},
		"same names":  {containers("", app), task(`ClientException: Container names must be unique and not empty: "app"`)},
		"empty name":  {containers("", `{"image": "a"}`), task(`ClientException: Container names must be unique and not empty: ""`)},
		"none at all": {sandboxtest.Set("task", "containerDefinitions", "[]"), task("ClientException: A task definition must have at least one essential container")},
		"no essential": {
			containers(`, "essential": false`),
			task("ClientException: A task definition must have at least one essential container"),
		},
		"no image":   {containers("", `{"name": "b"}`), task("ClientException: Container.image should not be null or empty.")},
		"same ports": {containers(`, "portMappings": [{"containerPort": 1, "hostPort": 1}]`), ""},
		"other host port": {
			containers(`, "portMappings": [{"containerPort": 1, "hostPort": 2}]`),
			task("ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings must match."),
		},
		"secret beside a variable": {
			containers(`, "environment": [{"name": "A", "value": ""}], "secrets": [{"name": "A", "valueFrom": "/a"}]`),
			task("ClientException: The secret name must be unique and not shared with any new or existing " +
				"environment variables set on the container, such as 'A'."),
		},
		"longest timeouts": {containers(`, "stopTimeout": 120, "startTimeout": 120`), ""},
		"stop timeout": {
			containers(`, "stopTimeout": 121`),
			task(`ClientException: startTimeout and stopTimeout of container "app" cannot exceed 120 seconds`),
		},
		"start timeout": {
			containers(`, "startTimeout": 121`),
			task(`ClientException: startTimeout and stopTimeout of container "app" cannot exceed 120 seconds`),
		},
		"dependency": {containers(`, "dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}]`, migrate), ""},
		"dependency on nothing": {
			containers(`, "dependsOn": [{"containerName": "x", "condition": "START"}]`),
			task(`ClientException: Container "app" depends on container "x", which does not exist`),
		},
		"dependency on an essential container": {
			containers(`, "dependsOn": [{"containerName": "b", "condition": "SUCCESS"}]`, `{"name": "b", "image": "b"}`),
			task("ClientException: A dependency container with SUCCESS or COMPLETE condition cannot be an essential container"),
		},
		"log driver": {
			containers(`, "logConfiguration": {"logDriver": "splunk"}`),
			task(`the sandbox does not model the log driver "splunk"; it models awslogs`),
		},
		"log options": {
			containers(logs),
			task("ClientException: Log driver awslogs requires options: awslogs-region, awslogs-stream-prefix"),
		},
	})
}

func TestTaskSizes(t *testing.T) {
	t.Parallel()
	size := func(cpu, memory string) sandboxtest.Changes {
		return sandboxtest.Changes{"task": {"cpu": cpu, "memory": memory}}
	}
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"1 vCPU":    {size("1024", "2048"), ""},
		"no CPU":    {size("1 vCPU", "512"), `task: cpu: ClientException: Invalid 'cpu' setting for task: "1 vCPU"`},
		"no memory": {size("256", "1 GB"), `task: cpu: ClientException: Invalid 'memory' setting for task: "1 GB"`},
		"bad pair": {size("256", "4096"), "task: cpu: ClientException: No Fargate configuration exists for given values: " +
			"256 CPU, 4096 memory. See the Amazon ECS documentation for the valid values. (no Fargate configuration " +
			"exists for 256 CPU, 4096 memory: with cpu 256 memory must be one of [512 1024 2048])"},
	})
}

func TestWhatNeedsAnExecutionRole(t *testing.T) {
	t.Parallel()
	without := func(container string) sandboxtest.Changes {
		return sandboxtest.Changes{
			"task":    {"executionRoleArn": nil, "containerDefinitions": "[" + container + "]"},
			"service": nil,
		}
	}
	ecr := "123456789012.dkr.ecr.eu-west-2.amazonaws.com/app:1"
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"nothing": {without(app), ""},
		"secrets": {
			without(`{"name": "a", "image": "a", "secrets": [{"name": "A", "valueFrom": "/a"}]}`), "task: ClientException: " +
				"When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
		},
		"logs": {
			without(`{"name": "a", "image": "a", "logConfiguration": {"logDriver": "awslogs", "options": {` +
				`"awslogs-group": "g", "awslogs-region": "r", "awslogs-stream-prefix": "p"}}}`), "task: ClientException: " +
				"Fargate requires task definition to have execution role ARN to support log driver awslogs.",
		},
		"ECR": {
			without(`{"name": "a", "image": "` + ecr + `"}`), "task: ClientException: " +
				"Fargate requires task definition to have execution role ARN to support ECR images.",
		},
	})
}

func TestRevisions(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	revise := func(name, cpu, memory string) string {
		in := sandboxtest.With("task", provider.Props{"cpu": cpu, "memory": memory})
		require.NoError(t, a.Make(sandboxtest.TaskDefinition, name, in))
		require.Equal(t, "live-beats", a.Got(name).ID, "revisions share an id")
		arn, ok := a.Got(name).State["arn"].(string)
		require.True(t, ok)
		return arn
	}
	family := "arn:aws:ecs:eu-west-2:123456789012:task-definition/live-beats:"
	require.Equal(t, family+"2", revise("second", "512", "1024"))
	require.Equal(t, 2.0, a.Got("second").State["revision"])
	require.NoError(t, a.Remove("task"), "the old revision")
	_, state, err := a.Refresh("second")
	require.NoError(t, err)
	require.Equal(t, "512", state["cpu"])
	_, state, err = a.Refresh("task")
	require.NoError(t, err)
	require.Nil(t, state)
	require.NoError(t, a.Remove("second"))
	require.Equal(t, family+"3", revise("third", "256", "512"), "revisions are never used again")
	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "other",
		sandboxtest.With("task", provider.Props{"family": "other"})))
	require.Equal(t, 1.0, a.Got("other").State["revision"])
}
