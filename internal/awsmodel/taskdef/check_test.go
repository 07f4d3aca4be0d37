package taskdef

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// check reads containers and checks the rules, in a task of 256 CPU units and 512 MiB with the volume "songs".
func check(t *testing.T, containers ...string) error {
	t.Helper()
	text := "[" + strings.Join(containers, ",") + "]"
	parsed, err := Parse(text)
	if err == nil {
		err = Modelled(text)
	}
	if err != nil {
		return err
	}
	return Check(parsed, Task{CPU: 256, Memory: 512, Volumes: []string{"songs"}})
}

// app returns a valid container with additional properties.
func app(more ...string) string {
	return `{"name": "app", "image": "a"` + strings.Join(append([]string{""}, more...), ", ") + "}"
}

func TestContainersThatAreFine(t *testing.T) {
	t.Parallel()
	migrate := `{"name": "migrate", "image": "a", "essential": false}`
	require.NoError(t, check(t, app()))
	require.NoError(t, check(t, app(
		`"cpu": 256`, `"memory": 512`, `"memoryReservation": 512`, `"startTimeout": 120`, `"stopTimeout": 120`,
		`"portMappings": [{"name": "web", "containerPort": 65535, "hostPort": 65535, "appProtocol": "http"}]`,
		`"dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}]`,
		`"healthCheck": {"command": ["CMD", "true"], "interval": 300, "timeout": 60, "retries": 10, "startPeriod": 300}`,
		`"ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 1}]`,
		`"mountPoints": [{"sourceVolume": "songs", "containerPath": "/tmp/songs"}]`,
		`"linuxParameters": {"initProcessEnabled": true, "capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}`,
		`"readonlyRootFilesystem": true`, `"interactive": true`, `"pseudoTerminal": true`, `"privileged": false`,
		`"versionConsistency": "enabled"`, `"environmentFiles": []`, `"repositoryCredentials": null`,
		`"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-region": "r", "awslogs-group": "g",
			"awslogs-stream-prefix": "p", "mode": "non-blocking"}}`,
	), migrate))
	require.NoError(t, check(t, app(`"portMappings": [{"containerPort": 1, "protocol": "tcp"},
		{"containerPort": 1, "protocol": "udp"}]`)), "TCP and UDP have separate ports")
}

func TestContainerRules(t *testing.T) {
	t.Parallel()
	invalid := "ECS Task Definition container_definitions is invalid: Error decoding JSON: "
	optional := `{"name": "migrate", "image": "a", "essential": false`
	logs := func(options string) string {
		return app(`"logConfiguration": {"logDriver": "awslogs", "options": {` + options + `}}`)
	}
	const allLogs = `"awslogs-region": "r", "awslogs-group": "g", "awslogs-stream-prefix": "p"`
	depends := func(on, condition string) string {
		return `"dependsOn": [{"containerName": "` + on + `", "condition": "` + condition + `"}]`
	}
	for name, test := range map[string]struct {
		containers []string
		want       string
	}{
		"unknown key": {
			[]string{app(`"enviroment": []`)}, `the sandbox does not model a key of a container: json: unknown field ` +
				`"enviroment"; ECS ignores a key that it does not support`,
		},
		"key further in": {
			[]string{app(`"logConfiguration": {"logDriver": "awslogs", "secretOptions": []}`)}, `the sandbox does not model a ` +
				`key of a container: json: unknown field "secretOptions"; ECS ignores a key that it does not support`,
		},
		"privileged": {[]string{app(`"privileged": true`)}, "Fargate compatible task definitions do not support privileged"},
		"version consistency": {
			[]string{app(`"versionConsistency": "off"`)},
			`versionConsistency "off" of container "app" must be enabled or disabled`,
		},
		"capability": {
			[]string{app(`"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}`)},
			`Fargate adds the capability SYS_PTRACE alone: "NET_ADMIN" of container "app"`,
		},
		"wrong kind": {
			[]string{app(`"cpu": "1"`)},
			invalid + "json: cannot unmarshal string into Go struct field Container.cpu of type int",
		},
		"none":       {nil, "A task definition must have 1 to 10 containers; it has 0"},
		"eleven":     {strings.Split(strings.Repeat(app()+"|", 11), "|")[:11], "A task definition must have 1 to 10 containers; it has 11"},
		"same names": {[]string{app(), app()}, `Container names must be unique, of 1 to 255 letters, digits, - and _: "app"`},
		"no name":    {[]string{`{"image": "a"}`}, `Container names must be unique, of 1 to 255 letters, digits, - and _: ""`},
		"bad name": {
			[]string{`{"name": "a b", "image": "a"}`},
			`Container names must be unique, of 1 to 255 letters, digits, - and _: "a b"`,
		},
		"none essential": {[]string{optional + "}"}, "A task definition must have at least one essential container"},
		"no image":       {[]string{`{"name": "a"}`}, "Container.image should not be null or empty."},
		"bad image": {
			[]string{`{"name": "a", "image": "A"}`}, `Container.image is not valid: parse image "A": must be ` +
				"[registry/]repository[:tag][@sha256:digest] with the repository in lower case",
		},
		"negative size": {[]string{app(`"cpu": -1`)}, "cpu, memory and memoryReservation of container 'app' cannot be negative"},
		"tiny memory":   {[]string{app(`"memory": 5`)}, "The 'memory' setting for container 'app' must be at least 6"},
		"reservation": {
			[]string{app(`"memory": 6`, `"memoryReservation": 7`)},
			"The 'memory' setting for container 'app' must be at least its 'memoryReservation'",
		},
		"memory": {[]string{app(`"memory": 513`)}, "The 'memory' setting for container 'app' is greater than for the task."},
		"CPU": {
			[]string{app(`"cpu": 200`), optional + `, "cpu": 57}`},
			"The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
		},
		"memory of all": {
			[]string{app(`"memory": 400`), optional + `, "memory": 113}`},
			"The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
		},
		"reservation of all": {
			[]string{app(`"memory": 512`, `"memoryReservation": 400`), optional + `, "memoryReservation": 113}`},
			"The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
		},
		"host port": {
			[]string{app(`"portMappings": [{"containerPort": 1, "hostPort": 2}]`)},
			"When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
		},
		"port 0": {[]string{app(`"portMappings": [{}]`)}, "containerPort 0 of container 'app' must be 1 to 65535"},
		"protocol": {
			[]string{app(`"portMappings": [{"containerPort": 1, "protocol": "TCP"}]`)},
			`protocol "TCP" of container 'app' must be tcp or udp`,
		},
		"app protocol": {
			[]string{app(`"portMappings": [{"containerPort": 1, "appProtocol": "ws"}]`)},
			`appProtocol "ws" of container 'app' must be http, http2 or grpc`,
		},
		"port name": {
			[]string{app(`"portMappings": [{"containerPort": 1, "name": "Web"}]`)},
			`port name "Web" of container 'app' must be up to 64 lower-case letters, digits, - and _`,
		},
		"port twice": {
			[]string{app(`"portMappings": [{"containerPort": 1}]`), optional + `, "portMappings": [{"containerPort": 1}]}`},
			"containerPort 1 is mapped more than once",
		},
		"secret beside a variable": {
			[]string{app(`"environment": [{"name": "A"}]`, `"secrets": [{"name": "A", "valueFrom": "/a"}]`)},
			"The secret name must be unique and not shared with any new or existing environment variables set on the " +
				"container, such as 'A'.",
		},
		"secret without a source": {
			[]string{app(`"secrets": [{"name": "A"}]`)}, "a secret of container 'app' must have a name and a valueFrom",
		},
		"volume": {
			[]string{app(`"mountPoints": [{"sourceVolume": "x", "containerPath": "/x"}]`)}, "Unknown volume 'x'.",
		},
		"mount path": {
			[]string{app(`"mountPoints": [{"sourceVolume": "songs", "containerPath": "tmp"}]`)},
			`containerPath "tmp" of container 'app' must be an absolute path`,
		},
		"start timeout": {
			[]string{app(`"startTimeout": 1`)}, `startTimeout 1 of container "app" must be 2 to 120 seconds`,
		},
		"stop timeout": {
			[]string{app(`"stopTimeout": 121`)}, `stopTimeout 121 of container "app" must be 0 to 120 seconds`,
		},
		"health command": {
			[]string{app(`"healthCheck": {"command": ["true"]}`)},
			`the health check of container "app" must begin with CMD or CMD-SHELL and have a command`,
		},
		"health interval": {
			[]string{app(`"healthCheck": {"command": ["CMD", "true"], "interval": 4}`)},
			`interval 4 of the health check of container "app" must be 5 to 300`,
		},
		"health retries": {
			[]string{app(`"healthCheck": {"command": ["CMD", "true"], "retries": 11}`)},
			`retries 11 of the health check of container "app" must be 1 to 10`,
		},
		"ulimit": {
			[]string{app(`"ulimits": [{"name": "core"}]`)},
			"Fargate takes the ulimit nofile alone, with a softLimit up to its hardLimit: {Name:core SoftLimit:0 HardLimit:0}",
		},
		"dependency on nothing": {
			[]string{app(depends("x", "START"))}, `Container "app" depends on container "x", which does not exist`,
		},
		"dependency's condition": {
			[]string{app(depends("migrate", "DONE")), optional + "}"},
			`dependsOn condition "DONE" of container "app" must be one of [START COMPLETE SUCCESS HEALTHY]`,
		},
		"dependency on an essential container": {
			[]string{app(depends("b", "SUCCESS")), `{"name": "b", "image": "b"}`},
			"A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
		},
		"health without a check": {
			[]string{app(depends("migrate", "HEALTHY")), optional + "}"},
			`Container "app" waits for "migrate" to be HEALTHY, which has no healthCheck`,
		},
		"cycle": {
			[]string{app(depends("migrate", "START")), optional + ", " + depends("app", "START") + "}"},
			`The dependencies of container "app" form a cycle`,
		},
		"not modelled": {
			[]string{app(`"volumesFrom": [{}]`)},
			`the sandbox does not model repositoryCredentials, environmentFiles, systemControls and volumesFrom of ` +
				`container "app": leave them empty`,
		},
		"log options": {[]string{logs(`"awslogs-group": "g"`)}, "Log driver awslogs requires options: awslogs-region, awslogs-stream-prefix"},
		"log option":  {[]string{logs(allLogs + `, "tag": "x"`)}, "unknown log opt 'tag' for awslogs log driver"},
		"log mode":    {[]string{logs(allLogs + `, "mode": "fast"`)}, `logging mode "fast" must be blocking or non-blocking`},
		"log driver": {
			[]string{app(`"logConfiguration": {"logDriver": "splunk"}`)},
			`the sandbox does not model the log driver "splunk"; it models awslogs`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := check(t, test.containers...)
			require.Error(t, err)
			require.Equal(t, test.want, strings.TrimPrefix(err.Error(), "ClientException: "))
		})
	}
}

func TestParsePassesOverUnknownKeys(t *testing.T) {
	t.Parallel()
	parsed, err := Parse(`[{"name": "app", "hostname": "a", "logConfiguration": {"secretOptions": []}}]`)
	require.NoError(t, err)
	require.Equal(t, "app", parsed[0].Name)
}

func TestWrites(t *testing.T) {
	t.Parallel()
	c := Container{MountPoints: []MountPoint{{ContainerPath: "/tmp/"}, {ContainerPath: "/etc", ReadOnly: true}}}
	require.True(t, c.Writes("/etc"))
	c.ReadonlyRootFilesystem = true
	require.True(t, c.Writes("/tmp"))
	require.True(t, c.Writes("/tmp/songs"))
	require.False(t, c.Writes("/tmpfile"))
	require.False(t, c.Writes("/etc"), "it is mounted read-only")
}
