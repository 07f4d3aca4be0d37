package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// watch is what tells of trouble: nil when the stack has no alarms.
type watch struct{ *components.Observability }

func (s *stack) newWatch(cluster *components.EcsCluster, alb *components.Alb, data data) (w watch, err error) {
	if err := s.newBudget(); err != nil || !s.cfg.Observability.Alarms {
		return w, err
	}
	args := &components.ObservabilityArgs{
		Account:               s.account,
		ClusterName:           cluster.ClusterName,
		ServiceName:           pulumi.String(s.name),
		LoadBalancerArnSuffix: alb.LoadBalancerArnSuffix,
		TargetGroupArnSuffix:  alb.TargetGroupArnSuffix,
		MinTasks:              s.fewestTasks(),
		AlarmEmail:            s.cfg.Observability.AlarmEmail,
	}
	if data.database != nil {
		args.DatabaseIdentifier = data.database.InstanceIdentifier
		args.DatabaseMaxConnections, _ = awsmodel.MaxDBConnections(s.cfg.Database.InstanceClass)
		args.DatabaseBurstable = strings.HasPrefix(s.cfg.Database.InstanceClass, "db.t")
	}
	w.Observability, err = components.NewObservability(s.ctx, s.name, args)
	return w, err
}

// newBudget tells of money, or of nothing.
func (s *stack) newBudget() error {
	o := s.cfg.Observability
	if o.BudgetMonthly == 0 {
		return nil
	}
	_, err := components.NewBudget(s.ctx, s.name, &components.BudgetArgs{
		MonthlyUsd: o.BudgetMonthly, Email: o.AlarmEmail,
	})
	return err
}

// fewestTasks is how many always run: none where a schedule stops them all.
func (s *stack) fewestTasks() int {
	if !s.cfg.Autoscaled() {
		return s.cfg.Service.DesiredCount
	}
	fewest := s.cfg.Autoscaling.Min
	for _, schedule := range s.cfg.Autoscaling.Schedules {
		fewest = min(fewest, schedule.Min)
	}
	return fewest
}

func (w watch) alarmNames() pulumi.StringArrayInput {
	if w.Observability == nil {
		return nil
	}
	return w.AlarmNames
}

// operate adds what the service has to be there for: alarms on its log, and autoscaling.
func (s *stack) operate(
	cluster *components.EcsCluster, alb *components.Alb, w watch, service *components.LiveBeatsService,
) error {
	if w.Observability != nil {
		if _, err := components.NewLogAlarms(s.ctx, s.name, &components.LogAlarmsArgs{
			LogGroupName: service.LogGroupName, TopicArn: w.TopicArn, MetricNamespace: w.MetricNamespace,
		}); err != nil {
			return err
		}
	}
	return s.scale(cluster, alb, service)
}

// scale lets autoscaling own the number of tasks.
func (s *stack) scale(
	cluster *components.EcsCluster, alb *components.Alb, service *components.LiveBeatsService,
) error {
	a := s.cfg.Autoscaling
	if !s.cfg.Autoscaled() {
		return nil
	}
	args := &components.AutoscalingArgs{
		ClusterName: cluster.ClusterName, ServiceName: service.ServiceName, Min: a.Min, Max: a.Max,
		CpuPercent: a.CPUPercent, MemoryPercent: a.MemoryPercent, RequestsPerTarget: a.RequestsPerTarget,
		LoadBalancerArnSuffix: alb.LoadBalancerArnSuffix, TargetGroupArnSuffix: alb.TargetGroupArnSuffix,
	}
	for i := range a.Schedules {
		schedule := &a.Schedules[i]
		args.Schedules = append(args.Schedules, components.ScalingSchedule{
			Name: schedule.Name, Schedule: schedule.Schedule, Timezone: schedule.Timezone,
			Min: &schedule.Min, Max: &schedule.Max,
		})
	}
	_, err := components.NewAutoscaling(s.ctx, s.name, args)
	return err
}
