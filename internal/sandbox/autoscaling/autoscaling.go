// Package autoscaling models what Application Auto Scaling does beyond the facts: the service must exist, one policy
// per metric is allowed, and schedules have a syntax.
package autoscaling

import (
	"fmt"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
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

// Behaviours of scalable targets, their policies and their schedules, by type.
var Behaviours = map[string]provider.Behaviour{
	targetType:    {Create: register, Update: register, Settle: scale},
	policyType:    {Check: checkPolicy, Create: createPolicy, Update: admitPolicy},
	scheduledType: {Check: checkScheduled, Create: admitScheduled, Update: admitScheduled},
}

// register refuses a maximum below the minimum, and a service that does not exist. A resource id consists of the names
// of cluster and service. The Pulumi id of a cluster is an ARN, so it must not be part of a resource id.
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

// serviceOf returns the ECS service that the resource id names, or nil.
func serviceOf(c *provider.Call) *world.Object {
	id := fmt.Sprint(c.New.Props["resourceId"])
	return c.World.Find(serviceType, c.Region, func(o *world.Object) bool { return strings.HasSuffix(o.ID, ":"+id) })
}

// scale brings the desired count of the service between the bounds at once. This is a change outside of Pulumi.
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

func checkScheduled(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	for _, property := range []string{"startTime", "endTime"} {
		if text, ok := in[property].(string); ok && text != "" {
			if _, err := time.Parse(time.RFC3339, text); err != nil {
				failures = append(failures, provider.Failure{
					Property: property, Reason: fmt.Sprintf("%q is not a valid RFC3339 time", text),
				})
			}
		}
	}
	return failures
}

func admitScheduled(c *provider.Call) error {
	zone, schedule := fmt.Sprint(c.New.Props["timezone"]), fmt.Sprint(c.New.Props["schedule"])
	// wordings are guesses
	if !awsmodel.Timezone.Valid(zone) {
		return provider.Errorf("ValidationException", "Invalid timezone: %s", zone)
	}
	if !awsmodel.Schedule.Valid(schedule) {
		return provider.Errorf("ValidationException", "Invalid schedule expression: %s. "+
			"It must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year)",
			schedule)
	}
	if at, once := awsmodel.ScheduledOnce(schedule, zone); once && at.Before(c.World.Now()) {
		return provider.Errorf("ValidationException", "Scheduled action is in the past: %s", schedule)
	}
	bounds, _ := c.New.Props["scalableTargetAction"].(map[string]any)
	return admitBounds(bounds)
}
