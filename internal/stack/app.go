package stack

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// HasRepository reports whether the stack creates a repository for its image. The service does not wait for the
// repository: an image has to be pushed before tasks can start.
func (s *Stack) HasRepository() bool { return s.Config.Repository.Name != "" }

// Repository returns the arguments of the image repository.
func (s *Stack) Repository() *components.RepositoryArgs {
	return &components.RepositoryArgs{
		RepositoryName: s.Config.Repository.Name, KeepImages: s.Config.Repository.KeepImages,
		ForceDelete: !s.Config.Protect, Protect: s.Config.Protect,
	}
}

// EcsCluster returns the arguments of the cluster.
func (s *Stack) EcsCluster() *components.EcsClusterArgs {
	return &components.EcsClusterArgs{ExecAudit: s.Config.Service.Exec, KmsKeyArn: s.key(), Protect: s.Config.Protect}
}

// execKey returns the customer key that encrypts ECS Exec sessions, or nil.
func (s *Stack) execKey() pulumi.StringPtrInput {
	if !s.Config.Service.Exec || s.Config.KMSKeyARN == "" {
		return nil
	}
	return pulumi.String(s.Config.KMSKeyARN)
}

// IamRoles returns the arguments of the tasks' roles. uploads is nil if the stack has none.
func (s *Stack) IamRoles(
	cluster *components.EcsCluster, parameters components.Parameters, uploads *components.Uploads,
) *components.IamRolesArgs {
	return &components.IamRolesArgs{
		Account:          s.Account,
		ClusterName:      cluster.ClusterName,
		LogGroupName:     pulumi.String(s.logGroupName()),
		Parameters:       parameters,
		Image:            pulumi.String(s.Config.Image),
		Exec:             s.Config.Service.Exec,
		ExecLogGroupName: cluster.ExecLogGroupName,
		ExecKmsKeyArn:    s.execKey(),
		Files:            uploads.Mount(),
	}
}

// HasAlarms reports whether the stack has alarms and a dashboard.
func (s *Stack) HasAlarms() bool { return s.Config.Observability.Alarms }

// Observability returns the arguments of the alarms and the dashboard. database is nil if the stack has none.
func (s *Stack) Observability(
	cluster *components.EcsCluster, alb *components.Alb, database *components.Database,
) *components.ObservabilityArgs {
	args := &components.ObservabilityArgs{
		Account:     s.Account,
		ClusterName: cluster.ClusterName,
		ServiceName: pulumi.String(s.Name),
		Target:      alb.Target(),
		MinTasks:    s.minTasks(),
		AlarmEmail:  s.Config.Observability.AlarmEmail,
	}
	if database != nil {
		args.DatabaseIdentifier = database.InstanceIdentifier
		args.DatabaseMaxConnections, _ = awsmodel.MaxDBConnections(s.Config.Database.InstanceClass)
		args.DatabaseBurstable = strings.HasPrefix(s.Config.Database.InstanceClass, "db.t")
	}
	return args
}

// minTasks returns the number of tasks that always run. It is 0 if a schedule stops all tasks.
func (s *Stack) minTasks() int {
	if !s.Config.Autoscaled() {
		return s.Config.Service.DesiredCount
	}
	lowest := s.Config.Autoscaling.Min
	for _, schedule := range s.Config.Autoscaling.Schedules {
		lowest = min(lowest, schedule.Min)
	}
	return lowest
}

// architectures maps the config's names of CPU architectures to ECS's names.
var architectures = map[string]components.Architecture{"x86_64": components.X86_64, "arm64": components.ARM64}

// LiveBeatsService returns the arguments of the application's service.
func (s *Stack) LiveBeatsService(p *Parts) *components.LiveBeatsServiceArgs {
	service := s.Config.Service
	args := &components.LiveBeatsServiceArgs{
		Account:          s.Account,
		ClusterName:      p.Cluster.ClusterName,
		ClusterArn:       p.Cluster.ClusterArn,
		SubnetIds:        p.Network.TaskSubnetIds,
		SecurityGroupId:  p.Groups.ServiceSecurityGroupId,
		AssignPublicIp:   p.Network.AssignPublicIp,
		Target:           p.Alb.Target(),
		ExecutionRoleArn: p.Roles.ExecutionRoleArn,
		TaskRoleArn:      p.Roles.TaskRoleArn,
		Image:            pulumi.String(s.Config.Image),
		Host:             s.host(p.Alb),
		Parameters:       p.Parameters,
		Environment:      pulumi.ToStringMap(s.Config.Environment),
		Cpu:              service.CPU,
		Memory:           service.Memory,
		Architecture:     architectures[service.Architecture],
		EphemeralStorage: extraStorage(service.EphemeralStorage),
		DesiredCount:     &service.DesiredCount,
		Autoscaled:       s.Config.Autoscaled(),
		SpotWeight:       service.SpotWeight,
		Port:             service.Port,
		PoolSize:         service.PoolSize,
		StopTimeout:      service.StopTimeout,

		HealthCheckGracePeriod: &service.HealthCheckGracePeriod,

		Migrate:           &service.Migrate,
		Exec:              service.Exec,
		DistributionPorts: (*components.PortRange)(&service.DistributionPorts),
		LogGroupName:      pulumi.String(s.logGroupName()),
		LogRetentionDays:  &s.Config.Observability.LogRetentionDays,
		LogKmsKeyArn:      s.key(),
		Protect:           s.Config.Protect,
		Files:             p.Uploads.Mount(),
	}
	if p.Uploads != nil {
		args.MountPath = s.Config.Uploads.MountPath
	}
	if p.Observability != nil {
		args.RollbackAlarms = p.Observability.AlarmNames
	}
	return args
}

// host returns the host name in the requests of browsers: the configured host, else the load balancer's DNS name in
// lower case. Phoenix compares it with the browser's origin, and the comparison is case-sensitive.
func (s *Stack) host(alb *components.Alb) pulumi.StringOutput {
	if s.Config.Host != "" {
		return pulumi.String(s.Config.Host).ToStringOutput()
	}
	return alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput)
}

// extraStorage returns the size of the ephemeral storage to ask for, in GiB. It is 0 for the 20 GiB that every task
// has.
func extraStorage(gib int) int {
	const included = 20
	if gib == included {
		return 0
	}
	return gib
}

// LogAlarms returns the arguments of the alarms on what the containers log.
func (s *Stack) LogAlarms(
	observability *components.Observability, service *components.LiveBeatsService,
) *components.LogAlarmsArgs {
	return &components.LogAlarmsArgs{
		LogGroupName: service.LogGroupName, TopicArn: observability.TopicArn,
		MetricNamespace: observability.MetricNamespace,
	}
}

// HasAutoscaling reports whether autoscaling sets the number of tasks.
func (s *Stack) HasAutoscaling() bool { return s.Config.Autoscaled() }

// Autoscaling returns the arguments of the service's autoscaling.
func (s *Stack) Autoscaling(
	cluster *components.EcsCluster, alb *components.Alb, service *components.LiveBeatsService,
) *components.AutoscalingArgs {
	a := s.Config.Autoscaling
	target := alb.Target()
	args := &components.AutoscalingArgs{
		ClusterName: cluster.ClusterName, ServiceName: service.ServiceName, Min: a.Min, Max: a.Max,
		CpuPercent: a.CPUPercent, MemoryPercent: a.MemoryPercent, RequestsPerTarget: a.RequestsPerTarget,
		Target: &target,
	}
	for i := range a.Schedules {
		schedule := &a.Schedules[i]
		args.Schedules = append(args.Schedules, components.ScalingSchedule{
			Name: schedule.Name, Schedule: schedule.Schedule, Timezone: schedule.Timezone,
			Min: &schedule.Min, Max: &schedule.Max,
		})
	}
	return args
}

// HasBudget reports whether the stack has a budget for the account.
func (s *Stack) HasBudget() bool { return s.Config.Observability.BudgetMonthly > 0 }

// Budget returns the arguments of the account's monthly budget.
func (s *Stack) Budget() *components.BudgetArgs {
	return &components.BudgetArgs{
		MonthlyUsd: s.Config.Observability.BudgetMonthly, Email: s.Config.Observability.AlarmEmail,
	}
}
