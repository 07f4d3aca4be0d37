package elbv2

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// defaultPolicy is the TLS policy of an HTTPS listener that names none.
const defaultPolicy = "ELBSecurityPolicy-2016-08"

func checkListener(in provider.Props) []provider.Failure { return checkActions(in, "defaultActions") }

func createListener(c *provider.Call) error {
	arn, _ := c.New.Props["loadBalancerArn"].(string)
	_, suffix, _ := strings.Cut(arn, ":loadbalancer/")
	c.Vars["loadBalancerSuffix"] = suffix
	return admitListener(c)
}

func updateListener(c *provider.Call) error {
	// The policy that a listener had as an HTTPS one is not one that an HTTP listener asks for.
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
