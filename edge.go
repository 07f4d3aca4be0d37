package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// edge is what the internet sees.
type edge struct{ alb *components.Alb }

// newEdge makes the load balancer with its certificates, its log and its names.
func newEdge(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	network *components.Network, groups *components.SecurityGroups,
) (e edge, err error) {
	args := &components.AlbArgs{
		VpcId:              network.VpcId,
		SubnetIds:          network.PublicSubnetIds,
		SecurityGroupId:    groups.LoadBalancerSecurityGroupId,
		TargetPort:         cfg.Service.Port,
		HealthCheckPath:    cfg.Service.HealthCheckPath,
		CertificateArn:     optional(cfg.TLS.CertificateARN),
		SslPolicy:          cfg.TLS.Policy,
		DeletionProtection: cfg.Protect,
		AccessLogsBucket:   pulumi.String(""), // Off, which is more than unset: see AlbArgs.
	}
	hosts := append([]string{cfg.Host}, cfg.TLS.AdditionalHosts...)
	zone := optional(cfg.TLS.HostedZone)
	if zone != nil {
		certificates, err := components.NewCertificates(ctx, name, &components.CertificatesArgs{
			Hosts: hosts, HostedZoneId: zone,
		})
		if err != nil {
			return e, err
		}
		args.CertificateArn = certificates.CertificateArn
		args.AdditionalCertificateArns = certificates.AdditionalCertificateArns
	}
	if cfg.Observability.AccessLogs {
		logs, err := components.NewLogBucket(ctx, name, &components.LogBucketArgs{Account: account, Protect: cfg.Protect})
		if err != nil {
			return e, err
		}
		args.AccessLogsBucket = logs.BucketName
	}
	if e.alb, err = components.NewAlb(ctx, name, args); err != nil || zone == nil {
		return e, err
	}
	_, err = components.NewDnsRecords(ctx, name, &components.DnsRecordsArgs{
		Hosts: hosts, HostedZoneId: zone, LoadBalancerDnsName: e.alb.DnsName, LoadBalancerZoneId: e.alb.ZoneId,
	})
	return e, err
}
