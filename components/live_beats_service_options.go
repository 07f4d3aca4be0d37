package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// filesVolume is the name of the volume for shared files in the task definition.
const filesVolume = "files"

func (a LiveBeatsServiceArgs) options(s *LiveBeatsService) []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{under(s)}
	if a.Autoscaled {
		options = append(options, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	return options
}

// capacity returns the capacity provider strategy. There is one even without Spot, because changing from a launch type
// to a strategy would replace the service.
func (a LiveBeatsServiceArgs) capacity() ecs.ServiceCapacityProviderStrategyArray {
	onDemand := ecs.ServiceCapacityProviderStrategyArgs{CapacityProvider: pulumi.String("FARGATE"), Weight: pulumi.Int(1)}
	if a.SpotWeight == 0 {
		return ecs.ServiceCapacityProviderStrategyArray{onDemand}
	}
	onDemand.Base = pulumi.Int(a.OnDemandBase)
	return ecs.ServiceCapacityProviderStrategyArray{onDemand, ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: pulumi.String("FARGATE_SPOT"), Weight: pulumi.Int(a.SpotWeight),
	}}
}

// alarms returns the service's alarms for rollbacks. They are never left out: ECS keeps alarms that an update leaves
// out, and would then roll back because of deleted alarms. ECS requires at least one name, but no alarm with this name
// has to exist, since alarms may be created after the service.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html
// https://github.com/aws/copilot-cli/pull/4294
func (a LiveBeatsServiceArgs) alarms() ecs.ServiceAlarmsPtrInput {
	if a.RollbackAlarms == nil {
		return &ecs.ServiceAlarmsArgs{
			AlarmNames: pulumi.ToStringArray([]string{"none"}), Enable: pulumi.Bool(false), Rollback: pulumi.Bool(false),
		}
	}
	return &ecs.ServiceAlarmsArgs{
		AlarmNames: a.RollbackAlarms, Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
	}
}

func (a LiveBeatsServiceArgs) ephemeralStorage() ecs.TaskDefinitionEphemeralStoragePtrInput {
	if a.EphemeralStorage == 0 {
		return nil
	}
	return &ecs.TaskDefinitionEphemeralStorageArgs{SizeInGib: pulumi.Int(a.EphemeralStorage)}
}

// volumes returns the volume of the shared file system. IAM authorization requires TLS.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
func (a LiveBeatsServiceArgs) volumes() ecs.TaskDefinitionVolumeArray {
	if a.Files == nil {
		return nil
	}
	return ecs.TaskDefinitionVolumeArray{ecs.TaskDefinitionVolumeArgs{
		Name: pulumi.String(filesVolume),
		EfsVolumeConfiguration: &ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
			FileSystemId:      a.Files.FileSystemId.ToStringOutput(),
			TransitEncryption: pulumi.String("ENABLED"),
			AuthorizationConfig: &ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
				AccessPointId: a.Files.AccessPointId.ToStringOutput(), Iam: pulumi.String("ENABLED"),
			},
		},
	}}
}
