package components

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func serviceArgs() LiveBeatsServiceArgs {
	return LiveBeatsServiceArgs{
		Account:          testAccount,
		ClusterName:      pulumi.String("main"),
		ClusterArn:       pulumi.String("arn:aws:ecs:eu-west-2:123456789012:cluster/main"),
		SubnetIds:        pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		SecurityGroupId:  pulumi.String("sg-1"),
		AssignPublicIp:   true,
		Target:           testTarget,
		ExecutionRoleArn: pulumi.String("arn:execution"),
		TaskRoleArn:      pulumi.String("arn:task"),
		Image:            pulumi.String(testImage),
		Host:             pulumi.String("Alb-123.EU-west-2.elb.amazonaws.com"),
		Parameters: Parameters{
			Arns: pulumi.StringMap{"DATABASE_URL": pulumi.String(testParameter + "database-url")},
		},
		LogGroupName: pulumi.String("/ecs/live-beats"),
		Exec:         true,
	}
}

func recordService(t *testing.T, args LiveBeatsServiceArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		service, err := NewLiveBeatsService(ctx, "live-beats", &args)
		if err != nil {
			return err
		}
		r.capture("serviceName", service.ServiceName)
		r.capture("serviceArn", service.ServiceArn)
		r.capture("taskDefinitionArn", service.TaskDefinitionArn)
		r.capture("logGroupName", service.LogGroupName)
		r.capture("runningTaskDefinitionArn", service.RunningTaskDefinitionArn)
		return nil
	})
}

func TestLiveBeatsService(t *testing.T) {
	t.Parallel()
	r := recordService(t, serviceArgs())
	require.Equal(t, []string{"live-beats", "live-beats-logs", "live-beats-service", "live-beats-task"}, r.names())
	require.Equal(t, map[string]any{"name": "/ecs/live-beats", "retentionInDays": 30.0}, r.inputs(t, "live-beats-logs"))
	require.Equal(t, map[string]any{
		"name": "live-beats", "cluster": "arn:aws:ecs:eu-west-2:123456789012:cluster/main",
		"taskDefinition": "live-beats-task.arn", "desiredCount": 2.0, "platformVersion": "1.4.0",
		"capacityProviderStrategies":      []any{map[string]any{"capacityProvider": "FARGATE", "weight": 1.0}},
		"deploymentCircuitBreaker":        map[string]any{"enable": true, "rollback": true},
		"deploymentMinimumHealthyPercent": 100.0, "deploymentMaximumPercent": 200.0,
		"healthCheckGracePeriodSeconds": 60.0, "enableExecuteCommand": true, "enableEcsManagedTags": true,
		"propagateTags": "SERVICE", "forceNewDeployment": true, "availabilityZoneRebalancing": "ENABLED",
		"alarms":             map[string]any{"alarmNames": []any{"none"}, "enable": false, "rollback": false},
		"waitForSteadyState": true,
		"networkConfiguration": map[string]any{
			"subnets": []any{"subnet-a", "subnet-b"}, "securityGroups": []any{"sg-1"}, "assignPublicIp": true,
		},
		"loadBalancers": []any{map[string]any{
			"targetGroupArn": "arn:tg", "containerName": "live-beats", "containerPort": 4000.0,
		}},
	}, r.inputs(t, "live-beats-service"))
	require.Equal(t, map[string]any{
		"serviceName": "live-beats", "serviceArn": "live-beats-service.id",
		"taskDefinitionArn": "live-beats-task.arn", "logGroupName": "/ecs/live-beats",
		"runningTaskDefinitionArn": "live-beats-task.arn",
	}, r.outputs)
}

func TestLiveBeatsServiceTaskDefinition(t *testing.T) {
	t.Parallel()
	r := recordService(t, serviceArgs())
	inputs := r.inputs(t, "live-beats-task")
	containers := inputs["containerDefinitions"].(string)
	delete(inputs, "containerDefinitions")
	require.Equal(t, map[string]any{
		"family": "live-beats", "requiresCompatibilities": []any{"FARGATE"}, "networkMode": "awsvpc",
		"cpu": "256", "memory": "512", "executionRoleArn": "arn:execution", "taskRoleArn": "arn:task",
		"runtimePlatform": map[string]any{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
	}, inputs)
	require.Equal(t, map[string]string{
		"AWS_ECS_CLUSTER_NAME":   "main",
		"AWS_ECS_CLUSTER_REGION": "eu-west-2",
		"AWS_ECS_SERVICE_ARN":    "arn:aws:ecs:eu-west-2:123456789012:service/main/live-beats$",
		"ERL_AFLAGS":             "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9115",
		"PHX_HOST":               "alb-123.eu-west-2.elb.amazonaws.com",
		"POOL_SIZE":              "5",
		"PORT":                   "4000",
	}, environmentOf(t, containers))
	require.Equal(t, []string{"live-beats-logs"}, r.dependencies("live-beats-task"))
}

func environmentOf(t *testing.T, containers string) map[string]string {
	t.Helper()
	var definitions []containerDefinition
	require.NoError(t, json.Unmarshal([]byte(containers), &definitions))
	require.Len(t, definitions, 2)
	require.Equal(t, definitions[0].Environment, definitions[1].Environment)
	environment := map[string]string{}
	for _, v := range definitions[0].Environment {
		environment[v.Name] = v.Value
	}
	return environment
}

func TestLiveBeatsServiceArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.ServiceName, args.DesiredCount, args.LogRetentionDays = "beats", new(0), new(0)
	args.Cpu, args.Memory, args.Architecture = 1024, 2048, "ARM64"
	args.LogKmsKeyArn = pulumi.String(testKey)
	args.Migrate, args.Exec, args.AssignPublicIp = new(false), false, false
	args.HealthCheckGracePeriod = new(0)
	args.Environment = pulumi.StringMap{"ECTO_IPV6": pulumi.String("false")}
	r := recordService(t, args)
	service, task := r.inputs(t, "live-beats-service"), r.inputs(t, "live-beats-task")
	require.Equal(t, "beats", service["name"])
	require.EqualValues(t, 0, service["desiredCount"])
	require.EqualValues(t, 0, service["healthCheckGracePeriodSeconds"])
	require.Equal(t, false, service["enableExecuteCommand"])
	require.Equal(t, false, service["networkConfiguration"].(map[string]any)["assignPublicIp"])
	require.Equal(t, "beats", task["family"])
	require.Equal(t, "1024", task["cpu"])
	require.Equal(t, "2048", task["memory"])
	require.Equal(t, "ARM64", task["runtimePlatform"].(map[string]any)["cpuArchitecture"])
	require.NotContains(t, task["containerDefinitions"], "migrate")
	require.Contains(t, task["containerDefinitions"], `{"name":"ECTO_IPV6","value":"false"}`)
	require.EqualValues(t, 0, r.inputs(t, "live-beats-logs")["retentionInDays"])
	require.Equal(t, testKey, r.inputs(t, "live-beats-logs")["kmsKeyId"])
}

// The policy pack reads these inputs at preview, when the container definitions may be unknown.
func TestLiveBeatsServiceRecordsItsArgs(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.Environment = pulumi.StringMap{"ECTO_IPV6": pulumi.String("false")}
	require.Equal(t, map[string]any{
		"account":     map[string]any{"id": "123456789012", "region": "eu-west-2", "partition": "aws"},
		"clusterName": "main", "clusterArn": "arn:aws:ecs:eu-west-2:123456789012:cluster/main",
		"subnetIds": []any{"subnet-a", "subnet-b"}, "securityGroupId": "sg-1", "assignPublicIp": true,
		"target": map[string]any{
			"targetGroupArn": "arn:tg", "targetGroupArnSuffix": "targetgroup/tg/2", "loadBalancerArnSuffix": "app/lb/1",
		},
		"executionRoleArn": "arn:execution", "taskRoleArn": "arn:task",
		"serviceName": "live-beats", "image": testImage, "host": "Alb-123.EU-west-2.elb.amazonaws.com",
		"parameters":  map[string]any{"arns": map[string]any{"DATABASE_URL": testParameter + "database-url"}},
		"environment": map[string]any{"ECTO_IPV6": "false"},
		"cpu":         256.0, "memory": 512.0, "architecture": "X86_64", "desiredCount": 2.0, "port": 4000.0,
		"poolSize": 5.0, "stopTimeout": 60.0, "migrate": true, "exec": true, "autoscaled": false,
		"distributionPorts":      map[string]any{"min": 9100.0, "max": 9115.0},
		"healthCheckGracePeriod": 60.0, "logGroupName": "/ecs/live-beats", "logRetentionDays": 30.0,
		"protect": false,
	}, recordService(t, args).inputs(t, "live-beats"))
}

// The outputs alone make the service wait for everything that AWS needs before the first task. A program that connects
// the components needs no dependsOn.
func TestLiveBeatsServiceIsOrderedByItsArgs(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		cluster, err := NewEcsCluster(ctx, "ecs", nil)
		if err != nil {
			return err
		}
		alb, err := NewAlb(ctx, "alb", new(albArgs()))
		if err != nil {
			return err
		}
		roles, err := NewIamRoles(ctx, "iam", new(rolesArgs()))
		if err != nil {
			return err
		}
		groups, err := NewSecurityGroups(ctx, "sg", new(groupsArgs()))
		if err != nil {
			return err
		}
		args := serviceArgs()
		args.ClusterArn, args.Target = cluster.ClusterArn, alb.Target()
		args.ExecutionRoleArn, args.TaskRoleArn = roles.ExecutionRoleArn, roles.TaskRoleArn
		args.SecurityGroupId = groups.ServiceSecurityGroupId
		_, err = NewLiveBeatsService(ctx, "live-beats", &args)
		return err
	})
	before := append(r.dependencies("live-beats-service"), r.dependencies("live-beats-task")...)
	for _, name := range []string{
		"alb-http", "ecs-capacity-providers", "iam-execution-policy", "iam-task-policy", "sg-web-egress", "sg-app-ingress",
	} {
		require.Contains(t, before, name)
	}
}

func TestDependsOnHoldsForEveryChild(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		cluster, err := NewEcsCluster(ctx, "ecs", nil)
		if err != nil {
			return err
		}
		albArgs := albArgs()
		alb, err := NewAlb(ctx, "alb", &albArgs)
		if err != nil {
			return err
		}
		rolesArgs := rolesArgs()
		roles, err := NewIamRoles(ctx, "iam", &rolesArgs)
		if err != nil {
			return err
		}
		groupsArgs := groupsArgs()
		groups, err := NewSecurityGroups(ctx, "sg", &groupsArgs)
		if err != nil {
			return err
		}
		_, err = NewLiveBeatsService(ctx, "live-beats", &args,
			pulumi.DependsOn([]pulumi.Resource{alb, roles, cluster, groups}))
		return err
	})
	want := slices.DeleteFunc(r.names(), func(name string) bool {
		return strings.HasPrefix(name, "live-beats") || !strings.Contains(name, "-")
	})
	require.Len(t, want, 21)
	for _, child := range []string{"live-beats-logs", "live-beats-task", "live-beats-service"} {
		require.Subset(t, r.dependencies(child), want, "%s waits for every child of those components", child)
	}
}

func TestLiveBeatsServiceRefusesABadSecretAtOnce(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.Parameters.Arns = pulumi.StringMap{"DATABASE_URL": pulumi.String("postgres://u:p@host/db")}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := NewLiveBeatsService(ctx, "live-beats", &args)
		return err
	}, pulumi.WithMocks("live-beats", "test", newRecorder(true)))
	require.ErrorContains(t, err, `Secrets["DATABASE_URL"] must be the full ARN of an SSM parameter`)
	require.NotContains(t, err.Error(), "postgres://", "a secret value given by mistake is not repeated")
}

func TestLiveBeatsServiceRefuses(t *testing.T) {
	t.Parallel()
	const retention = "[0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"
	type edit = func(*LiveBeatsServiceArgs)
	for name, test := range map[string]struct {
		edit edit
		want string
	}{
		"disk": {func(a *LiveBeatsServiceArgs) { a.EphemeralStorage = 20 }, "EphemeralStorage 20 must be 21 to 200 GiB, or 0 for the 20 that every task has"},
		"spot": {func(a *LiveBeatsServiceArgs) { a.SpotWeight = 1001 }, "SpotWeight 1001 must be 0 to 1000"},
		"base": {func(a *LiveBeatsServiceArgs) { a.OnDemandBase = -1 }, "OnDemandBase -1 must be 0 to 100000"},
		"files": {func(a *LiveBeatsServiceArgs) { a.Files = &FilesMount{} }, "Files.FileSystemId must be given\nFiles.FileSystemArn must be given\n" +
			"Files.AccessPointId must be given\nFiles.AccessPointArn must be given"},
		"mount path":     {func(a *LiveBeatsServiceArgs) { a.MountPath = "songs" }, `MountPath "songs" must be an absolute path such as /tmp/songs, without . and .., and no directory of the system or the app`},
		"account":        {func(a *LiveBeatsServiceArgs) { a.Account.Id = "" }, `Account.Id "" must be 12 digits`},
		"cluster name":   {func(a *LiveBeatsServiceArgs) { a.ClusterName = nil }, "ClusterName must be given"},
		"cluster":        {func(a *LiveBeatsServiceArgs) { a.ClusterArn = nil }, "ClusterArn must be given"},
		"subnets":        {func(a *LiveBeatsServiceArgs) { a.SubnetIds = nil }, "SubnetIds must be given"},
		"security group": {func(a *LiveBeatsServiceArgs) { a.SecurityGroupId = nil }, "SecurityGroupId must be given"},
		"target group":   {func(a *LiveBeatsServiceArgs) { a.Target.TargetGroupArn = nil }, "Target.TargetGroupArn must be given"},
		"execution role": {func(a *LiveBeatsServiceArgs) { a.ExecutionRoleArn = nil }, "ExecutionRoleArn must be given"},
		"task role":      {func(a *LiveBeatsServiceArgs) { a.TaskRoleArn = nil }, "TaskRoleArn must be given"},
		"host":           {func(a *LiveBeatsServiceArgs) { a.Host = nil }, "Host must be given"},
		"secrets":        {func(a *LiveBeatsServiceArgs) { a.Parameters.Arns = nil }, "Parameters.Arns must be given"},
		"service name": {
			func(a *LiveBeatsServiceArgs) { a.ServiceName = "live beats" },
			`ServiceName "live beats" must be 1-255 letters, digits, _ and -`,
		},
		"image": {func(a *LiveBeatsServiceArgs) { a.Image = pulumi.String("") }, `Image: parse image "": ` +
			"must be [registry/]repository[:tag][@sha256:digest] with the repository in lower case"},
		"size": {func(a *LiveBeatsServiceArgs) { a.Memory = 4096 }, "Memory: no Fargate configuration exists for " +
			"256 CPU, 4096 memory: with cpu 256 memory must be one of [512 1024 2048]"},
		"architecture": {
			func(a *LiveBeatsServiceArgs) { a.Architecture = "arm64" }, `Architecture "arm64" must be X86_64 or ARM64`,
		},
		"desired count": {
			func(a *LiveBeatsServiceArgs) { a.DesiredCount = new(-1) }, "DesiredCount -1 must be 0 to 5000",
		},
		"pool size": {func(a *LiveBeatsServiceArgs) { a.PoolSize = -1 }, "PoolSize -1 must be at least 1"},
		"stop timeout": {
			func(a *LiveBeatsServiceArgs) { a.StopTimeout = 121 }, "StopTimeout 121 must be 2 to 120",
		},
		"grace period": {
			func(a *LiveBeatsServiceArgs) { a.HealthCheckGracePeriod = new(-1) },
			"HealthCheckGracePeriod -1 must be 0 seconds or more",
		},
		"log group": {
			func(a *LiveBeatsServiceArgs) { a.LogGroupName = pulumi.String("") },
			`LogGroupName "" must be 1-512 letters, digits and _ . / # -`,
		},
		"retention": {
			func(a *LiveBeatsServiceArgs) { a.LogRetentionDays = new(31) },
			"LogRetentionDays 31 must be one of " + retention,
		},
		"port": {func(a *LiveBeatsServiceArgs) { a.Port = 70000 }, "Port 70000 must be 1 to 65535"},
		"distribution": {
			func(a *LiveBeatsServiceArgs) { a.DistributionPorts = &PortRange{9115, 9100} },
			"DistributionPorts 9115-9100 must be a range of at least two ports",
		},
		"reserved variable": {
			func(a *LiveBeatsServiceArgs) { a.Environment = pulumi.StringMap{"PHX_HOST": pulumi.String("x")} },
			`Environment "PHX_HOST" must be left out: the service sets it itself`,
		},
		"variable name": {
			func(a *LiveBeatsServiceArgs) { a.Environment = pulumi.StringMap{"A B": pulumi.String("x")} },
			`Environment "A B" must be ` + awsmodel.Variable.Allowed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := serviceArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewLiveBeatsService(ctx, "live-beats", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:LiveBeatsService "live-beats": `+test.want)
		})
	}
}

func TestLiveBeatsServiceRefusesEverythingAtOnce(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.Cpu, args.DesiredCount, args.Port = 300, new(-1), 0x10000
	err := refuse(t, func(ctx *pulumi.Context) error {
		_, err := NewLiveBeatsService(ctx, "live-beats", &args)
		return err
	})
	require.EqualError(t, err, `check args of livebeats:index:LiveBeatsService "live-beats": `+
		"Memory: no Fargate configuration exists for 300 CPU: "+
		"cpu must be one of [256 512 1024 2048 4096 8192 16384]\n"+
		"DesiredCount -1 must be 0 to 5000\nPort 65536 must be 1 to 65535")
}
