package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// architectures are the config's names of CPU architectures in ECS's spelling.
var architectures = map[string]string{"x86_64": "X86_64", "arm64": "ARM64"}

func (s *stack) networkArgs() *components.NetworkArgs {
	n := s.cfg.Network
	args := &components.NetworkArgs{
		Observed:  s.observed,
		Mode:      components.NetworkMode(n.Mode),
		VpcId:     optional(n.VPCID),
		Placement: components.Placement(n.Placement),
	}
	if n.Mode == config.NetworkDedicated {
		args.Account = s.account
		args.Zones = n.Zones
		args.NatGateways = components.NatGateways(n.NATGateways)
		args.Endpoints, args.FlowLogs = n.Endpoints, n.FlowLogs
		args.ExecKey, args.SignInOff = s.execKey() != nil, !s.cfg.GithubSignIn
	}
	if n.PublicSubnetIDs != nil {
		args.PublicSubnetIds = pulumi.ToStringArray(n.PublicSubnetIDs)
	}
	if n.PrivateSubnetIDs != nil {
		args.PrivateSubnetIds = pulumi.ToStringArray(n.PrivateSubnetIDs)
	}
	return args
}

// newRepository makes the repository for the image, or none. No task waits for it: an image has to be pushed first.
func (s *stack) newRepository() (*components.Repository, error) {
	if s.cfg.Repository.Name == "" {
		return nil, nil
	}
	return components.NewRepository(s.ctx, s.name, &components.RepositoryArgs{
		RepositoryName: s.cfg.Repository.Name, KeepTagged: s.cfg.Repository.KeepImages, Protect: s.cfg.Protect,
	})
}

func (s *stack) secretsArgs() *components.SecretsArgs {
	return &components.SecretsArgs{
		Account:   s.account,
		Mode:      components.SecretsMode(s.cfg.SecretsMode),
		Paths:     s.secretPaths(),
		KmsKeyArn: s.key(),
		Found:     s.versions,
		Observed:  s.observeParameters(),
	}
}

func (s *stack) clusterArgs() *components.EcsClusterArgs {
	return &components.EcsClusterArgs{ExecAudit: s.cfg.Service.Exec, KmsKeyArn: s.key()}
}

func (s *stack) groupsArgs(network *components.Network, tls *tls) *components.SecurityGroupsArgs {
	return &components.SecurityGroupsArgs{
		VpcId:                   network.VpcId,
		ContainerPort:           s.cfg.Service.Port,
		DistributionPorts:       components.PortRange(s.cfg.Service.DistributionPorts),
		Https:                   tls.https(),
		DatabaseSecurityGroupId: optional(s.cfg.Database.SecurityGroupID),
		OwnDatabase:             s.cfg.Database.Mode == config.DatabaseCreate,
	}
}

func (s *stack) rolesArgs(
	cluster *components.EcsCluster, secrets *components.Secrets, data data,
) *components.IamRolesArgs {
	return &components.IamRolesArgs{
		Account:          s.account,
		ClusterName:      cluster.ClusterName,
		LogGroupName:     pulumi.String(s.logGroupName()),
		ParameterArns:    data.parameterArns(secrets.Arns),
		ParameterKeyArns: data.parameterKeyArns(secrets.KeyArns),
		Image:            pulumi.String(s.cfg.Image),
		Exec:             s.cfg.Service.Exec,
		ExecLogGroupName: cluster.ExecLogGroupName,
		ExecKmsKeyArn:    s.execKey(),
		FileSystemArn:    data.files.fileSystemArn,
		AccessPointArn:   data.files.accessPointArn,
	}
}

func (s *stack) serviceArgs(
	network *components.Network, secrets *components.Secrets, cluster *components.EcsCluster,
	groups *components.SecurityGroups, data data, roles *components.IamRoles, alb *components.Alb, watch watch,
) *components.LiveBeatsServiceArgs {
	service := s.cfg.Service
	return &components.LiveBeatsServiceArgs{
		Account:           s.account,
		ClusterName:       cluster.ClusterName,
		ClusterArn:        cluster.ClusterArn,
		SubnetIds:         network.TaskSubnetIds,
		SecurityGroupId:   groups.ServiceSecurityGroupId,
		AssignPublicIp:    network.AssignPublicIp,
		TargetGroupArn:    alb.TargetGroupArn,
		ExecutionRoleArn:  roles.ExecutionRoleArn,
		TaskRoleArn:       roles.TaskRoleArn,
		Image:             pulumi.String(s.cfg.Image),
		Host:              s.host(alb),
		Secrets:           data.parameterArns(secrets.Arns),
		SecretVersions:    data.parameterVersions(secrets.Versions),
		Environment:       pulumi.ToStringMap(s.cfg.Environment),
		Cpu:               service.CPU,
		Memory:            service.Memory,
		Architecture:      architectures[service.Architecture],
		EphemeralStorage:  extraStorage(service.EphemeralStorage),
		DesiredCount:      &service.DesiredCount,
		Autoscaled:        s.cfg.Autoscaled(),
		SpotWeight:        service.SpotWeight,
		Port:              service.Port,
		PoolSize:          service.PoolSize,
		StopTimeout:       service.StopTimeout,
		SkipMigrate:       !service.Migrate,
		Exec:              service.Exec,
		DistributionPorts: components.PortRange(service.DistributionPorts),
		FileSystemId:      data.files.fileSystemID,
		AccessPointId:     data.files.accessPointID,
		MountPath:         data.files.mountPath,
		RollbackAlarms:    watch.alarmNames(),
		LogGroupName:      s.logGroupName(),
		LogRetentionDays:  &s.cfg.Observability.LogRetentionDays,
		LogKmsKeyArn:      s.key(),
		DependsOn:         append(data.dependencies, network),
	}
}

// host is what browsers will send as the host: the configured name, else the load balancer's in lower case. Phoenix
// compares it with the browser's origin letter by letter.
func (s *stack) host(alb *components.Alb) pulumi.StringOutput {
	if s.cfg.Host != "" {
		return pulumi.String(s.cfg.Host).ToStringOutput()
	}
	return alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput)
}

// execKey is the key of ECS Exec sessions.
func (s *stack) execKey() pulumi.StringPtrInput {
	if !s.cfg.Service.Exec || s.cfg.KMSKeyARN == "" {
		return nil
	}
	return pulumi.String(s.cfg.KMSKeyARN)
}

// extraStorage is 0 for the disk that every task has.
func extraStorage(gib int) int {
	const usual = 20
	if gib == usual {
		return 0
	}
	return gib
}
