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
	Min         int                `pulumi:"min"` // Required, 1-5000: no metric wakes a service without tasks.
	Max         int                `pulumi:"max"` // Required, Min-5000.

	// Of these averages over all tasks, those that are given are held; the one that asks for most tasks wins.

	CpuPercent        int `pulumi:"cpuPercent,optional"`        // Of the task's CPU, 1-100.
	MemoryPercent     int `pulumi:"memoryPercent,optional"`     // Of the task's memory, 1-100.
	RequestsPerTarget int `pulumi:"requestsPerTarget,optional"` // Requests a minute to each task; needs Target.
	// Target is whose requests are counted.
	Target           *LoadBalancerTarget `pulumi:"target,optional"`
	ScaleOutCooldown *int                `pulumi:"scaleOutCooldown,optional"` // Seconds before more again, defaults to 60.
	// ScaleInCooldown is in seconds before fewer again. Defaults to 300: LiveView clients of a stopped task reconnect all
	// at once.
	ScaleInCooldown *int `pulumi:"scaleInCooldown,optional"`

	// Schedules change Min and Max at given times, each until the next. An up after a refresh puts Min and Max back.
	Schedules []ScalingSchedule `pulumi:"schedules,optional"`
}

// ScalingSchedule sets the bounds at the times of a schedule.
type ScalingSchedule struct {
	Name string `pulumi:"name"` // Required, one of its kind: letters, digits and hyphens.
	// Schedule is an expression of AWS: cron(minutes hours day-of-month month day-of-week year), of which one of the two
	// days is "?", rate(value unit) or at(yyyy-mm-ddThh:mm:ss). Required.
	// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
	Schedule string `pulumi:"schedule"`
	Timezone string `pulumi:"timezone,optional"` // Of the IANA, such as Europe/London; defaults to UTC.
	Min      *int   `pulumi:"min"`               // Required, 0-5000.
	Max      *int   `pulumi:"max"`               // Required, Min-5000; 0 stops every task.
}

// Autoscaling changes the desired count of an ECS service, which has to leave it alone from then on.
type Autoscaling struct {
	pulumi.ResourceState
	children

	// ResourceId is Application Auto Scaling's name of the service: service/CLUSTER/SERVICE.
	ResourceId pulumi.StringOutput `pulumi:"resourceId"`
}

// What Application Auto Scaling calls the desired count of an ECS service.
const (
	scalableDimension = pulumi.String("ecs:service:DesiredCount")
	serviceNamespace  = pulumi.String("ecs")
)

// NewAutoscaling makes the service a scalable target with one policy for each
// metric and one action for each schedule. Without it, or when it is taken
// away, the service keeps the number of tasks that it has.
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
	// From the target, so that policies and actions come after it.
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

// trackedMetric is a metric that AWS offers ready-made for ECS services.
type trackedMetric struct {
	role, predefined string
	target           int
	label            pulumi.StringPtrInput // Whose requests; AWS refuses it for the other metrics.
}

// metrics are those that are asked for.
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
	p.check(a.Min >= 1, "Min", a.Min, "1 or more: no metric wakes a service without tasks")
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
		p.check(!seen[s.Name], arg+"Name", s.Name, "another name than those before it")
		seen[s.Name] = true
		p.match(arg+"Schedule", s.Schedule, awsmodel.Schedule)
		p.match(arg+"Timezone", s.Timezone, awsmodel.Timezone)
		checkBounds(p, arg, s)
	}
}

// checkBounds wants both: AWS keeps the other bound from whichever schedule came before.
func checkBounds(p *problems, arg string, s ScalingSchedule) {
	if s.Min == nil || s.Max == nil {
		p.required(arg+"Min and "+arg+"Max", nil)
		return
	}
	p.within(arg+"Min", *s.Min, awsmodel.Tasks)
	p.within(arg+"Max", *s.Max, awsmodel.Tasks)
	p.check(*s.Min <= *s.Max, arg+"Max", *s.Max, fmt.Sprintf("at least Min, %d", *s.Min))
}
