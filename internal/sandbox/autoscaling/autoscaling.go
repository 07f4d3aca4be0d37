// Package autoscaling is what Application Auto Scaling does beyond the facts: services that must exist, metrics that
// may be tracked once, and the syntax of schedules.
package autoscaling

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	targetType    = "aws:appautoscaling/target:Target"
	policyType    = "aws:appautoscaling/policy:Policy"
	scheduledType = "aws:appautoscaling/scheduledAction:ScheduledAction"
	serviceType   = "aws:ecs/service:Service"
)

// Behaviours of scalable targets, their policies and their schedules.
var Behaviours = map[string]provider.Behaviour{
	targetType:    {Create: register, Update: register, Settle: scale},
	policyType:    {Check: checkPolicy, Create: createPolicy, Update: admitPolicy},
	scheduledType: {Check: checkScheduled, Create: admitScheduled, Update: admitScheduled},
}

// register refuses bounds that cross, and a service that does not exist under that name: a resource id has names in it,
// where a cluster's Pulumi id is an ARN.
func register(c *provider.Call) error {
	if err := admitBounds(c.New.Props); err != nil {
		return err
	}
	id := fmt.Sprint(c.New.Props["resourceId"])
	if serviceOf(c) == nil || strings.Contains(id, ":") {
		return provider.Errorf("ValidationException", "ECS service doesn't exist: %s", id)
	}
	return nil
}

// serviceOf is the ECS service that a resource id names, or nil.
func serviceOf(c *provider.Call) *world.Object {
	id := fmt.Sprint(c.New.Props["resourceId"])
	return c.World.Find(serviceType, c.Region, func(o *world.Object) bool { return strings.HasSuffix(o.ID, ":"+id) })
}

// scale brings the service between the bounds at once: its desired count changes outside of Pulumi.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
func scale(c *provider.Call) error { return ecs.Settle(c.World, c.Scope) }

func admitBounds(bounds provider.Props) error {
	least, hasLeast := bounds["minCapacity"].(float64)
	most, hasMost := bounds["maxCapacity"].(float64)
	if hasLeast && hasMost && most < least {
		return provider.Errorf("ValidationException", "Maximum capacity cannot be less than minimum capacity.")
	}
	return nil
}
