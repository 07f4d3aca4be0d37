package elbv2

import (
	"fmt"
	"regexp"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const certificateType = "aws:acm/certificate:Certificate"

// maxCertificates is how many certificates a load balancer may have beside the default ones of its listeners.
const maxCertificates = 25

var certificateARN = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]{36}$`)

// admitCertificate refuses a certificate that a listener of this region cannot use.
func admitCertificate(c *provider.Call, arn string) error {
	if certificateARN.FindStringSubmatch(arn) == nil {
		return provider.Errorf("ValidationError", "Certificate ARN '%s' is not valid", arn)
	}
	certificate := c.World.Get(certificateType, c.Region, arn)
	if certificate == nil {
		return provider.Errorf("CertificateNotFound", "Certificate '%s' not found", arn)
	}
	if certificate.Props["status"] != "ISSUED" {
		return provider.Errorf("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, "+
			"a supported signature, and a supported key size.", arn)
	}
	return nil
}

func createExtraCertificate(c *provider.Call) error {
	listener := c.World.Get(listenerType, c.Region, fmt.Sprint(c.New.Props["listenerArn"]))
	if listener.Props["protocol"] != "HTTPS" {
		// wording is a guess
		return provider.Errorf("ValidationError", "A certificate cannot be specified for HTTP listeners")
	}
	if err := admitCertificate(c, fmt.Sprint(c.New.Props["certificateArn"])); err != nil {
		return err
	}
	if siblings(c, extraType, listener) >= maxCertificates {
		return provider.Errorf("TooManyCertificates",
			"You've reached the limit on the number of certificates per load balancer.")
	}
	return nil
}

// siblings counts what of a type stands on any listener of the load balancer of one.
func siblings(c *provider.Call, typ string, listener *world.Object) int {
	count := 0
	for _, o := range c.World.List(typ, c.Region) {
		own := c.World.Get(listenerType, c.Region, fmt.Sprint(o.Props["listenerArn"]))
		if own != nil && own.Props["loadBalancerArn"] == listener.Props["loadBalancerArn"] {
			count++
		}
	}
	return count
}
