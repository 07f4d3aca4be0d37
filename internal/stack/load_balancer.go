package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// HTTPS reports whether the load balancer serves HTTPS after this run. It does if a certificate is issued already, or
// will be issued during the run.
func (s *Stack) HTTPS() bool {
	hosts := s.Config.Hosts()
	return s.Config.TLS.CertificateARN != "" || s.Config.TLS.HostedZone != "" ||
		len(hosts) > 0 && slices.Contains(s.issued, hosts[0])
}

// scheme returns the scheme of the stack's URL: http or https.
func (s *Stack) scheme() string {
	if s.HTTPS() {
		return "https"
	}
	return "http"
}

// HasCertificates reports whether the stack requests certificates.
func (s *Stack) HasCertificates() bool { return s.Config.TLS.HostedZone != "" || s.Config.TLS.Request }

// Certificates returns the arguments of the certificates that the stack requests.
func (s *Stack) Certificates() *components.CertificatesArgs {
	return &components.CertificatesArgs{
		Hosts: s.Config.Hosts(), HostedZoneId: optional(s.Config.TLS.HostedZone), Issued: s.issued,
	}
}

// HasAccessLogs reports whether the load balancer writes access logs.
func (s *Stack) HasAccessLogs() bool { return s.Config.Observability.AccessLogs }

// LogBucket returns the arguments of the bucket for the load balancer's access logs.
func (s *Stack) LogBucket() *components.LogBucketArgs {
	return &components.LogBucketArgs{
		Account: s.Account, ExpirationDays: s.Config.Observability.AccessLogDays,
		ForceDestroy: !s.Config.Protect, Protect: s.Config.Protect,
	}
}

// targetPort does not follow service.port, because another port would only replace the target group: see AlbArgs.
const targetPort = livebeats.Port

// Alb returns the arguments of the load balancer. certificates and logs are nil if the stack has none.
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

// HasDNSRecords reports whether the stack itself creates the DNS records of its hosts.
func (s *Stack) HasDNSRecords() bool { return s.Config.TLS.HostedZone != "" }

// DNSRecords returns the arguments of the DNS records of the stack's hosts.
func (s *Stack) DNSRecords(alb *components.Alb) *components.DnsRecordsArgs {
	return &components.DnsRecordsArgs{
		Hosts: s.Config.Hosts(), HostedZoneId: pulumi.String(s.Config.TLS.HostedZone),
		LoadBalancerDnsName: alb.DnsName, LoadBalancerZoneId: alb.ZoneId,
	}
}

// warnOfSongs warns if browsers cannot load songs. The scheme in the songs' URLs is fixed in the app, and does not
// follow the scheme of the page.
func (s *Stack) warnOfSongs() error {
	inURLs, served := s.Config.Uploads.URLScheme, s.scheme()
	switch {
	case inURLs == served || s.Config.TLS.Request && served == "http": // HTTPS follows once the certificate is issued.
		return nil
	case served == "http":
		return s.ctx.Log.Warn("songs will not play: the app requests them over https, but the load balancer serves only "+
			"http. Configure a certificate (tls), or set uploads.urlScheme to http if the app requests songs over http", nil)
	}
	return s.ctx.Log.Warn("songs may not play: the app requests them over http, which browsers block on a page that was "+
		"loaded over https. Change the app to request them over https, and remove uploads.urlScheme", nil)
}
