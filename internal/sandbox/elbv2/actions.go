package elbv2

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// actionProperties lists the properties that belong to one type of action.
var actionProperties = []struct{ kind, property string }{
	{"fixed-response", "fixedResponse"},
	{"redirect", "redirect"},
	{"forward", "targetGroupArn"},
	{"forward", "forward"},
}

// checkActions checks the actions of a listener or a rule: each must have the properties of its type and no others.
func checkActions(in provider.Props, property string) []provider.Failure {
	var failures []provider.Failure
	for i, action := range objects(in[property]) {
		kind, ok := action["type"].(string)
		if !ok {
			continue
		}
		fail := func(name, reason string) {
			failures = append(failures, provider.Failure{
				Property: fmt.Sprintf("%s[%d].%s", property, i, name), Reason: reason,
			})
		}
		for _, of := range actionProperties {
			switch {
			case kind != of.kind && action[of.property] != nil:
				fail(of.property, fmt.Sprintf("is for type %s, not for %s", of.kind, kind))
			// A forward action without a target group passes preview with the real provider too.
			case kind == of.kind && action[of.property] == nil && kind != "forward":
				fail(of.property, "is required by type "+kind)
			}
		}
		if action["targetGroupArn"] != nil && action["forward"] != nil {
			fail("forward", "only one of targetGroupArn and forward may be set")
		}
	}
	return failures
}

// admitActions checks actions against their listener.
func admitActions(c *provider.Call, actions any, listener provider.Props) error {
	for _, action := range objects(actions) {
		if redirect, ok := action["redirect"].(map[string]any); ok {
			if err := admitRedirect(redirect, listener); err != nil {
				return err
			}
		}
		if action["type"] != "forward" {
			continue
		}
		targets := targetGroups(action)
		if len(targets) == 0 {
			return provider.Errorf("ValidationError", "A target group must be specified for forward actions")
		}
		for _, target := range targets {
			if err := admitTarget(c, target, fmt.Sprint(listener["loadBalancerArn"])); err != nil {
				return err
			}
		}
	}
	return nil
}

// admitRedirect refuses a redirect to itself or from HTTPS to HTTP.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
func admitRedirect(redirect, listener provider.Props) error {
	protocol, port := redirect["protocol"], redirect["port"]
	if protocol == "#{protocol}" {
		protocol = listener["protocol"]
	}
	if port == "#{port}" {
		port = fmt.Sprint(listener["port"])
	}
	if listener["protocol"] == "HTTPS" && protocol == "HTTP" {
		// wording is a guess
		return provider.Errorf("InvalidLoadBalancerAction", "You cannot redirect HTTPS to HTTP")
	}
	same := redirect["host"] == "#{host}" && redirect["path"] == "/#{path}" // Another query alone is a loop as well.
	if same && protocol == listener["protocol"] && port == fmt.Sprint(listener["port"]) {
		return provider.Errorf("InvalidLoadBalancerAction",
			"The redirect configuration is not valid because it creates a loop.")
	}
	return nil
}

// admitTarget checks two rules: a target group must be in the load balancer's VPC, and can belong to one load balancer
// only.
func admitTarget(c *provider.Call, target, balancer string) error {
	group, owner := c.World.Get(targetGroupType, c.Region, target), c.World.Get(loadBalancerType, c.Region, balancer)
	if group.Props["vpcId"] != owner.Props["vpcId"] {
		return provider.Errorf("InvalidConfigurationRequest",
			"The target group '%s' must be in the same VPC as the load balancer", target) // wording is a guess
	}
	other := readiness.Listener(c.World.Graph(), c.Region, target)
	if other != nil && other.Props["loadBalancerArn"] != balancer {
		return provider.Errorf("TargetGroupAssociationLimit",
			"The following target groups cannot be associated with more than one load balancer: %s", target)
	}
	return nil
}

// targetGroups lists the target groups that a forward action sends requests to.
func targetGroups(action provider.Props) []string {
	var found []string
	if arn, _ := action["targetGroupArn"].(string); arn != "" {
		found = append(found, arn)
	}
	forward, _ := action["forward"].(map[string]any)
	for _, target := range objects(forward["targetGroups"]) {
		found = append(found, fmt.Sprint(target["arn"]))
	}
	return found
}

// objects lists the objects in a list property.
func objects(v any) []map[string]any {
	items, _ := v.([]any)
	var found []map[string]any
	for _, item := range items {
		object, _ := item.(map[string]any)
		found = append(found, object)
	}
	return found
}
