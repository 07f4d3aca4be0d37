package autoscaling_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	target    = "aws:appautoscaling/target:Target"
	policy    = "aws:appautoscaling/policy:Policy"
	scheduled = "aws:appautoscaling/scheduledAction:ScheduledAction"
	id        = "service/live-beats/live-beats"
	missing   = "ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: " +
		"service/a/b, scalable dimension: ecs:service:DesiredCount"
)

type props = provider.Props

// of adds the inputs that identify the service.
func of(in props) props {
	out := props{"resourceId": id, "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}
	for name, v := range in {
		out[name] = v
	}
	return out
}

// service returns the steps that create an ECS service with desired count 0.
func service() []sandboxtest.Step {
	keep := map[string]bool{
		"role": true, "start": true, "secret": true, "logs": true, "cluster": true, "capacity": true,
		"back": true, "task": true, "service": true, "balancer": true, "targets": true, "http": true,
	}
	var steps []sandboxtest.Step
	for _, step := range sandboxtest.Stack() {
		switch {
		case !keep[step.Name]:
			continue
		case step.Name == "service":
			step.Inputs = sandboxtest.With("service", props{
				"desiredCount": 0.0, "waitForSteadyState": nil,
			})
		case step.Name == "balancer":
			step.Inputs = sandboxtest.With("balancer", props{"securityGroups": nil})
		}
		steps = append(steps, step)
	}
	return steps
}

// registered returns the steps that create the service and a scalable target for it.
func registered() []sandboxtest.Step {
	return append(service(), sandboxtest.Step{
		Token: target, Name: "target", Inputs: of(props{"minCapacity": 1.0, "maxCapacity": 4.0}),
	})
}

func account(t *testing.T, more ...sandboxtest.Step) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	for _, step := range append(registered(), more...) {
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs), step.Name)
	}
	return a
}

func TestTarget(t *testing.T) {
	t.Parallel()
	sandboxtest.Breaks{
		Before: service(), Token: target, Good: of(props{"minCapacity": 1.0, "maxCapacity": 4.0}),
		Update: props{"maxCapacity": 5.0},
		Cases: map[string]sandboxtest.Break{
			"fixed":   {props{"minCapacity": 4.0}, ""},
			"crossed": {props{"minCapacity": 5.0}, "ValidationException: Maximum capacity cannot be less than minimum capacity."},
			"below 0": {props{"minCapacity": -1.0}, "minCapacity: expected at least 0, got -1"},
			"another service": {
				props{"resourceId": "service/live-beats/other"},
				"ValidationException: ECS service doesn't exist: service/live-beats/other",
			},
			"ARN of the cluster": {
				props{"resourceId": "service/arn:aws:ecs:eu-west-2:123456789012:cluster/live-beats/live-beats"}, "ValidationException: " +
					"ECS service doesn't exist: service/arn:aws:ecs:eu-west-2:123456789012:cluster/live-beats/live-beats",
			},
			"part of the ARN": {
				props{"resourceId": "123456789012:service/live-beats/live-beats"},
				"ValidationException: ECS service doesn't exist: 123456789012:service/live-beats/live-beats",
			},
			"dimension": {props{"scalableDimension": "ecs:service:Count"}, "scalableDimension: expected one of [ecs:service:DesiredCount], got ecs:service:Count"},
			"namespace": {props{"serviceNamespace": "ec2"}, "serviceNamespace: expected one of [ecs], got ec2"},
		},
	}.Run(t)
	a := account(t)
	require.EqualError(t, a.Make(target, "twin", of(props{"minCapacity": 1.0, "maxCapacity": 4.0})),
		"'"+id+"' is registered already; RegisterScalableTarget would silently overwrite it")
}

func tracking(metric string, change props) props {
	specification := props{"predefinedMetricType": metric}
	for name, v := range change {
		specification[name] = v
	}
	return props{
		"policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration": props{"predefinedMetricSpecification": specification, "targetValue": 60.0},
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	configuration := "targetTrackingScalingPolicyConfiguration."
	label := configuration + "predefinedMetricSpecification.resourceLabel: "
	cpu := "ECSServiceAverageCPUUtilization"
	sandboxtest.Breaks{
		Before: registered(), Token: policy, Good: of(tracking(cpu, nil)),
		Update: tracking("ECSServiceAverageMemoryUtilization", nil),
		Cases: map[string]sandboxtest.Break{
			"step": {props{"policyType": nil}, "policyType: the sandbox does not model StepScaling, which is the default; set TargetTrackingScaling and its configuration"},
			"no configuration": {
				props{"targetTrackingScalingPolicyConfiguration": nil}, "targetTrackingScalingPolicyConfiguration: " +
					"missing required property when policyType is TargetTrackingScaling",
			},
			"no target": {props{"resourceId": "service/a/b"}, missing},
			"metric": {
				tracking("EC2SpotFleetRequestAverageCPUUtilization", nil), configuration +
					"predefinedMetricSpecification.predefinedMetricType: expected one of [ECSServiceAverageCPUUtilization, " +
					"ECSServiceAverageMemoryUtilization, ALBRequestCountPerTarget], got EC2SpotFleetRequestAverageCPUUtilization",
			},
			"no label":       {tracking("ALBRequestCountPerTarget", nil), label + "missing required property when predefinedMetricType is ALBRequestCountPerTarget"},
			"needless label": {tracking(cpu, props{"resourceLabel": "x"}), label + "must not be set when predefinedMetricType is [ECSServiceAverageCPUUtilization ECSServiceAverageMemoryUtilization]"},
			"label of nothing": {
				tracking("ALBRequestCountPerTarget", props{"resourceLabel": "app/a/b"}), "ValidationException: The resource " +
					"label 'app/a/b' does not name a load balancer and a target group (app/NAME/ID/targetgroup/NAME/ID)",
			},
			"target value": {
				props{"targetTrackingScalingPolicyConfiguration": props{
					"predefinedMetricSpecification": props{"predefinedMetricType": cpu}, "targetValue": -1.0,
				}}, configuration + "targetValue: expected at least 0, got -1",
			},
		},
	}.Run(t)
}

func TestPoliciesOfOneTarget(t *testing.T) {
	t.Parallel()
	a := account(t)
	cpu := of(tracking("ECSServiceAverageCPUUtilization", props{}))
	require.NoError(t, a.Make(policy, "cpu", cpu))
	require.Regexp(t, `^arn:aws:autoscaling:eu-west-2:123456789012:scalingPolicy:[0-9a-f-]{36}:resource/ecs/`+id+
		`:policyName/cpu-[0-9a-f]{7}$`, a.Got("cpu").State["arn"])
	require.Len(t, a.Got("cpu").State["alarmArns"], 2)
	require.EqualError(t, a.Make(policy, "twin", cpu),
		"ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.")
	label := a.Text("$balancer.arnSuffix/") + a.Text("$targets.arnSuffix")
	require.NoError(t, a.Make(policy, "requests", of(tracking("ALBRequestCountPerTarget", props{"resourceLabel": label}))))
	require.NoError(t, a.Make(sandboxtest.TargetGroup, "others", sandboxtest.With("targets", props{"name": "others"})))
	label = a.Text("$balancer.arnSuffix/") + a.Text("$others.arnSuffix")
	require.EqualError(t, a.Make(policy, "others'", of(tracking("ALBRequestCountPerTarget", props{"resourceLabel": label}))),
		"ValidationException: The target group of resource label '"+label+"' is not attached to the service")
	memory := of(tracking("ECSServiceAverageMemoryUtilization", nil))
	memory["name"] = a.Got("cpu").State["name"]
	require.EqualError(t, a.Make(policy, "named", memory), fmt.Sprintf(
		"a policy named '%v' exists already; PutScalingPolicy would silently overwrite it", memory["name"]))
	delete(memory, "name")
	fill(a, policy, 48)
	require.EqualError(t, a.Make(policy, "more", memory),
		"LimitExceededException: You have reached the maximum number of scaling policies for this scalable target.")
	fill(a, scheduled, 200)
	require.EqualError(t, a.Make(scheduled, "more", aSchedule),
		"LimitExceededException: You have reached the maximum number of scheduled actions for this scalable target.")
	require.NoError(t, a.Remove("target"))
	require.Empty(t, a.World.List(policy, a.Region), "they are deleted with their target")
}

// fill adds n objects of a type to the target.
func fill(a *sandboxtest.Account, token string, n int) {
	for i := range n {
		a.World.Put(&world.Object{Type: token, Region: a.Region, ID: fmt.Sprint("x", i), Props: props{"resourceId": id}})
	}
}

var aSchedule = of(props{
	"schedule": "cron(0 8 ? * MON-FRI *)", "scalableTargetAction": props{"minCapacity": 2.0, "maxCapacity": 4.0},
})

func TestScheduledAction(t *testing.T) {
	t.Parallel()
	cases := map[string]sandboxtest.Break{
		"zone": {props{"timezone": "Europe/London"}, ""},
		"bounds": {
			props{"scalableTargetAction": props{"minCapacity": 5.0, "maxCapacity": 4.0}},
			"ValidationException: Maximum capacity cannot be less than minimum capacity.",
		},
		"no bounds": {
			props{"scalableTargetAction": props{}},
			"scalableTargetAction.minCapacity: at least one of [minCapacity, maxCapacity] must be set, got []",
		},
		"no target":    {props{"resourceId": "service/a/b"}, missing},
		"past":         {props{"schedule": "at(2025-12-31T23:59:59)"}, "ValidationException: Scheduled action is in the past: at(2025-12-31T23:59:59)"},
		"by its zone":  {props{"schedule": "at(2025-12-31T23:59:59)", "timezone": "America/New_York"}, ""},
		"unknown zone": {props{"timezone": "GMT+25"}, "ValidationException: Invalid timezone: GMT+25"},
		"start":        {props{"startTime": "tomorrow"}, `startTime: "tomorrow" is not a valid RFC3339 time`},
		"end":          {props{"endTime": "2026-01-01"}, `endTime: "2026-01-01" is not a valid RFC3339 time`},
		"name":         {props{"name": "a:b"}, `name: "a:b" does not match ^[^|:/]+$`},
	}
	for _, good := range []string{"at(2026-02-01T08:00:00)", "rate(1 day)", "rate(12 hours)", "cron(0/15 * 1 * ? 2026)"} {
		cases[good] = sandboxtest.Break{Change: props{"schedule": good}}
	}
	for _, bad := range []string{
		"every day", "at(2026-02-30T08:00:00)", "at(2026-02-01T08:00:00Z)", "rate(1 days)", "rate(0 days)", "rate(2 hour)",
		"cron(0 8 * * *)", "cron(0 8 * * MON *)", "cron(0 8 ? * ? *)", "cron(? 8 ? * MON *)", "cron(0 8 ! * ? *)",
	} {
		cases[bad] = sandboxtest.Break{Change: props{"schedule": bad}, Want: "ValidationException: Invalid schedule " +
			"expression: " + bad + ". It must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or " +
			"cron(minutes hours day-of-month month day-of-week year)"}
	}
	sandboxtest.Breaks{
		Before: registered(), Token: scheduled, Good: aSchedule, Update: props{"schedule": "rate(2 days)"}, Cases: cases,
	}.Run(t)
}
