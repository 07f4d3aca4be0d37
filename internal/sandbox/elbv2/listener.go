package elbv2

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// defaultPolicy is the TLS policy of an HTTPS listener without an explicit one.
const defaultPolicy = "ELBSecurityPolicy-2016-08"

func checkListener(in provider.Props) []provider.Failure { return checkActions(in, "defaultActions") }

func createListener(c *provider.Call) error {
	arn, _ := c.New.Props["loadBalancerArn"].(string)
	_, suffix, _ := strings.Cut(arn, ":loadbalancer/")
	c.Vars["loadBalancerSuffix"] = suffix
	return admitListener(c)
}

func updateListener(c *provider.Call) error {
	// The TLS policy of the former HTTPS listener is not an input of the HTTP listener.
	if c.New.Props["protocol"] != "HTTPS" && c.Changed("protocol") && !c.Changed("sslPolicy") {
		delete(c.New.Props, "sslPolicy")
	}
	return admitListener(c)
}

// admitListener checks a listener against its load balancer, its certificate and its target groups.
func admitListener(c *provider.Call) error {
	if c.New.Props["protocol"] == nil {
		c.New.Props["protocol"] = "HTTP"
	}
	https := c.New.Props["protocol"] == "HTTPS"
	certificate, _ := c.New.Props["certificateArn"].(string)
	policy, _ := c.New.Props["sslPolicy"].(string)
	switch {
	case https && certificate == "":
		return provider.Errorf("ValidationError", "A certificate must be specified for HTTPS listeners")
	case !https && certificate != "":
		return provider.Errorf("ValidationError", "A certificate cannot be specified for HTTP listeners")
	case !https && policy != "":
		return provider.Errorf("ValidationError", "An SSL policy cannot be specified for HTTP listeners")
	case https:
		if err := admitCertificate(c, certificate); err != nil {
			return err
		}
		if policy == "" {
			c.New.Props["sslPolicy"] = defaultPolicy
		}
	}
	return admitActions(c, c.New.Props["defaultActions"], c.New.Props)
}

const certificateType = "aws:acm/certificate:Certificate"

// maxCertificates is how many certificates a load balancer may have, besides the default certificates of its listeners.
const maxCertificates = 25

// admitCertificate refuses a certificate that a listener of this region cannot use.
func admitCertificate(c *provider.Call, arn string) error {
	if !awsmodel.CertificateARN.Valid(arn) {
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

// siblings counts the objects of a type on all listeners of the load balancer that listener belongs to.
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

// createWebACLAssociation checks that the load balancer exists, and that the web ACL's ARN is in this account and
// region.
func createWebACLAssociation(c *provider.Call) error {
	const message = "AWS WAF couldn't perform the operation because your resource doesn't exist."
	resource, acl := fmt.Sprint(c.New.Props["resourceArn"]), fmt.Sprint(c.New.Props["webAclArn"])
	if !strings.HasPrefix(acl, fmt.Sprintf("arn:%s:wafv2:%s:%s:", c.Partition, c.Region, c.Account)) ||
		c.World.Get(loadBalancerType, c.Region, resource) == nil {
		return provider.Errorf("WAFNonexistentItemException", message)
	}
	return nil
}
