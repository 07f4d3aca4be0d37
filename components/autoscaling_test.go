package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func autoscalingArgs() AutoscalingArgs {
	return AutoscalingArgs{
		ClusterName: pulumi.String("cluster"), ServiceName: pulumi.String("live-beats"), Min: 2, Max: 6, CpuPercent: 60,
	}
}

func recordAutoscaling(t *testing.T, args AutoscalingArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		scaling, err := NewAutoscaling(ctx, "app", &args)
		if err != nil {
			return err
		}
		r.capture("resourceId", scaling.ResourceId)
		return nil
	})
}

func TestAutoscaling(t *testing.T) {
	t.Parallel()
	r := recordAutoscaling(t, autoscalingArgs())
	require.Equal(t, []string{"app", "app-scaling-cpu", "app-scaling-target"}, r.names())
	require.Equal(t, map[string]any{
		"clusterName": "cluster", "serviceName": "live-beats", "min": 2.0, "max": 6.0, "cpuPercent": 60.0,
		"scaleOutCooldown": 60.0, "scaleInCooldown": 300.0,
	}, r.inputs(t, "app"))
	require.Equal(t, map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"resourceId": "service/cluster/live-beats", "minCapacity": 2.0, "maxCapacity": 6.0,
	}, r.inputs(t, "app-scaling-target"))
	require.Equal(t, map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"resourceId": "service/cluster/live-beats", "policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration": map[string]any{
			"targetValue": 60.0, "scaleInCooldown": 300.0, "scaleOutCooldown": 60.0,
			"predefinedMetricSpecification": map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		},
	}, r.inputs(t, "app-scaling-cpu"))
	require.Contains(t, r.dependencies("app-scaling-cpu"), "app-scaling-target")
	require.Equal(t, map[string]any{"resourceId": "service/cluster/live-beats"}, r.outputs)
}

func TestAutoscalingMetrics(t *testing.T) {
	t.Parallel()
	args := autoscalingArgs()
	args.CpuPercent, args.MemoryPercent, args.RequestsPerTarget = 0, 75, 1000
	args.Target = &testTarget
	args.ScaleInCooldown, args.ScaleOutCooldown = new(0), new(10)
	r := recordAutoscaling(t, args)
	require.Equal(t, []string{"app", "app-scaling-memory", "app-scaling-requests", "app-scaling-target"}, r.names())
	tracked := func(name string) any { return r.inputs(t, name)["targetTrackingScalingPolicyConfiguration"] }
	require.Equal(t, map[string]any{
		"targetValue": 75.0, "scaleInCooldown": 0.0, "scaleOutCooldown": 10.0,
		"predefinedMetricSpecification": map[string]any{"predefinedMetricType": "ECSServiceAverageMemoryUtilization"},
	}, tracked("app-scaling-memory"))
	require.Equal(t, map[string]any{
		"targetValue": 1000.0, "scaleInCooldown": 0.0, "scaleOutCooldown": 10.0,
		"predefinedMetricSpecification": map[string]any{
			"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": "app/lb/1/targetgroup/tg/2",
		},
	}, tracked("app-scaling-requests"))
}

func TestAutoscalingSchedules(t *testing.T) {
	t.Parallel()
	args := autoscalingArgs()
	args.CpuPercent = 0
	args.Schedules = []ScalingSchedule{
		{Name: "night", Schedule: "cron(0 20 ? * MON-FRI *)", Min: new(0), Max: new(0)},
		{Name: "morning", Schedule: "cron(0 7 ? * MON-FRI *)", Timezone: "Europe/London", Min: new(2), Max: new(6)},
	}
	r := recordAutoscaling(t, args)
	require.Empty(t, args.Schedules[0].Timezone, "the caller's value does not change")
	require.Equal(t, []string{"app", "app-scaling-target", "app-schedule-morning", "app-schedule-night"}, r.names())
	action := map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"resourceId": "service/cluster/live-beats", "schedule": "cron(0 20 ? * MON-FRI *)", "timezone": "UTC",
		"scalableTargetAction": map[string]any{"minCapacity": 0.0, "maxCapacity": 0.0},
	}
	require.Equal(t, action, r.inputs(t, "app-schedule-night"))
	action["schedule"], action["timezone"] = "cron(0 7 ? * MON-FRI *)", "Europe/London"
	action["scalableTargetAction"] = map[string]any{"minCapacity": 2.0, "maxCapacity": 6.0}
	require.Equal(t, action, r.inputs(t, "app-schedule-morning"))
	require.Contains(t, r.dependencies("app-schedule-night"), "app-scaling-target")
}

func TestAutoscalingRefuses(t *testing.T) {
	t.Parallel()
	schedule := func(edit func(*ScalingSchedule)) func(*AutoscalingArgs) {
		return func(a *AutoscalingArgs) {
			s := ScalingSchedule{Name: "night", Schedule: "rate(1 day)", Min: new(0), Max: new(1)}
			edit(&s)
			a.Schedules = []ScalingSchedule{s}
		}
	}
	expressions := " must be " + awsmodel.Schedule.Allowed
	for name, test := range map[string]struct {
		edit func(*AutoscalingArgs)
		want string
	}{
		"no cluster": {func(a *AutoscalingArgs) { a.ClusterName = nil }, "ClusterName must be given"},
		"no service": {func(a *AutoscalingArgs) { a.ServiceName = nil }, "ServiceName must be given"},
		"min": {
			func(a *AutoscalingArgs) { a.Min = 0 }, "Min 0 must be 1 or more: no metric scales a service out from 0 tasks",
		},
		"max":    {func(a *AutoscalingArgs) { a.Max = 1 }, "Max 1 must be at least Min, 2"},
		"quota":  {func(a *AutoscalingArgs) { a.Max = 5001 }, "Max 5001 must be 0 to 5000"},
		"cpu":    {func(a *AutoscalingArgs) { a.CpuPercent = 101 }, "CpuPercent 101 must be 1-100, or 0 for none"},
		"memory": {func(a *AutoscalingArgs) { a.MemoryPercent = -1 }, "MemoryPercent -1 must be 1-100, or 0 for none"},
		"requests": {
			func(a *AutoscalingArgs) { a.RequestsPerTarget = -1 },
			"RequestsPerTarget -1 must be at least 1 a minute, or 0 for none",
		},
		"requests without target": {
			func(a *AutoscalingArgs) { a.RequestsPerTarget = 1 },
			"Target.TargetGroupArn must be given\nTarget.TargetGroupArnSuffix must be given\n" +
				"Target.LoadBalancerArnSuffix must be given",
		},
		"no metric or schedule": {
			func(a *AutoscalingArgs) { a.CpuPercent = 0 },
			"CpuPercent, MemoryPercent, RequestsPerTarget or Schedules must be given",
		},
		"scale out": {func(a *AutoscalingArgs) { a.ScaleOutCooldown = new(-1) }, "ScaleOutCooldown -1 must be 0 seconds or more"},
		"scale in":  {func(a *AutoscalingArgs) { a.ScaleInCooldown = new(-1) }, "ScaleInCooldown -1 must be 0 seconds or more"},
		"schedule's name": {
			schedule(func(s *ScalingSchedule) { s.Name = "at night" }),
			`Schedules[0].Name "at night" must be 1-64 letters, digits and hyphens`,
		},
		"same name": {
			func(a *AutoscalingArgs) {
				s := ScalingSchedule{Name: "a", Schedule: "at(2030-01-02T03:04:05)", Min: new(0), Max: new(0)}
				a.Schedules = []ScalingSchedule{s, s}
			}, `Schedules[1].Name "a" must be unique, but an earlier schedule has the same name`,
		},
		"schedule": {
			schedule(func(s *ScalingSchedule) { s.Schedule = "daily" }), `Schedules[0].Schedule "daily"` + expressions,
		},
		"time zone": {
			schedule(func(s *ScalingSchedule) { s.Timezone = "Europe/Elsewhere" }),
			`Schedules[0].Timezone "Europe/Elsewhere" must be an IANA time zone such as Europe/London`,
		},
		"local time zone": {
			schedule(func(s *ScalingSchedule) { s.Timezone = "Local" }),
			`Schedules[0].Timezone "Local" must be an IANA time zone such as Europe/London`,
		},
		"one bound": {
			schedule(func(s *ScalingSchedule) { s.Max = nil }), "Schedules[0].Min and Schedules[0].Max must be given",
		},
		"schedule's min": {
			schedule(func(s *ScalingSchedule) { s.Min = new(-1) }), "Schedules[0].Min -1 must be 0 to 5000",
		},
		"schedule's max": {
			schedule(func(s *ScalingSchedule) { s.Min = new(2) }), "Schedules[0].Max 1 must be at least Min, 2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := autoscalingArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewAutoscaling(ctx, "app", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Autoscaling "app": `+test.want)
		})
	}
}
