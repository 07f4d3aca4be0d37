package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// tls is the one place that decides whether the load balancer serves HTTPS, and for which hosts.
type tls struct {
	// hosts are the stack's own first, and then the additional ones; none without a host.
	hosts []string
	// zone is nil unless the stack makes the records of its hosts.
	zone pulumi.StringInput
	// certificateArn is nil as long as there is only HTTP.
	certificateArn pulumi.StringPtrInput
	// additional has the certificates of the additional hosts that can be served.
	additional pulumi.StringMap
	// validation are the records that somebody has to make before AWS issues the certificates.
	validation pulumi.Array
}

func (s *stack) newTLS() (*tls, error) {
	t := &tls{
		hosts: s.cfg.Hosts(), zone: optional(s.cfg.TLS.HostedZone), certificateArn: optional(s.cfg.TLS.CertificateARN),
	}
	if t.zone == nil && !s.cfg.TLS.Request {
		return t, s.warnOfSongs(t)
	}
	args := &components.CertificatesArgs{Hosts: t.hosts, HostedZoneId: t.zone}
	var err error
	if t.zone != nil {
		err = s.checkZone()
	} else {
		args.Issued, err = s.issuedHosts(t.hosts)
	}
	if err != nil {
		return nil, err
	}
	certificates, err := components.NewCertificates(s.ctx, s.name, args)
	if err != nil {
		return nil, err
	}
	t.validation = certificates.ValidationRecords
	if certificates.Ready {
		t.certificateArn, t.additional = certificates.CertificateArn, certificates.AdditionalCertificateArns
	}
	return t, s.warnOfSongs(t)
}

func (t *tls) https() bool { return t.certificateArn != nil }

// scheme is what browsers reach the stack by.
func (t *tls) scheme() string {
	if t.https() {
		return "https"
	}
	return "http"
}

// checkZone refuses hosts that the zone cannot have records of, before anything is made.
func (s *stack) checkZone() error {
	zone, err := route53.LookupZone(s.ctx, &route53.LookupZoneArgs{ZoneId: &s.cfg.TLS.HostedZone})
	if err != nil {
		return fmt.Errorf("look up tls.hostedZone %q: %w", s.cfg.TLS.HostedZone, err)
	}
	return s.cfg.CheckZone(zone.Name, zone.PrivateZone != nil && *zone.PrivateZone)
}

// issuedHosts are the hosts for which AWS has issued the certificates that the stack requested. All are looked up at
// once: the provider looks a minute for one that is not there, as before the first up.
func (s *stack) issuedHosts(hosts []string) ([]string, error) {
	statuses, problems := make([]string, len(hosts)), make([]error, len(hosts))
	var lookups sync.WaitGroup
	for i, host := range hosts {
		lookups.Go(func() { statuses[i], problems[i] = s.certificateStatus(host) })
	}
	lookups.Wait()
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	var issued, waiting []string
	for i, host := range hosts {
		switch status := statuses[i]; {
		case awsmodel.WasIssued(status):
			issued = append(issued, host)
		case status == "" || status == awsmodel.CertificatePending:
			waiting = append(waiting, host)
			continue
		}
		if err := s.warnOfCertificate(host, statuses[i]); err != nil {
			return nil, err
		}
	}
	if waiting == nil {
		return issued, nil
	}
	return issued, s.ctx.Log.Info(fmt.Sprintf("AWS has not issued the certificate of %s yet. Make the records of the "+
		"output dnsRecords at your DNS provider; the first up after AWS has seen them serves HTTPS. (AWS gives up after "+
		"72 hours: refresh then, and up asks anew.)", strings.Join(waiting, " and ")), nil)
}

func (s *stack) warnOfCertificate(host, status string) error {
	if status == awsmodel.CertificateIssued {
		return nil
	}
	return s.ctx.Log.Warn(fmt.Sprintf("the certificate of %s is %s: see "+
		"https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting.html", host, status), nil)
}

// certificateStatus is "" before the certificate is requested.
func (s *stack) certificateStatus(host string) (string, error) {
	certificate, err := acm.LookupCertificate(s.ctx, &acm.LookupCertificateArgs{
		Domain: &host, Statuses: awsmodel.CertificateStatuses, Tags: components.CertificateTags(s.name),
	})
	if err == nil {
		return certificate.Status, nil
	}
	// The provider's words where no certificate has the name, and where none of the name has the tags:
	// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/acm/certificate_data_source.go
	for _, none := range []string{"reading ACM Certificates: empty result", "no matching ACM Certificate found"} {
		if strings.Contains(err.Error(), none) {
			return "", nil
		}
	}
	return "", fmt.Errorf("look up the certificate of %q with tags %v: %w", host, components.CertificateTags(s.name), err)
}

// warnOfSongs: the app writes the scheme of its songs' URLs itself, whatever the page came by.
func (s *stack) warnOfSongs(t *tls) error {
	assumed, served := s.cfg.Uploads.URLScheme, t.scheme()
	switch {
	case assumed == served || s.cfg.TLS.Request && served == "http": // HTTPS is on its way.
		return nil
	case served == "http":
		return s.ctx.Log.Warn("songs will not play: the app asks for them by https, and the load balancer has only http. "+
			"Give it a certificate (tls), or set uploads.urlScheme to http for an app that asks by http", nil)
	}
	return s.ctx.Log.Warn("songs may not play: the app asks for them by http, which browsers block on a page that came "+
		"by https. Make the app ask by https, and remove uploads.urlScheme", nil)
}
