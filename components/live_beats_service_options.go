package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// filesVolume is the volume's name in the task definition.
const filesVolume = "files"

func (a LiveBeatsServiceArgs) options(s *LiveBeatsService) []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{under(s)}
	if a.Autoscaled {
		options = append(options, pulumi.IgnoreChanges([]string{"desiredCount"}))
	}
	return options
}

// capacity is a strategy from the first day, without Spot too: changing from a launch type to one would replace the
// service.
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

// alarms are never left out: ECS keeps those that an update does not name, and would roll back on alarms that are gone.
// A name has to be there, though of no alarm: ECS takes names of alarms that are made after the service, too.
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

// volumes is the shared file system: IAM authorization and TLS go together.
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
