package stack

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// lookUpCertificates returns the hosts whose requested certificates AWS has issued. With a hosted zone it returns none,
// and an error if a host is not in the zone.
func (s *Stack) lookUpCertificates() ([]string, error) {
	switch {
	case s.Config.TLS.HostedZone != "":
		return nil, s.checkZone()
	case s.Config.TLS.Request:
		return s.issuedHosts(s.Config.Hosts())
	}
	return nil, nil
}

// checkZone returns an error if the hosted zone cannot have records of every host, before any resource is created.
func (s *Stack) checkZone() error {
	zone, err := route53.LookupZone(s.ctx, &route53.LookupZoneArgs{ZoneId: &s.Config.TLS.HostedZone})
	if err != nil {
		return fmt.Errorf("look up tls.hostedZone %q: %w", s.Config.TLS.HostedZone, err)
	}
	return s.Config.CheckZone(zone.Name, zone.PrivateZone != nil && *zone.PrivateZone)
}

// issuedHosts returns the hosts whose requested certificates AWS has issued. It looks all of them up in parallel: the
// provider searches for a minute if a certificate does not exist, as before the first up.
func (s *Stack) issuedHosts(hosts []string) ([]string, error) {
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
	return issued, s.ctx.Log.Info(fmt.Sprintf("AWS has not issued the certificate of %s yet. Create the records in the "+
		"output dnsRecords at your DNS provider. Once AWS has validated them, run up again to serve HTTPS. (If AWS cannot "+
		"validate them within 72 hours, the request fails: run refresh, and then up to request the certificate again.)",
		strings.Join(waiting, " and ")), nil)
}

func (s *Stack) warnOfCertificate(host, status string) error {
	if status == awsmodel.CertificateIssued {
		return nil
	}
	return s.ctx.Log.Warn(fmt.Sprintf("the certificate of %s is %s: see "+
		"https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting.html", host, status), nil)
}

// certificateStatus returns ACM's status of the host's certificate, or "" if none has been requested.
func (s *Stack) certificateStatus(host string) (string, error) {
	certificate, err := acm.LookupCertificate(s.ctx, &acm.LookupCertificateArgs{
		Domain: &host, Statuses: awsmodel.CertificateStatuses, Tags: components.CertificateTags(s.Name),
	})
	if err == nil {
		return certificate.Status, nil
	}
	// The provider's messages if no certificate has the name, and if none with that name has the tags:
	// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/acm/certificate_data_source.go
	for _, none := range []string{"reading ACM Certificates: empty result", "no matching ACM Certificate found"} {
		if strings.Contains(err.Error(), none) {
			return "", nil
		}
	}
	return "", fmt.Errorf("look up the certificate of %q with tags %v: %w", host, components.CertificateTags(s.Name), err)
}
