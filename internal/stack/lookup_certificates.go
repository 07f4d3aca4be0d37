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

// lookUpCertificates finds the hosts whose requested certificates are issued, and refuses hosts that the zone in the
// config cannot have records of.
func (s *Stack) lookUpCertificates() ([]string, error) {
	switch {
	case s.Config.TLS.HostedZone != "":
		return nil, s.checkZone()
	case s.Config.TLS.Request:
		return s.issuedHosts(s.Config.Hosts())
	}
	return nil, nil
}

// checkZone refuses hosts that the zone cannot have records of, before anything is made.
func (s *Stack) checkZone() error {
	zone, err := route53.LookupZone(s.ctx, &route53.LookupZoneArgs{ZoneId: &s.Config.TLS.HostedZone})
	if err != nil {
		return fmt.Errorf("look up tls.hostedZone %q: %w", s.Config.TLS.HostedZone, err)
	}
	return s.Config.CheckZone(zone.Name, zone.PrivateZone != nil && *zone.PrivateZone)
}

// issuedHosts are the hosts for which AWS has issued the certificates that the stack requested. All are looked up at
// once: the provider looks a minute for one that is not there, as before the first up.
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
	return issued, s.ctx.Log.Info(fmt.Sprintf("AWS has not issued the certificate of %s yet. Make the records of the "+
		"output dnsRecords at your DNS provider; run up again once AWS has validated them, to serve HTTPS. (AWS gives up "+
		"after 72 hours: then refresh, and run up to ask again.)", strings.Join(waiting, " and ")), nil)
}

func (s *Stack) warnOfCertificate(host, status string) error {
	if status == awsmodel.CertificateIssued {
		return nil
	}
	return s.ctx.Log.Warn(fmt.Sprintf("the certificate of %s is %s: see "+
		"https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting.html", host, status), nil)
}

// certificateStatus is "" before the certificate is requested.
func (s *Stack) certificateStatus(host string) (string, error) {
	certificate, err := acm.LookupCertificate(s.ctx, &acm.LookupCertificateArgs{
		Domain: &host, Statuses: awsmodel.CertificateStatuses, Tags: components.CertificateTags(s.Name),
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
	return "", fmt.Errorf("look up the certificate of %q with tags %v: %w", host, components.CertificateTags(s.Name), err)
}
