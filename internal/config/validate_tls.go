package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Hosts returns the stack's host and the additional hosts; nil without a host.
func (c *Config) Hosts() []string {
	if c.Host == "" {
		return nil
	}
	return append([]string{c.Host}, c.TLS.AdditionalHosts...)
}

// CheckZone checks whether the zone of tls.hostedZone can hold the records of the hosts. The caller looks up the zone's
// name, and whether it is private, on AWS. The error is a *Problems.
func (c *Config) CheckZone(zone string, private bool) error {
	var d decoder
	if private {
		d.reject(ownKey("tls.hostedZone"), c.TLS.HostedZone, "must be a public zone, but the zone of "+zone+" is private")
	}
	zone = strings.TrimSuffix(zone, ".")
	for i, host := range c.Hosts() {
		if host != zone && !strings.HasSuffix(host, "."+zone) {
			d.reject(hostKey(i), host, fmt.Sprintf("must be %s or a subdomain of it, because tls.hostedZone %s is the zone of "+
				"%[1]s", zone, c.TLS.HostedZone))
		}
	}
	if d.problems == nil {
		return nil
	}
	return &Problems{Stack: c.Stack, List: d.problems}
}

// hostKey returns the config key of the host at an index of Hosts.
func hostKey(i int) string {
	if i == 0 {
		return ownKey("host")
	}
	return ownKey(fmt.Sprintf("tls.additionalHosts[%d]", i-1))
}

// checkRegion refuses an ARN of another region, because the services accept only resources of their own region.
func (d *decoder) checkRegion(key, noun, arn, region string) {
	if of := awsmodel.RegionOf(arn); of != "" && region != "" && of != region {
		d.reject(ownKey(key), arn, "must be "+noun+" in the region of aws:region, "+region)
	}
}

func (d *decoder) checkTLS(c *Config) {
	d.checkCertificateSource(c.TLS)
	if c.TLS.HostedZone == "" && !c.TLS.Request {
		return
	}
	hosts := c.Hosts()
	if n := len(c.TLS.AdditionalHosts); n > awsmodel.MaxCertificates {
		d.reject(ownKey("tls.additionalHosts"), fmt.Sprintf("%d hosts", n),
			fmt.Sprintf("must be at most %d hosts: each has a certificate, and a load balancer has no more besides its default",
				awsmodel.MaxCertificates))
	}
	for i, host := range hosts {
		if !awsmodel.CertificateHost.Valid(host) {
			d.reject(hostKey(i), host, "must be "+awsmodel.CertificateHost.Allowed)
		}
		if slices.Contains(hosts[:i], host) {
			d.reject(hostKey(i), host, "must not be given twice")
		}
	}
}

// checkCertificateSource allows only one of certificate, zone and request.
func (d *decoder) checkCertificateSource(t TLS) {
	exclude := func(name string, value any, given bool, other string) {
		if given {
			d.reject(ownKey(name), value, "must be left out unless "+other+" is left out")
		}
	}
	exclude("tls.request", t.Request, t.Request && t.HostedZone != "", "tls.hostedZone")
	exclude("tls.certificateArn", t.CertificateARN, t.CertificateARN != "" && t.HostedZone != "", "tls.hostedZone")
	exclude("tls.certificateArn", t.CertificateARN, t.CertificateARN != "" && t.Request, "tls.request")
}
