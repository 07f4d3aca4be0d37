package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// HTTPS tells whether the load balancer serves HTTPS in this run: there is a certificate that is issued, or will be by
// then.
func (s *Stack) HTTPS() bool {
	hosts := s.Config.Hosts()
	return s.Config.TLS.CertificateARN != "" || s.Config.TLS.HostedZone != "" ||
		len(hosts) > 0 && slices.Contains(s.issued, hosts[0])
}

// scheme is what browsers reach the stack by.
func (s *Stack) scheme() string {
	if s.HTTPS() {
		return "https"
	}
	return "http"
}

// HasCertificates tells whether the stack has certificates of its own.
func (s *Stack) HasCertificates() bool { return s.Config.TLS.HostedZone != "" || s.Config.TLS.Request }

// Certificates configures the certificates that the stack requests.
func (s *Stack) Certificates() *components.CertificatesArgs {
	return &components.CertificatesArgs{
		Hosts: s.Config.Hosts(), HostedZoneId: optional(s.Config.TLS.HostedZone), Issued: s.issued,
	}
}

// HasAccessLogs tells whether the load balancer keeps a log.
func (s *Stack) HasAccessLogs() bool { return s.Config.Observability.AccessLogs }

// LogBucket configures where the load balancer logs.
func (s *Stack) LogBucket() *components.LogBucketArgs {
	return &components.LogBucketArgs{
		Account: s.Account, ExpirationDays: s.Config.Observability.AccessLogDays,
		ForceDestroy: !s.Config.Protect, Protect: s.Config.Protect,
	}
}

// targetPort stays as it is when service.port changes: see AlbArgs.
const targetPort = livebeats.Port

// Alb configures the load balancer. Certificates and logs are nil where the stack has none.
func (s *Stack) Alb(
	network *components.Network, groups *components.SecurityGroups, certificates *components.Certificates,
	logs *components.LogBucket,
) *components.AlbArgs {
	service := s.Config.Service
	args := &components.AlbArgs{
		VpcId:           network.VpcId,
		SubnetIds:       network.PublicSubnetIds,
		SecurityGroupId: groups.LoadBalancerSecurityGroupId,
		TargetPort:      targetPort,
		HealthCheckPath: pulumi.String(service.HealthCheckPath),

		HealthCheckInterval: service.HealthCheckInterval,
		HealthCheckTimeout:  service.HealthCheckTimeout,
		HealthyThreshold:    service.HealthyThreshold,
		UnhealthyThreshold:  service.UnhealthyThreshold,

		CertificateArn: optional(s.Config.TLS.CertificateARN),
		SslPolicy:      s.Config.TLS.Policy,
		Protect:        s.Config.Protect,
		WebAclArn:      optional(s.Config.WebACLARN),
	}
	if certificates != nil && certificates.Ready {
		args.CertificateArn = certificates.CertificateArn
		args.AdditionalCertificateArns = map[string]pulumi.StringInput{}
		for host, arn := range certificates.AdditionalCertificateArns {
			args.AdditionalCertificateArns[host] = arn
		}
	}
	if logs != nil {
		args.AccessLogsBucket = logs.BucketName
	}
	return args
}

// HasDNSRecords tells whether the stack makes the records of its hosts itself.
func (s *Stack) HasDNSRecords() bool { return s.Config.TLS.HostedZone != "" }

// DNSRecords configures the records of the stack's hosts.
func (s *Stack) DNSRecords(alb *components.Alb) *components.DnsRecordsArgs {
	return &components.DnsRecordsArgs{
		Hosts: s.Config.Hosts(), HostedZoneId: pulumi.String(s.Config.TLS.HostedZone),
		LoadBalancerDnsName: alb.DnsName, LoadBalancerZoneId: alb.ZoneId,
	}
}

// warnOfSongs: the app writes the scheme of its songs' URLs itself, whatever the page came by.
func (s *Stack) warnOfSongs() error {
	assumed, served := s.Config.Uploads.URLScheme, s.scheme()
	switch {
	case assumed == served || s.Config.TLS.Request && served == "http": // HTTPS is on its way.
		return nil
	case served == "http":
		return s.ctx.Log.Warn("songs will not play: the app asks for them by https, and the load balancer has only http. "+
			"Give it a certificate (tls), or set uploads.urlScheme to http for an app that asks by http", nil)
	}
	return s.ctx.Log.Warn("songs may not play: the app asks for them by http, which browsers block on a page that came "+
		"by https. Make the app ask by https, and remove uploads.urlScheme", nil)
}
