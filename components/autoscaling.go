package components

import (
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const autoscalingType = "livebeats:index:Autoscaling"

// AutoscalingArgs configures Autoscaling.
type AutoscalingArgs struct {
	// ClusterName and ServiceName are names, not ARNs. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	Min         int                `pulumi:"min"` // Required, 1-5000: no metric scales a service out from 0 tasks.
	Max         int                `pulumi:"max"` // Required, Min-5000.

	// Autoscaling keeps each of these averages over all tasks near its target, if it is given. If they require different
	// numbers of tasks, the highest number is used.

	CpuPercent        int `pulumi:"cpuPercent,optional"`        // Of the task's CPU, 1-100.
	MemoryPercent     int `pulumi:"memoryPercent,optional"`     // Of the task's memory, 1-100.
	RequestsPerTarget int `pulumi:"requestsPerTarget,optional"` // Requests to each task per minute. Needs Target.
	// Target is the target group whose requests RequestsPerTarget counts.
	Target *LoadBalancerTarget `pulumi:"target,optional"`
	// ScaleOutCooldown is the time in seconds between two scale-outs. Defaults to 60.
	ScaleOutCooldown *int `pulumi:"scaleOutCooldown,optional"`
	// ScaleInCooldown is the time in seconds between two scale-ins. Defaults to 300, because all LiveView clients of a
	// stopped task reconnect at once.
	ScaleInCooldown *int `pulumi:"scaleInCooldown,optional"`

	// Schedules change Min and Max at given times, each until the next one. An up after a refresh sets Min and Max again.
	Schedules []ScalingSchedule `pulumi:"schedules,optional"`
}

// ScalingSchedule changes the minimum and maximum number of tasks at the times of a schedule.
type ScalingSchedule struct {
	Name string `pulumi:"name"` // Required, unique: letters, digits and hyphens.
	// Schedule is an AWS schedule expression: cron(minutes hours day-of-month month day-of-week year), in which one of the
	// two day fields is "?"; rate(value unit); or at(yyyy-mm-ddThh:mm:ss). Required.
	// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
	Schedule string `pulumi:"schedule"`
	Timezone string `pulumi:"timezone,optional"` // An IANA time zone such as Europe/London. Defaults to UTC.
	Min      *int   `pulumi:"min"`               // Required, 0-5000.
	Max      *int   `pulumi:"max"`               // Required, Min-5000; 0 stops every task.
}

// Autoscaling changes the desired count of an ECS service. The service must ignore changes of it, as with
// LiveBeatsServiceArgs.Autoscaled.
type Autoscaling struct {
	pulumi.ResourceState
	children

	// ResourceId is Application Auto Scaling's id of the service: service/CLUSTER/SERVICE.
	ResourceId pulumi.StringOutput `pulumi:"resourceId"`
}

// Application Auto Scaling's names for the desired count of an ECS service.
const (
	scalableDimension = pulumi.String("ecs:service:DesiredCount")
	serviceNamespace  = pulumi.String("ecs")
)

// NewAutoscaling registers the service as a scalable target, with a policy for each metric and an action for each
// schedule. When it is removed, the service keeps its current number of tasks.
func NewAutoscaling(
	ctx *pulumi.Context, name string, args *AutoscalingArgs, opts ...pulumi.ResourceOption,
) (*Autoscaling, error) {
	a := deref(args).withDefaults()
	if err := a.check(name); err != nil {
		return nil, err
	}
	scaling := &Autoscaling{}
	if err := register(ctx, autoscalingType, name, a, scaling, opts); err != nil {
		return nil, err
	}
	target, err := appautoscaling.NewTarget(ctx, name+"-scaling-target", &appautoscaling.TargetArgs{
		ServiceNamespace:  serviceNamespace,
		ScalableDimension: scalableDimension,
		ResourceId:        pulumi.Sprintf("service/%s/%s", a.ClusterName, a.ServiceName),
		MinCapacity:       pulumi.Int(a.Min),
		MaxCapacity:       pulumi.Int(a.Max),
	}, under(scaling))
	if err != nil {
		return nil, err
	}
	// From the target, so that policies and actions wait for it.
	scaling.ResourceId = target.ResourceId
	for _, m := range a.metrics() {
		if err := scaling.newPolicy(ctx, name, a, m); err != nil {
			return nil, err
		}
	}
	for _, s := range a.Schedules {
		if err := scaling.newSchedule(ctx, name, s); err != nil {
			return nil, err
		}
	}
	return scaling, registerOutputs(ctx, scaling)
}

// trackedMetric is one of AWS's predefined metrics for ECS services.
type trackedMetric struct {
	role, predefined string
	target           int
	label            pulumi.StringPtrInput // The target group to count requests of. Only for that metric.
}

// metrics returns the metrics that have a target.
func (a AutoscalingArgs) metrics() []trackedMetric {
	var requests pulumi.StringPtrInput
	if a.RequestsPerTarget > 0 {
		requests = pulumi.Sprintf("%s/%s", a.Target.LoadBalancerArnSuffix, a.Target.TargetGroupArnSuffix)
	}
	all := []trackedMetric{
		{"cpu", "ECSServiceAverageCPUUtilization", a.CpuPercent, nil},
		{"memory", "ECSServiceAverageMemoryUtilization", a.MemoryPercent, nil},
		{"requests", "ALBRequestCountPerTarget", a.RequestsPerTarget, requests},
	}
	return slices.DeleteFunc(all, func(m trackedMetric) bool { return m.target == 0 })
}

func (s *Autoscaling) newPolicy(ctx *pulumi.Context, name string, a AutoscalingArgs, m trackedMetric) error {
	_, err := appautoscaling.NewPolicy(ctx, name+"-scaling-"+m.role, &appautoscaling.PolicyArgs{
		ServiceNamespace:  serviceNamespace,
		ScalableDimension: scalableDimension,
		ResourceId:        s.ResourceId,
		PolicyType:        pulumi.String("TargetTrackingScaling"),
		TargetTrackingScalingPolicyConfiguration: &appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue:      pulumi.Float64(m.target),
			ScaleInCooldown:  pulumi.Int(*a.ScaleInCooldown),
			ScaleOutCooldown: pulumi.Int(*a.ScaleOutCooldown),
			PredefinedMetricSpecification: &predefinedMetricArgs{
				PredefinedMetricType: pulumi.String(m.predefined),
				ResourceLabel:        m.label,
			},
		},
	}, under(s))
	return err
}

type (
	predefinedMetricArgs = appautoscaling.
		PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs
)

func (s *Autoscaling) newSchedule(ctx *pulumi.Context, name string, schedule ScalingSchedule) error {
	_, err := appautoscaling.NewScheduledAction(ctx, name+"-schedule-"+schedule.Name,
		&appautoscaling.ScheduledActionArgs{
			ServiceNamespace:  serviceNamespace,
			ScalableDimension: scalableDimension,
			ResourceId:        s.ResourceId,
			Schedule:          pulumi.String(schedule.Schedule),
			Timezone:          pulumi.String(schedule.Timezone),
			ScalableTargetAction: &appautoscaling.ScheduledActionScalableTargetActionArgs{
				MinCapacity: pulumi.Int(*schedule.Min),
				MaxCapacity: pulumi.Int(*schedule.Max),
			},
		}, under(s))
	return err
}

func (a AutoscalingArgs) withDefaults() AutoscalingArgs {
	a.ScaleOutCooldown = or(a.ScaleOutCooldown, 60)
	a.ScaleInCooldown = or(a.ScaleInCooldown, 300)
	a.Schedules = slices.Clone(a.Schedules)
	for i, schedule := range a.Schedules {
		if schedule.Timezone == "" {
			a.Schedules[i].Timezone = time.UTC.String()
		}
	}
	return a
}

func (a AutoscalingArgs) check(name string) error {
	var p problems
	p.required("ClusterName", a.ClusterName)
	p.required("ServiceName", a.ServiceName)
	p.check(a.Min >= 1, "Min", a.Min, "1 or more: no metric scales a service out from 0 tasks")
	p.within("Max", a.Max, awsmodel.Tasks)
	p.check(a.Min <= a.Max, "Max", a.Max, fmt.Sprintf("at least Min, %d", a.Min))
	checkPercent(&p, "CpuPercent", a.CpuPercent)
	checkPercent(&p, "MemoryPercent", a.MemoryPercent)
	p.check(a.RequestsPerTarget >= 0, "RequestsPerTarget", a.RequestsPerTarget, "at least 1 a minute, or 0 for none")
	if a.RequestsPerTarget > 0 {
		if a.Target == nil {
			a.Target = &LoadBalancerTarget{}
		}
		a.Target.check(&p)
	}
	if a.CpuPercent == 0 && a.MemoryPercent == 0 && a.RequestsPerTarget == 0 && len(a.Schedules) == 0 {
		p.required("CpuPercent, MemoryPercent, RequestsPerTarget or Schedules", nil)
	}
	p.check(*a.ScaleOutCooldown >= 0, "ScaleOutCooldown", *a.ScaleOutCooldown, "0 seconds or more")
	p.check(*a.ScaleInCooldown >= 0, "ScaleInCooldown", *a.ScaleInCooldown, "0 seconds or more")
	checkSchedules(&p, a.Schedules)
	return p.err(autoscalingType, name)
}

func checkPercent(p *problems, arg string, percent int) {
	p.check(0 <= percent && percent <= 100, arg, percent, "1-100, or 0 for none")
}

func checkSchedules(p *problems, schedules []ScalingSchedule) {
	seen := map[string]bool{}
	for i, s := range schedules {
		arg := fmt.Sprintf("Schedules[%d].", i)
		p.match(arg+"Name", s.Name, awsmodel.ScheduleName)
		p.check(!seen[s.Name], arg+"Name", s.Name, "unique, but an earlier schedule has the same name")
		seen[s.Name] = true
		p.match(arg+"Schedule", s.Schedule, awsmodel.Schedule)
		p.match(arg+"Timezone", s.Timezone, awsmodel.Timezone)
		checkBounds(p, arg, s)
	}
}

// checkBounds requires both bounds. If one were missing, AWS would keep that bound of the previous schedule.
func checkBounds(p *problems, arg string, s ScalingSchedule) {
	if s.Min == nil || s.Max == nil {
		p.required(arg+"Min and "+arg+"Max", nil)
		return
	}
	p.within(arg+"Min", *s.Min, awsmodel.Tasks)
	p.within(arg+"Max", *s.Max, awsmodel.Tasks)
	p.check(*s.Min <= *s.Max, arg+"Max", *s.Max, fmt.Sprintf("at least Min, %d", *s.Min))
}
