package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// targetPort stays as it is when service.port changes: see AlbArgs.
const targetPort = 4000

// newEdge makes the load balancer with its log and its names.
func newEdge(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	network *components.Network, groups *components.SecurityGroups, tls *tls,
) (*components.Alb, error) {
	args := &components.AlbArgs{
		VpcId:                     network.VpcId,
		SubnetIds:                 network.PublicSubnetIds,
		SecurityGroupId:           groups.LoadBalancerSecurityGroupId,
		TargetPort:                targetPort,
		HealthCheckPath:           cfg.Service.HealthCheckPath,
		CertificateArn:            tls.certificateArn,
		AdditionalCertificateArns: tls.additional,
		SslPolicy:                 cfg.TLS.Policy,
		DeletionProtection:        cfg.Protect,
		WebAclArn:                 optional(cfg.WebACLARN),
	}
	if cfg.Observability.AccessLogs {
		logs, err := components.NewLogBucket(ctx, name, &components.LogBucketArgs{
			Account: account, ExpirationDays: cfg.Observability.AccessLogDays, Protect: cfg.Protect,
		})
		if err != nil {
			return nil, err
		}
		args.AccessLogsBucket = logs.BucketName
	}
	alb, err := components.NewAlb(ctx, name, args)
	if err != nil || tls.zone == nil {
		return alb, err
	}
	_, err = components.NewDnsRecords(ctx, name, &components.DnsRecordsArgs{
		Hosts: tls.hosts, HostedZoneId: tls.zone, LoadBalancerDnsName: alb.DnsName, LoadBalancerZoneId: alb.ZoneId,
	})
	return alb, err
}
