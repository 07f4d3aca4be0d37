package autoscaling

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// requestCount is the metric that needs a resource label.
const requestCount = "ALBRequestCountPerTarget"

func checkPolicy(in provider.Props) []provider.Failure {
	if in["policyType"] == "StepScaling" {
		return []provider.Failure{{Property: "policyType", Reason: "the sandbox does not model StepScaling, " +
			"which is the default; set TargetTrackingScaling and its configuration"}}
	}
	return nil
}

func createPolicy(c *provider.Call) error {
	var alarms []any
	for _, kind := range []string{"AlarmHigh", "AlarmLow"} {
		alarms = append(alarms, fmt.Sprintf("arn:%s:cloudwatch:%s:%s:alarm:TargetTracking-%v-%s-%s",
			c.Partition, c.Region, c.Account, c.New.Props["resourceId"], kind, world.Digest(32, kind, c.New.Seed)))
	}
	c.New.Props["alarmArns"] = alarms
	return admitPolicy(c)
}

// admitPolicy refuses a second policy for one metric, and a resource label that does not name a load balancer and a
// target group of the service.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
func admitPolicy(c *provider.Call) error {
	kind, label := metric(c.New)
	twin := c.World.Find(policyType, c.Region, func(o *world.Object) bool {
		other, otherLabel := metric(o)
		return (c.Old == nil || o.ID != c.Old.ID) && o.Props["resourceId"] == c.New.Props["resourceId"] &&
			other == kind && otherLabel == label
	})
	if twin != nil {
		return provider.Errorf("ValidationException",
			"Only one TargetTrackingScaling policy for a given metric specification is allowed.")
	}
	if kind != requestCount {
		return nil
	}
	balancer, group, ok := strings.Cut(label, "/targetgroup/")
	targets := named(c, "aws:lb/targetGroup:TargetGroup", "targetgroup/"+group)
	switch {
	case !ok || targets == nil || named(c, "aws:lb/loadBalancer:LoadBalancer", balancer) == nil:
		// wording is a guess
		return provider.Errorf("ValidationException", "The resource label '%s' does not name a load balancer and "+
			"a target group (app/NAME/ID/targetgroup/NAME/ID)", label)
	case !balances(c, targets):
		// wording is a guess
		return provider.Errorf("ValidationException",
			"The target group of resource label '%s' is not attached to the service", label)
	}
	return nil
}

func named(c *provider.Call, typ, suffix string) *world.Object {
	return c.World.Find(typ, c.Region, func(o *world.Object) bool { return o.Props["arnSuffix"] == suffix })
}

// balances reports whether the policy's service registers its tasks with a target group.
func balances(c *provider.Call, group *world.Object) bool {
	service := serviceOf(c)
	return service != nil && slices.ContainsFunc(graph.Props(service.Props).Objects("loadBalancers"),
		func(balancer graph.Props) bool { return balancer["targetGroupArn"] == group.ID })
}

// metric returns the predefined metric and the resource label of a policy.
func metric(policy *world.Object) (kind, label string) {
	configuration, _ := policy.Props["targetTrackingScalingPolicyConfiguration"].(map[string]any)
	specification, _ := configuration["predefinedMetricSpecification"].(map[string]any)
	kind, _ = specification["predefinedMetricType"].(string)
	label, _ = specification["resourceLabel"].(string)
	return kind, label
}
