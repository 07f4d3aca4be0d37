package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const app = `{"name": "app", "image": "a"}`

// containers returns a step's change, from a container's additional JSON properties and additional containers.
func containers(more string, others ...string) sandboxtest.Changes {
	first := strings.TrimSuffix(app, "}") + more + "}"
	text := "[" + strings.Join(append([]string{first}, others...), ",") + "]"
	return sandboxtest.Changes{"task": {"containerDefinitions": text}, "service": nil}
}

// TestContainerRules shows that the rules of package taskdef are applied, with the container's task.
func TestContainerRules(t *testing.T) {
	t.Parallel()
	task := func(s string) string { return "task: containerDefinitions: " + s }
	volume := sandboxtest.Changes{"service": nil, "task": containers(
		`, "mountPoints": [{"sourceVolume": "songs", "containerPath": "/tmp/songs"}]`)["task"]}
	volume["task"]["volumes"] = []any{provider.Props{"name": "songs"}}
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"smallest": {containers(""), ""},
		"two":      {containers("", `{"name": "migrate", "image": "a", "essential": false}`), ""},
		"misspelt": {containers(`, "enviroment": []`), task("the sandbox does not model a key of a container: json: " +
			`unknown field "enviroment"; ECS ignores a key that it does not support`)},
		"read-only": {containers(`, "readonlyRootFilesystem": true`), ""},
		"more CPU than the task": {containers(`, "cpu": 257`), task("ClientException: The sum of all container 'cpu' values " +
			"cannot be greater than the value of the task 'cpu'.")},
		"longer than a task definition may be": {
			containers(`, "command": ["` + strings.Repeat("x", 65536) + `"]`),
			task("ClientException: Actual length: '65584'. Max allowed length is '65536' bytes."),
		},
		"more memory than the task": {containers(`, "memory": 513`), task("ClientException: The 'memory' setting for " +
			"container 'app' is greater than for the task.")},
		"volume": {volume, ""},
	})
}

func TestTaskSizes(t *testing.T) {
	t.Parallel()
	size := func(cpu, memory string) sandboxtest.Changes {
		return sandboxtest.Changes{"task": {"cpu": cpu, "memory": memory}}
	}
	const numbers = "must be numbers of CPU units and MiB: AWS accepts \"1 vCPU\" too, but returns numbers, so that every " +
		"preview would show a change"
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"1 vCPU":    {size("1024", "2048"), ""},
		"no CPU":    {size("1 vCPU", "2048"), "task: cpu: cpu \"1 vCPU\" and memory \"2048\" " + numbers},
		"no memory": {size("256", "1 GB"), "task: cpu: cpu \"256\" and memory \"1 GB\" " + numbers},
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
	require.Equal(t, family+"3", revise("third", "256", "512"), "revision numbers are never reused")
	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "other",
		sandboxtest.With("task", provider.Props{"family": "other"})))
	require.Equal(t, 1.0, a.Got("other").State["revision"])
}

// TestVolumeRules breaks one property at a time of an EFS volume with an access point.
func TestVolumeRules(t *testing.T) {
	t.Parallel()
	efs := func(property string, v any) sandboxtest.Changes {
		volume := provider.Props{
			"fileSystemId": "fs-0123456789abcdef0", "transitEncryption": "ENABLED",
			"authorizationConfig": provider.Props{"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
		}
		if volume[property] = v; v == nil {
			delete(volume, property)
		}
		return sandboxtest.Changes{"service": nil, "task": {
			"taskRoleArn": "$role.arn",
			"volumes":     []any{provider.Props{"name": "songs", "efsVolumeConfiguration": volume}},
		}}
	}
	point := provider.Props{"accessPointId": "fsap-0123456789abcdef0"}
	without := efs("name", nil)
	delete(without["task"], "taskRoleArn")
	refused := "task: volumes: ClientException: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"good": {efs("name", nil), ""},
		"IAM in the clear": {
			efs("transitEncryption", nil), refused + "EFS IAM authorization requires TransitEncryption to be enabled.",
		},
		"access point in the clear": {
			sandboxtest.Changes{"service": nil, "task": {"volumes": []any{provider.Props{
				"name": "songs", "efsVolumeConfiguration": provider.Props{
					"fileSystemId": "fs-0123456789abcdef0", "authorizationConfig": point,
				},
			}}}}, refused + "EFS access points require TransitEncryption to be enabled.",
		},
		"IAM without a task role": {without, refused + "EFS IAM authorization requires a task role."},
		"root beside an access point": {efs("rootDirectory", "/songs"), refused + "Root directory must either be omitted or " +
			"set to '/' when an EFS access point is specified in authorizationConfig.accessPointId."},
		"file system's id": {efs("fileSystemId", "songs"), "task: volumes[0].efsVolumeConfiguration.fileSystemId: " +
			`"songs" does not match ^fs-[0-9a-f]{8,40}$`},
	})
}
