package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// watch is what tells of trouble: nil when the stack has no alarms.
type watch struct{ *components.Observability }

func newWatch(
	ctx *pulumi.Context, name string, cfg *config.Config, account components.Account,
	cluster *components.EcsCluster, alb *components.Alb, data data,
) (w watch, err error) {
	if err := newBudget(ctx, name, cfg.Observability); err != nil || !cfg.Observability.Alarms {
		return w, err
	}
	args := &components.ObservabilityArgs{
		Account:               account,
		ClusterName:           cluster.ClusterName,
		ServiceName:           pulumi.String(name),
		LoadBalancerArnSuffix: alb.LoadBalancerArnSuffix,
		TargetGroupArnSuffix:  alb.TargetGroupArnSuffix,
		MinTasks:              fewestTasks(cfg),
		AlarmEmail:            cfg.Observability.AlarmEmail,
	}
	if data.database != nil {
		args.DatabaseIdentifier = data.database.InstanceIdentifier
		args.DatabaseMaxConnections, _ = awsmodel.MaxDBConnections(cfg.Database.InstanceClass)
		args.DatabaseBurstable = strings.HasPrefix(cfg.Database.InstanceClass, "db.t")
	}
	w.Observability, err = components.NewObservability(ctx, name, args)
	return w, err
}

// newBudget tells of money, or of nothing.
func newBudget(ctx *pulumi.Context, name string, o config.Observability) error {
	if o.BudgetMonthly == 0 {
		return nil
	}
	_, err := components.NewBudget(ctx, name, &components.BudgetArgs{MonthlyUsd: o.BudgetMonthly, Email: o.AlarmEmail})
	return err
}

// fewestTasks is how many always run: none where a schedule stops them all.
func fewestTasks(cfg *config.Config) int {
	if cfg.Autoscaling.Max == 0 {
		return cfg.Service.DesiredCount
	}
	fewest := cfg.Autoscaling.Min
	for _, s := range cfg.Autoscaling.Schedules {
		fewest = min(fewest, s.Min)
	}
	return fewest
}

func (w watch) alarmNames() pulumi.StringArrayInput {
	if w.Observability == nil {
		return nil
	}
	return w.AlarmNames
}

// follow adds the alarms on the service's log, which is there only now.
func (w watch) follow(ctx *pulumi.Context, name string, service *components.LiveBeatsService) error {
	if w.Observability == nil {
		return nil
	}
	_, err := components.NewLogAlarms(ctx, name, &components.LogAlarmsArgs{
		LogGroupName: service.LogGroupName, TopicArn: w.TopicArn, MetricNamespace: w.MetricNamespace,
	})
	return err
}

// scale lets autoscaling own the number of tasks.
func scale(
	ctx *pulumi.Context, name string, cfg *config.Config,
	cluster *components.EcsCluster, service *components.LiveBeatsService, alb *components.Alb,
) error {
	a := cfg.Autoscaling
	if a.Max == 0 {
		return nil
	}
	args := &components.AutoscalingArgs{
		ClusterName: cluster.ClusterName, ServiceName: service.ServiceName, Min: a.Min, Max: a.Max,
		CpuPercent: a.CPUPercent, MemoryPercent: a.MemoryPercent, RequestsPerTarget: a.RequestsPerTarget,
		LoadBalancerArnSuffix: alb.LoadBalancerArnSuffix, TargetGroupArnSuffix: alb.TargetGroupArnSuffix,
	}
	for i := range a.Schedules {
		s := &a.Schedules[i]
		args.Schedules = append(args.Schedules, components.ScalingSchedule{
			Name: s.Name, Schedule: s.Schedule, Timezone: s.Timezone, Min: &s.Min, Max: &s.Max,
		})
	}
	_, err := components.NewAutoscaling(ctx, name, args)
	return err
}
