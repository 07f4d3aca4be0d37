package components

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

const liveBeatsServiceType = "livebeats:index:LiveBeatsService"

// platformVersion is the Fargate platform version of the tasks. It is fixed, so that a deployment does not move tasks
// to a newer version by itself. ECS Exec and EFS need at least 1.4.0.
const platformVersion = "1.4.0"

// LiveBeatsService runs Live Beats as an ECS service on Fargate.
type LiveBeatsService struct {
	pulumi.ResourceState
	children

	Account           Account             `pulumi:"account"`
	ServiceName       pulumi.StringOutput `pulumi:"serviceName"`
	ServiceArn        pulumi.StringOutput `pulumi:"serviceArn"`
	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"`
	LogGroupName      pulumi.StringOutput `pulumi:"logGroupName"`
	// RunningTaskDefinitionArn equals TaskDefinitionArn. After a rollback it is the revision that ECS rolled back to.
	RunningTaskDefinitionArn pulumi.StringOutput `pulumi:"runningTaskDefinitionArn"`
}

// NewLiveBeatsService creates the log group, the task definition and the service, and waits until the service is
// steady. If the new tasks of a deployment fail, ECS rolls it back, and the update fails with a RolledBackError. If
// the migration fails, the new application is not started.
func NewLiveBeatsService(
	ctx *pulumi.Context, name string, args *LiveBeatsServiceArgs, opts ...pulumi.ResourceOption,
) (*LiveBeatsService, error) {
	a := deref(args).withDefaults(name)
	if err := a.check(name); err != nil {
		return nil, err
	}
	service := &LiveBeatsService{Account: a.Account}
	if err := register(ctx, liveBeatsServiceType, name, a, service, opts); err != nil {
		return nil, err
	}
	if err := service.newLogGroup(ctx, name, a); err != nil {
		return nil, err
	}
	if err := service.newTaskDefinition(ctx, name, a); err != nil {
		return nil, err
	}
	if err := service.newService(ctx, name, a); err != nil {
		return nil, err
	}
	return service, registerOutputs(ctx, service)
}

func (s *LiveBeatsService) newLogGroup(ctx *pulumi.Context, name string, a LiveBeatsServiceArgs) error {
	child, err := cloudwatch.NewLogGroup(ctx, name+"-logs", &cloudwatch.LogGroupArgs{
		Name:            a.LogGroupName.ToStringOutput(),
		RetentionInDays: pulumi.Int(*a.LogRetentionDays),
		KmsKeyId:        a.LogKmsKeyArn,
	}, under(s), pulumi.RetainOnDelete(a.Protect))
	if err != nil {
		return err
	}
	s.LogGroupName = child.Name
	return nil
}

func (s *LiveBeatsService) newTaskDefinition(ctx *pulumi.Context, name string, a LiveBeatsServiceArgs) error {
	host, cluster := a.Host.ToStringOutput(), a.ClusterName.ToStringOutput()
	containers := a.containers(a.environment(host, cluster), s.LogGroupName, a.Parameters.versions())
	if ctx.DryRun() {
		s.recordDocument(name+"-task", "containerDefinitions",
			a.containers(a.environment(planned(ctx, host), planned(ctx, cluster)),
				planned(ctx, s.LogGroupName), pulumi.IntMap{}.ToIntMapOutput()))
	}
	child, err := ecs.NewTaskDefinition(ctx, name+"-task", &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(a.ServiceName),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")},
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(a.Cpu)),
		Memory:                  pulumi.String(strconv.Itoa(a.Memory)),
		RuntimePlatform: &ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"),
			CpuArchitecture:       pulumi.String(string(a.Architecture)),
		},
		ExecutionRoleArn:     a.ExecutionRoleArn.ToStringOutput(),
		TaskRoleArn:          a.TaskRoleArn.ToStringOutput(),
		ContainerDefinitions: pulumix.Cast[pulumi.StringOutput](containers),
		EphemeralStorage:     a.ephemeralStorage(),
		Volumes:              a.volumes(),
	}, under(s))
	if err != nil {
		return err
	}
	s.TaskDefinitionArn = child.Arn
	return nil
}

func (a LiveBeatsServiceArgs) containers(
	environment pulumi.StringMapOutput, logGroup pulumi.StringOutput, versions pulumi.IntMapOutput,
) pulumix.Output[string] {
	return pulumix.Apply5Err(a.Image.ToStringOutput(), environment, logGroup, a.Parameters.arns(), versions,
		func(image string, environment map[string]string, logGroup string, secrets map[string]string,
			versions map[string]int,
		) (string, error) {
			return containerSpec{
				image: image, region: a.Account.Region, logGroup: logGroup, port: a.Port,
				stopTimeout: a.StopTimeout, migrate: *a.Migrate,
				environment: environment, secrets: secrets, versions: versions, mountPath: a.MountPath,
			}.render()
		})
}

// environment returns the plain variables of both containers, because the migration reads the same runtime
// configuration as the application.
func (a LiveBeatsServiceArgs) environment(host, cluster pulumi.StringOutput) pulumi.StringMapOutput {
	environment := pulumi.StringMap{
		// In lower case, as browsers send it.
		"PHX_HOST":               pulumix.Cast[pulumi.StringOutput](pulumix.Apply(host, strings.ToLower)),
		"PORT":                   pulumi.String(strconv.Itoa(a.Port)),
		"POOL_SIZE":              pulumi.String(strconv.Itoa(a.PoolSize)),
		"AWS_ECS_CLUSTER_NAME":   cluster,
		"AWS_ECS_CLUSTER_REGION": pulumi.String(a.Account.Region),
		// libcluster_ecs uses this as a regular expression. Without the $ it would also match live-beats-worker.
		"AWS_ECS_SERVICE_ARN": pulumi.Sprintf("%s/%s$", cluster.ApplyT(func(cluster string) string {
			return a.Account.arn("ecs", "service/"+cluster)
		}), a.ServiceName),
		"ERL_AFLAGS": pulumi.String(fmt.Sprintf("-kernel inet_dist_listen_min %d inet_dist_listen_max %d",
			a.DistributionPorts.Min, a.DistributionPorts.Max)),
	}
	switch own := a.Environment.(type) {
	case nil:
	case pulumi.StringMap: // Checked already. An unknown value in it does not make the other values unknown.
		maps.Copy(environment, own)
	default:
		return pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2Err(
			environment.ToStringMapOutput(), own.ToStringMapOutput(), addEnvironment))
	}
	return environment.ToStringMapOutput()
}

// addEnvironment checks and adds variables whose names were not known before the run.
func addEnvironment(all, own map[string]string) (map[string]string, error) {
	var p problems
	checkEnvironment(&p, slices.Collect(maps.Keys(own)))
	return union(all, own), errors.Join(p.found...)
}

func (s *LiveBeatsService) newService(ctx *pulumi.Context, name string, a LiveBeatsServiceArgs) error {
	rollout, err := a.checkRollout(ctx, name)
	if err != nil {
		return err
	}
	child, err := ecs.NewService(ctx, name+"-service", &ecs.ServiceArgs{
		Name:                       pulumi.String(a.ServiceName),
		Cluster:                    a.ClusterArn.ToStringOutput(),
		TaskDefinition:             s.TaskDefinitionArn,
		DesiredCount:               pulumi.Int(*a.DesiredCount),
		CapacityProviderStrategies: a.capacity(),
		// Without this a changed capacity provider strategy would replace the service.
		ForceNewDeployment: pulumi.Bool(true),
		PlatformVersion:    pulumi.String(platformVersion),
		DeploymentCircuitBreaker: &ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		},
		Alarms:                          a.alarms(),
		AvailabilityZoneRebalancing:     pulumi.String("ENABLED"),
		DeploymentMinimumHealthyPercent: pulumi.Int(100),
		DeploymentMaximumPercent:        pulumi.Int(200),
		HealthCheckGracePeriodSeconds:   pulumi.Int(*a.HealthCheckGracePeriod),
		EnableExecuteCommand:            pulumi.Bool(a.Exec),
		EnableEcsManagedTags:            pulumi.Bool(true),
		PropagateTags:                   pulumi.String("SERVICE"),
		WaitForSteadyState:              pulumi.Bool(true),
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
			Subnets:        a.SubnetIds,
			SecurityGroups: pulumi.StringArray{a.SecurityGroupId},
			AssignPublicIp: pulumi.Bool(a.AssignPublicIp),
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: a.Target.TargetGroupArn.ToStringOutput(),
			ContainerName:  pulumi.String(livebeats.AppContainer),
			ContainerPort:  pulumi.Int(a.Port),
		}},
	}, append(a.options(s), rollout)...)
	if err != nil {
		return err
	}
	s.ServiceName, s.ServiceArn = child.Name, child.ID().ToStringOutput()
	s.RunningTaskDefinitionArn = child.TaskDefinition.Elem()
	return nil
}
