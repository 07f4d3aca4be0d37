package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// newEdge makes the load balancer with its certificates, its log and its names.
func newEdge(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	network *components.Network, groups *components.SecurityGroups,
) (*components.Alb, error) {
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
			return nil, err
		}
		args.CertificateArn = certificates.CertificateArn
		args.AdditionalCertificateArns = certificates.AdditionalCertificateArns
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
	if err != nil || zone == nil {
		return alb, err
	}
	_, err = components.NewDnsRecords(ctx, name, &components.DnsRecordsArgs{
		Hosts: hosts, HostedZoneId: zone, LoadBalancerDnsName: alb.DnsName, LoadBalancerZoneId: alb.ZoneId,
	})
	return alb, err
}
