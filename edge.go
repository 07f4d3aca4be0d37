package main

import (
	"github.com/live-beats/live-beats-aws/components"
)

// targetPort stays as it is when service.port changes: see AlbArgs.
const targetPort = 4000

// newEdge makes the load balancer with its log and its names.
func (s *stack) newEdge(
	network *components.Network, groups *components.SecurityGroups, tls *tls,
) (*components.Alb, error) {
	args := &components.AlbArgs{
		VpcId:                     network.VpcId,
		SubnetIds:                 network.PublicSubnetIds,
		SecurityGroupId:           groups.LoadBalancerSecurityGroupId,
		TargetPort:                targetPort,
		HealthCheckPath:           s.cfg.Service.HealthCheckPath,
		CertificateArn:            tls.certificateArn,
		AdditionalCertificateArns: tls.additional,
		SslPolicy:                 s.cfg.TLS.Policy,
		DeletionProtection:        s.cfg.Protect,
		WebAclArn:                 optional(s.cfg.WebACLARN),
	}
	if s.cfg.Observability.AccessLogs {
		logs, err := components.NewLogBucket(s.ctx, s.name, &components.LogBucketArgs{
			Account: s.account, ExpirationDays: s.cfg.Observability.AccessLogDays, Protect: s.cfg.Protect,
		})
		if err != nil {
			return nil, err
		}
		args.AccessLogsBucket = logs.BucketName
	}
	alb, err := components.NewAlb(s.ctx, s.name, args)
	if err != nil || tls.zone == nil {
		return alb, err
	}
	_, err = components.NewDnsRecords(s.ctx, s.name, &components.DnsRecordsArgs{
		Hosts: tls.hosts, HostedZoneId: tls.zone, LoadBalancerDnsName: alb.DnsName, LoadBalancerZoneId: alb.ZoneId,
	})
	return alb, err
}
