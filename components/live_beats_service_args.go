package components

import (
	"cmp"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// LiveBeatsServiceArgs configures a LiveBeatsService.
type LiveBeatsServiceArgs struct {
	Account          Account                 `pulumi:"account"`          // Required.
	ClusterName      pulumi.StringInput      `pulumi:"clusterName"`      // Required.
	ClusterArn       pulumi.StringInput      `pulumi:"clusterArn"`       // Required.
	SubnetIds        pulumi.StringArrayInput `pulumi:"subnetIds"`        // Required.
	SecurityGroupId  pulumi.StringInput      `pulumi:"securityGroupId"`  // Required.
	AssignPublicIp   bool                    `pulumi:"assignPublicIp"`   // Needed in public subnets.
	TargetGroupArn   pulumi.StringInput      `pulumi:"targetGroupArn"`   // Required.
	ExecutionRoleArn pulumi.StringInput      `pulumi:"executionRoleArn"` // Required.
	TaskRoleArn      pulumi.StringInput      `pulumi:"taskRoleArn"`      // Required.

	// ServiceName defaults to the component's name. It is set by hand because the tasks find each other by it.
	ServiceName string `pulumi:"serviceName"`
	// Image is [registry/]repository[:tag][@sha256:digest]. Required.
	Image pulumi.StringInput `pulumi:"image"`
	// Host becomes PHX_HOST in lower case, as browsers send it. Required.
	Host    pulumi.StringInput    `pulumi:"host"`
	Secrets pulumi.StringMapInput `pulumi:"secrets"` // Required: environment name to SSM parameter ARN.
	// Environment adds plain variables; the names that the service sets itself are refused.
	Environment pulumi.StringMap `pulumi:"environment"`

	Cpu          int    `pulumi:"cpu"`          // CPU units, defaults to 256.
	Memory       int    `pulumi:"memory"`       // MiB, defaults to 512; has to fit Cpu.
	Architecture string `pulumi:"architecture"` // X86_64 or ARM64, as the image; defaults to X86_64.
	DesiredCount *int   `pulumi:"desiredCount"` // Defaults to 2; 0 stops every task.
	Port         int    `pulumi:"port"`         // Defaults to 4000.
	PoolSize     int    `pulumi:"poolSize"`     // Database connections of each of a task's two repos, defaults to 5.
	StopTimeout  int    `pulumi:"stopTimeout"`  // Seconds from SIGTERM to SIGKILL, 2-120, defaults to 60.
	// EphemeralStorage in GiB, 21-200; 0 leaves the 20 that every task has.
	EphemeralStorage int `pulumi:"ephemeralStorage"`
	// SpotWeight is how many tasks run on Fargate Spot for each one on demand, after the first OnDemandBase tasks (default
	// 1). 0 uses no Spot. AWS ends Spot tasks with a warning of two minutes.
	SpotWeight   int `pulumi:"spotWeight"`
	OnDemandBase int `pulumi:"onDemandBase"`
	// Autoscaled: DesiredCount is only the number to begin with, and then left to autoscaling.
	Autoscaled bool `pulumi:"autoscaled"`
	// RollbackAlarms are names of CloudWatch alarms that roll a deployment back when they go off during it.
	RollbackAlarms pulumi.StringArrayInput `pulumi:"rollbackAlarms"`
	// SecretVersions are the versions of the parameters behind Secrets. A changed one is a new revision of the tasks.
	SecretVersions pulumi.IntMapInput `pulumi:"secretVersions"`
	// FileSystemId and AccessPointId are of an EFS file system that the tasks share, mounted at MountPath with TLS and the
	// task role's permissions; unset for none. MountPath defaults to /tmp/songs, where the app keeps uploads.
	FileSystemId  pulumi.StringInput `pulumi:"fileSystemId"`
	AccessPointId pulumi.StringInput `pulumi:"accessPointId"`
	MountPath     string             `pulumi:"mountPath"`

	SkipMigrate bool `pulumi:"skipMigrate"` // Starts the application without migrating the database first.
	Exec        bool `pulumi:"exec"`        // Turns on ECS Exec.
	// DistributionPorts defaults to 9100-9115.
	DistributionPorts PortRange `pulumi:"distributionPorts"`
	// HealthCheckGracePeriod in seconds defaults to 60: failed health checks of a booting task do not count.
	HealthCheckGracePeriod *int `pulumi:"healthCheckGracePeriod"`

	LogGroupName     string `pulumi:"logGroupName"`     // Required.
	LogRetentionDays *int   `pulumi:"logRetentionDays"` // Defaults to 30; 0 keeps logs forever.
	// LogKmsKeyArn encrypts the logs; CloudWatch Logs must be allowed to use the key. Unset for AWS's own encryption.
	LogKmsKeyArn pulumi.StringInput `pulumi:"logKmsKeyArn"`
	Protect      bool               `pulumi:"protect"` // Leaves the logs in the account when their group leaves the stack.

	// DependsOn are the components that AWS needs before the first task though no value shows it: the Network with its
	// routes and endpoints, Uploads with its mount targets.
	DependsOn []pulumi.Resource
}

func (a LiveBeatsServiceArgs) withDefaults(name string) LiveBeatsServiceArgs {
	a.ServiceName = cmp.Or(a.ServiceName, name)
	a.Cpu = cmp.Or(a.Cpu, 256)
	a.Memory = cmp.Or(a.Memory, 512)
	a.Architecture = cmp.Or(a.Architecture, "X86_64")
	a.DesiredCount = or(a.DesiredCount, 2)
	a.Port = cmp.Or(a.Port, 4000)
	a.PoolSize = cmp.Or(a.PoolSize, 5)
	a.StopTimeout = cmp.Or(a.StopTimeout, 60)
	a.DistributionPorts = cmp.Or(a.DistributionPorts, PortRange{Min: 9100, Max: 9115})
	a.HealthCheckGracePeriod = or(a.HealthCheckGracePeriod, 60)
	a.LogRetentionDays = or(a.LogRetentionDays, 30)
	if a.SpotWeight > 0 {
		a.OnDemandBase = cmp.Or(a.OnDemandBase, 1)
	}
	if a.FileSystemId != nil {
		a.MountPath = cmp.Or(a.MountPath, "/tmp/songs")
	}
	return a
}

var (
	serviceNameRule = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	mountPathRule   = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$`)
	logGroupRule    = regexp.MustCompile(`^[A-Za-z0-9_./#-]{1,512}$`)
)

func (a LiveBeatsServiceArgs) check(name string) error {
	var p problems
	a.Account.check(&p)
	p.required("ClusterName", a.ClusterName)
	p.required("ClusterArn", a.ClusterArn)
	p.required("SubnetIds", a.SubnetIds)
	p.required("SecurityGroupId", a.SecurityGroupId)
	p.required("TargetGroupArn", a.TargetGroupArn)
	p.required("ExecutionRoleArn", a.ExecutionRoleArn)
	p.required("TaskRoleArn", a.TaskRoleArn)
	p.required("Host", a.Host)
	p.required("Secrets", a.Secrets)
	p.check(serviceNameRule.MatchString(a.ServiceName), "ServiceName", a.ServiceName, "1-255 letters, digits, _ and -")
	checkImage(&p, a.Image)
	p.add("Memory", awsmodel.ValidFargateSize(a.Cpu, a.Memory))
	p.check(a.Architecture == "X86_64" || a.Architecture == "ARM64", "Architecture", a.Architecture, "X86_64 or ARM64")
	p.check(0 <= *a.DesiredCount && *a.DesiredCount <= 5000, "DesiredCount", *a.DesiredCount, "0-5000")
	p.check(a.EphemeralStorage == 0 || 21 <= a.EphemeralStorage && a.EphemeralStorage <= 200,
		"EphemeralStorage", a.EphemeralStorage, "21-200 GiB, or 0 for the 20 that every task has")
	p.check(0 <= a.SpotWeight && a.SpotWeight <= 999, "SpotWeight", a.SpotWeight, "0-999")
	p.check(0 <= a.OnDemandBase && a.OnDemandBase <= 100000, "OnDemandBase", a.OnDemandBase, "0-100000")
	p.check((a.FileSystemId == nil) == (a.AccessPointId == nil), "AccessPointId", "", "given together with FileSystemId")
	p.check(a.MountPath == "" || mountPathRule.MatchString(a.MountPath),
		"MountPath", a.MountPath, "an absolute path without spaces, not /")
	p.check(a.PoolSize >= 1, "PoolSize", a.PoolSize, "at least 1")
	p.check(2 <= a.StopTimeout && a.StopTimeout <= 120, "StopTimeout", a.StopTimeout, "2-120 seconds")
	p.check(*a.HealthCheckGracePeriod >= 0, "HealthCheckGracePeriod", *a.HealthCheckGracePeriod, "0 seconds or more")
	p.check(logGroupRule.MatchString(a.LogGroupName), "LogGroupName", a.LogGroupName,
		"1-512 letters, digits and _ . / # -")
	checkRetention(&p, "LogRetentionDays", *a.LogRetentionDays)
	checkPorts(&p, "Port", a.Port, a.DistributionPorts)
	checkEnvironment(&p, a.Environment)
	return p.err(liveBeatsServiceType, name)
}
