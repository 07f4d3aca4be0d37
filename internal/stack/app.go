package stack

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// HasRepository tells whether the stack has a repository for its image. No task waits for it: an image has to be pushed
// first.
func (s *Stack) HasRepository() bool { return s.Config.Repository.Name != "" }

// Repository configures the repository for the image.
func (s *Stack) Repository() *components.RepositoryArgs {
	return &components.RepositoryArgs{
		RepositoryName: s.Config.Repository.Name, KeepImages: s.Config.Repository.KeepImages,
		ForceDelete: !s.Config.Protect, Protect: s.Config.Protect,
	}
}

// EcsCluster configures the cluster.
func (s *Stack) EcsCluster() *components.EcsClusterArgs {
	return &components.EcsClusterArgs{ExecAudit: s.Config.Service.Exec, KmsKeyArn: s.key(), Protect: s.Config.Protect}
}

// execKey is the key of ECS Exec sessions.
func (s *Stack) execKey() pulumi.StringPtrInput {
	if !s.Config.Service.Exec || s.Config.KMSKeyARN == "" {
		return nil
	}
	return pulumi.String(s.Config.KMSKeyARN)
}

// IamRoles configures what the tasks may do. Uploads are nil where they have none.
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

// HasAlarms tells whether the stack watches the service.
func (s *Stack) HasAlarms() bool { return s.Config.Observability.Alarms }

// Observability configures alarms and the dashboard. The database is nil where the stack has none.
func (s *Stack) Observability(
	cluster *components.EcsCluster, alb *components.Alb, database *components.Database,
) *components.ObservabilityArgs {
	args := &components.ObservabilityArgs{
		Account:     s.Account,
		ClusterName: cluster.ClusterName,
		ServiceName: pulumi.String(s.Name),
		Target:      alb.Target(),
		MinTasks:    s.fewestTasks(),
		AlarmEmail:  s.Config.Observability.AlarmEmail,
	}
	if database != nil {
		args.DatabaseIdentifier = database.InstanceIdentifier
		args.DatabaseMaxConnections, _ = awsmodel.MaxDBConnections(s.Config.Database.InstanceClass)
		args.DatabaseBurstable = strings.HasPrefix(s.Config.Database.InstanceClass, "db.t")
	}
	return args
}

// fewestTasks is how many always run: none where a schedule stops them all.
func (s *Stack) fewestTasks() int {
	if !s.Config.Autoscaled() {
		return s.Config.Service.DesiredCount
	}
	fewest := s.Config.Autoscaling.Min
	for _, schedule := range s.Config.Autoscaling.Schedules {
		fewest = min(fewest, schedule.Min)
	}
	return fewest
}

// architectures are the config's names of CPU architectures in ECS's spelling.
var architectures = map[string]components.Architecture{"x86_64": components.X86_64, "arm64": components.ARM64}

// LiveBeatsService configures the application.
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

// host is what browsers will send as the host: the configured name, else the load balancer's in lower case. Phoenix
// compares it with the browser's origin letter by letter.
func (s *Stack) host(alb *components.Alb) pulumi.StringOutput {
	if s.Config.Host != "" {
		return pulumi.String(s.Config.Host).ToStringOutput()
	}
	return alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput)
}

// extraStorage is 0 for the disk that every task has.
func extraStorage(gib int) int {
	const usual = 20
	if gib == usual {
		return 0
	}
	return gib
}

// LogAlarms configures alarms on what the containers log.
func (s *Stack) LogAlarms(
	observability *components.Observability, service *components.LiveBeatsService,
) *components.LogAlarmsArgs {
	return &components.LogAlarmsArgs{
		LogGroupName: service.LogGroupName, TopicArn: observability.TopicArn,
		MetricNamespace: observability.MetricNamespace,
	}
}

// HasAutoscaling tells whether autoscaling owns the number of tasks.
func (s *Stack) HasAutoscaling() bool { return s.Config.Autoscaled() }

// Autoscaling configures how the number of tasks follows the load.
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

// HasBudget tells whether somebody is to hear of the account's costs.
func (s *Stack) HasBudget() bool { return s.Config.Observability.BudgetMonthly > 0 }

// Budget configures the account's monthly budget.
func (s *Stack) Budget() *components.BudgetArgs {
	return &components.BudgetArgs{
		MonthlyUsd: s.Config.Observability.BudgetMonthly, Email: s.Config.Observability.AlarmEmail,
	}
}
