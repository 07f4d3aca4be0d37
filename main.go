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
	account, err := lookupAccount(ctx)
	if err != nil {
		return err
	}
	name := baseName(ctx)

	network, err := components.NewNetwork(ctx, name, networkArgs(cfg))
	if err != nil {
		return err
	}
	secrets, err := components.NewSecrets(ctx, name, &components.SecretsArgs{
		Account: account,
		Mode:    components.SecretsMode(cfg.SecretsMode),
		Paths:   cfg.Secrets,
	})
	if err != nil {
		return err
	}
	cluster, err := components.NewEcsCluster(ctx, name, &components.EcsClusterArgs{ExecAudit: cfg.Service.Exec})
	if err != nil {
		return err
	}
	roles, err := components.NewIamRoles(ctx, name, &components.IamRolesArgs{
		Account:          account,
		ClusterName:      cluster.ClusterName,
		LogGroupName:     pulumi.String(logGroupName(name)),
		ParameterArns:    secrets.Arns,
		Image:            cfg.Image,
		Exec:             cfg.Service.Exec,
		ExecLogGroupName: cluster.ExecLogGroupName,
	})
	if err != nil {
		return err
	}
	groups, err := components.NewSecurityGroups(ctx, name, &components.SecurityGroupsArgs{
		VpcId:                   network.VpcId,
		ContainerPort:           cfg.Service.Port,
		DistributionPorts:       components.PortRange(cfg.Service.DistributionPorts),
		Https:                   cfg.TLS.CertificateARN != "",
		DatabaseSecurityGroupId: optional(cfg.Database.SecurityGroupID),
	})
	if err != nil {
		return err
	}
	alb, err := components.NewAlb(ctx, name, &components.AlbArgs{
		VpcId:              network.VpcId,
		SubnetIds:          network.PublicSubnetIds,
		SecurityGroupId:    groups.LoadBalancerSecurityGroupId,
		TargetPort:         cfg.Service.Port,
		HealthCheckPath:    cfg.Service.HealthCheckPath,
		CertificateArn:     optional(cfg.TLS.CertificateARN),
		DeletionProtection: cfg.Protect,
	})
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
		Image:             cfg.Image,
		Host:              host,
		Secrets:           secrets.Arns,
		Environment:       cfg.Environment,
		Cpu:               cfg.Service.CPU,
		Memory:            cfg.Service.Memory,
		Architecture:      architectures[cfg.Service.Architecture],
		DesiredCount:      &cfg.Service.DesiredCount,
		Port:              cfg.Service.Port,
		PoolSize:          cfg.Service.PoolSize,
		StopTimeout:       cfg.Service.StopTimeout,
		SkipMigrate:       !cfg.Service.Migrate,
		Exec:              cfg.Service.Exec,
		DistributionPorts: components.PortRange(cfg.Service.DistributionPorts),
		LogGroupName:      logGroupName(name),
		LogRetentionDays:  &cfg.Observability.LogRetentionDays,
		DependsOn:         []pulumi.Resource{alb, cluster, groups, roles},
	})
	if err != nil {
		return err
	}
	export(ctx, cfg, outputs{account, host, alb, cluster, groups, service})
	return nil
}
