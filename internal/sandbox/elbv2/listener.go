package elbv2

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// defaultPolicy is the TLS policy of an HTTPS listener that names none.
const defaultPolicy = "ELBSecurityPolicy-2016-08"

func checkListener(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	actions, _ := in["defaultActions"].([]any)
	for i, item := range actions {
		action, _ := item.(map[string]any)
		kind, ok := action["type"].(string)
		if !ok {
			continue
		}
		for _, of := range actionProperties {
			path := fmt.Sprintf("defaultActions[%d].%s", i, of.property)
			switch {
			case kind != of.kind && action[of.property] != nil:
				failures = append(failures, provider.Failure{
					Property: path, Reason: fmt.Sprintf("is for type %s, not for %s", of.kind, kind),
				})
			// A forward action without a target group passes preview with the real provider too.
			case kind == of.kind && action[of.property] == nil && kind != "forward":
				failures = append(failures, provider.Failure{Property: path, Reason: "is required by type " + kind})
			}
		}
	}
	return failures
}

// actionProperties are the properties that belong to one type of action.
var actionProperties = []struct{ kind, property string }{
	{"fixed-response", "fixedResponse"}, {"redirect", "redirect"}, {"forward", "targetGroupArn"},
}

func createListener(c *provider.Call) error {
	arn, _ := c.New.Props["loadBalancerArn"].(string)
	_, suffix, _ := strings.Cut(arn, ":loadbalancer/")
	c.Vars["loadBalancerSuffix"] = suffix
	return admitListener(c)
}

// admitListener checks a listener against its load balancer, its certificate and its target group.
func admitListener(c *provider.Call) error {
	https := c.New.Props["protocol"] == "HTTPS"
	certificate, _ := c.New.Props["certificateArn"].(string)
	switch {
	case https && certificate == "":
		return provider.Errorf("ValidationError", "A certificate must be specified for HTTPS listeners")
	case !https && certificate != "":
		return provider.Errorf("ValidationError", "A certificate cannot be specified for HTTP listeners")
	case certificate != "":
		if err := checkCertificate(c.Region, certificate); err != nil {
			return err
		}
	}
	if https && c.New.Props["sslPolicy"] == nil {
		c.New.Props["sslPolicy"] = defaultPolicy
	}
	if !https && c.New.Props["sslPolicy"] != nil && c.New.Props["sslPolicy"] != "" {
		return provider.Errorf("ValidationError", "An SSL policy cannot be specified for HTTP listeners")
	}
	return admitTargets(c)
}

var certificateARN = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]{36}$`)

// checkCertificate reads the ARN alone: certificates themselves are not modelled, so whether one exists and has been
// issued is not decided here.
func checkCertificate(region, arn string) error {
	m := certificateARN.FindStringSubmatch(arn)
	if m == nil {
		return provider.Errorf("ValidationError", "Certificate ARN '%s' is not valid", arn)
	}
	if m[1] != region {
		return provider.Errorf("CertificateNotFound", "Certificate '%s' not found", arn)
	}
	return nil
}

// admitTargets holds two rules: the target group stands in the load balancer's VPC, and belongs to one load balancer.
func admitTargets(c *provider.Call) error {
	arn := c.New.Props["loadBalancerArn"]
	balancer := c.World.Get(loadBalancerType, c.Region, fmt.Sprint(arn))
	actions, _ := c.New.Props["defaultActions"].([]any)
	for _, item := range actions {
		action, _ := item.(map[string]any)
		target, _ := action["targetGroupArn"].(string)
		if action["type"] != "forward" {
			continue
		}
		if target == "" {
			return provider.Errorf("ValidationError", "A target group must be specified for forward actions")
		}
		group := c.World.Get(targetGroupType, c.Region, target)
		if group.Props["vpcId"] != balancer.Props["vpcId"] {
			return provider.Errorf("InvalidConfigurationRequest",
				"The target group '%s' must be in the same VPC as the load balancer", target)
		}
		if other := Listener(c.World, c.Region, target); other != nil && other.Props["loadBalancerArn"] != arn {
			return provider.Errorf("TargetGroupAssociationLimit",
				"The following target groups cannot be associated with more than one load balancer: %s", target)
		}
	}
	return nil
}

// Listener finds a listener that forwards to a target group, or nil.
func Listener(w *world.World, region, targetGroup string) *world.Object {
	return w.Find(listenerType, region, func(o *world.Object) bool {
		actions, _ := o.Props["defaultActions"].([]any)
		for _, item := range actions {
			if action, _ := item.(map[string]any); action["targetGroupArn"] == targetGroup {
				return true
			}
		}
		return false
	})
}
