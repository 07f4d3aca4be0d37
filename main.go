// Live Beats on AWS: a clustered Phoenix LiveView app on ECS Fargate behind a load balancer, one stack per environment.
//
// deploy is the architecture. Pulumi's engine runs this program without arguments (pulumi up). Run by a person it is
// the command line that runs the same deploy against an embedded sandbox of AWS (go run . up).
package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/cli"
	"github.com/live-beats/live-beats-aws/internal/config"
)

func main() {
	if engine := os.Getenv(pulumi.EnvMonitor) != ""; engine && len(os.Args) == 1 {
		pulumi.Run(deploy)
		return
	}
	os.Exit(cli.Main(deploy, os.Args[1:], os.Stdout, os.Stderr))
}

func deploy(ctx *pulumi.Context) error { //nolint:funlen // The architecture, in one place from top to bottom.
	cfg, err := config.Load(ctx)
	if err != nil {
		return err
	}
	if err := components.TagAll(ctx, tags(ctx, cfg)); err != nil {
		return err
	}
	if cfg.Protect {
		if err := protect(ctx); err != nil {
			return err
		}
	}
	account, err := lookupAccount(ctx)
	if err != nil {
		return err
	}
	versions, err := lookupVersions(ctx, cfg, account)
	if err != nil {
		return err
	}
	name, key := baseName(ctx), optional(cfg.KMSKeyARN)
	tls, err := newTLS(ctx, name, cfg)
	if err != nil {
		return err
	}

	repository, err := newRepository(ctx, name, cfg)
	if err != nil {
		return err
	}
	observed, err := observeNetwork(ctx, cfg, account.Region)
	if err != nil {
		return err
	}
	network, err := components.NewNetwork(ctx, name, networkArgs(cfg, account, observed))
	if err != nil {
		return err
	}
	secrets, err := components.NewSecrets(ctx, name, &components.SecretsArgs{
		Account:   account,
		Mode:      components.SecretsMode(cfg.SecretsMode),
		Paths:     secretPaths(cfg),
		KmsKeyArn: key,
		Found:     versions,
		Observed:  observeParameters(cfg, account, versions),
	})
	if err != nil {
		return err
	}
	cluster, err := components.NewEcsCluster(ctx, name, &components.EcsClusterArgs{
		ExecAudit: cfg.Service.Exec,
		KmsKeyArn: key,
	})
	if err != nil {
		return err
	}
	groups, err := components.NewSecurityGroups(ctx, name, &components.SecurityGroupsArgs{
		VpcId:                   network.VpcId,
		ContainerPort:           cfg.Service.Port,
		DistributionPorts:       components.PortRange(cfg.Service.DistributionPorts),
		Https:                   tls.https(),
		DatabaseSecurityGroupId: optional(cfg.Database.SecurityGroupID),
		OwnDatabase:             cfg.Database.Mode == config.DatabaseCreate,
	})
	if err != nil {
		return err
	}
	data, err := newData(ctx, name, cfg, account, network, groups, versions)
	if err != nil {
		return err
	}
	parameters := data.parameterArns(secrets.Arns)
	roles, err := components.NewIamRoles(ctx, name, &components.IamRolesArgs{
		Account:          account,
		ClusterName:      cluster.ClusterName,
		LogGroupName:     pulumi.String(logGroupName(name)),
		ParameterArns:    parameters,
		ParameterKeyArns: data.parameterKeyArns(secrets.KeyArns),
		Image:            pulumi.String(cfg.Image),
		Exec:             cfg.Service.Exec,
		ExecLogGroupName: cluster.ExecLogGroupName,
		ExecKmsKeyArn:    execKey(cfg),
		FileSystemArn:    data.files.fileSystemArn,
		AccessPointArn:   data.files.accessPointArn,
	})
	if err != nil {
		return err
	}
	alb, err := newEdge(ctx, name, cfg, account, network, groups, tls)
	if err != nil {
		return err
	}
	watch, err := newWatch(ctx, name, cfg, account, cluster, alb, data)
	if err != nil {
		return err
	}
	host := publicHost(cfg, alb)
	service, err := components.NewLiveBeatsService(ctx, name, &components.LiveBeatsServiceArgs{
		Account:           account,
		ClusterName:       cluster.ClusterName,
		ClusterArn:        cluster.ClusterArn,
		SubnetIds:         network.TaskSubnetIds,
		SecurityGroupId:   groups.ServiceSecurityGroupId,
		AssignPublicIp:    network.AssignPublicIp,
		TargetGroupArn:    alb.TargetGroupArn,
		ExecutionRoleArn:  roles.ExecutionRoleArn,
		TaskRoleArn:       roles.TaskRoleArn,
		Image:             pulumi.String(cfg.Image),
		Host:              host,
		Secrets:           parameters,
		SecretVersions:    data.parameterVersions(secrets.Versions),
		Environment:       pulumi.ToStringMap(cfg.Environment),
		Cpu:               cfg.Service.CPU,
		Memory:            cfg.Service.Memory,
		Architecture:      architectures[cfg.Service.Architecture],
		EphemeralStorage:  extraStorage(cfg.Service.EphemeralStorage),
		DesiredCount:      &cfg.Service.DesiredCount,
		Autoscaled:        cfg.Autoscaling.Max > 0,
		SpotWeight:        cfg.Service.SpotWeight,
		Port:              cfg.Service.Port,
		PoolSize:          cfg.Service.PoolSize,
		StopTimeout:       cfg.Service.StopTimeout,
		SkipMigrate:       !cfg.Service.Migrate,
		Exec:              cfg.Service.Exec,
		DistributionPorts: components.PortRange(cfg.Service.DistributionPorts),
		FileSystemId:      data.files.fileSystemID,
		AccessPointId:     data.files.accessPointID,
		MountPath:         data.files.mountPath,
		RollbackAlarms:    watch.alarmNames(),
		LogGroupName:      logGroupName(name),
		LogRetentionDays:  &cfg.Observability.LogRetentionDays,
		LogKmsKeyArn:      key,
		DependsOn:         append(data.dependencies, alb, cluster, groups, network, roles),
	})
	if err != nil {
		return err
	}
	if err := watch.follow(ctx, name, service); err != nil {
		return err
	}
	if err := scale(ctx, name, cfg, cluster, service, alb); err != nil {
		return err
	}
	export(ctx, outputs{account, host, tls, alb, cluster, groups, service, data.database, repository})
	return nil
}
