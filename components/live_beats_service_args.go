package components

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// Architecture is a CPU architecture, by ECS's name.
type Architecture string

// The architectures that Fargate supports.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
const (
	X86_64 Architecture = "X86_64"
	ARM64  Architecture = "ARM64"
)

// LiveBeatsServiceArgs configures a LiveBeatsService.
type LiveBeatsServiceArgs struct {
	Account          Account                 `pulumi:"account"`                 // Required.
	ClusterName      pulumi.StringInput      `pulumi:"clusterName"`             // Required.
	ClusterArn       pulumi.StringInput      `pulumi:"clusterArn"`              // Required.
	SubnetIds        pulumi.StringArrayInput `pulumi:"subnetIds"`               // Required.
	SecurityGroupId  pulumi.StringInput      `pulumi:"securityGroupId"`         // Required.
	AssignPublicIp   bool                    `pulumi:"assignPublicIp,optional"` // Needed in public subnets.
	Target           LoadBalancerTarget      `pulumi:"target"`                  // Required.
	ExecutionRoleArn pulumi.StringInput      `pulumi:"executionRoleArn"`        // Required.
	TaskRoleArn      pulumi.StringInput      `pulumi:"taskRoleArn"`             // Required.

	// ServiceName defaults to the component's name. Pulumi does not generate it, because tasks find each other by it.
	ServiceName string `pulumi:"serviceName,optional"`
	// Image is [registry/]repository[:tag][@sha256:digest]. Required.
	Image pulumi.StringInput `pulumi:"image"`
	// Host becomes PHX_HOST in lower case, as browsers send it. Required.
	Host pulumi.StringInput `pulumi:"host"`
	// Parameters become the secret variables of the containers. A new version of a parameter creates a new task definition
	// revision. Required.
	Parameters Parameters `pulumi:"parameters"`
	// Environment adds plain variables. Names that the service sets itself are an error.
	Environment pulumi.StringMapInput `pulumi:"environment,optional"`

	Cpu          int          `pulumi:"cpu,optional"`          // CPU units, defaults to 256.
	Memory       int          `pulumi:"memory,optional"`       // MiB, defaults to 512. Allowed sizes depend on Cpu.
	Architecture Architecture `pulumi:"architecture,optional"` // The image's architecture. Defaults to X86_64.
	DesiredCount *int         `pulumi:"desiredCount,optional"` // Defaults to 2; 0 stops every task.
	Port         int          `pulumi:"port,optional"`         // Defaults to 4000.
	PoolSize     int          `pulumi:"poolSize,optional"`     // Database connections of each repo, defaults to 5.
	StopTimeout  int          `pulumi:"stopTimeout,optional"`  // Seconds from SIGTERM to SIGKILL, 2-120, defaults to 60.
	// EphemeralStorage in GiB, 21-200. Defaults to 0: the 20 GiB that every task has.
	EphemeralStorage int `pulumi:"ephemeralStorage,optional"`
	// SpotWeight is the number of tasks on Fargate Spot for each task on demand. The first OnDemandBase tasks (default 1)
	// are on demand and do not count. 0 uses no Spot. AWS stops Spot tasks with a warning of two minutes.
	SpotWeight   int `pulumi:"spotWeight,optional"`
	OnDemandBase int `pulumi:"onDemandBase,optional"`
	// Autoscaled makes DesiredCount the initial number of tasks only. Later changes are left to autoscaling.
	Autoscaled bool `pulumi:"autoscaled,optional"`
	// RollbackAlarms are names of CloudWatch alarms. ECS rolls a deployment back if one of them goes off during it.
	RollbackAlarms pulumi.StringArrayInput `pulumi:"rollbackAlarms,optional"`
	// Files is a file system that the tasks share. Tasks mount it at MountPath with TLS and the task role's permissions.
	// Without it they share no files. MountPath defaults to /tmp/songs, where the app stores uploads.
	Files     *FilesMount `pulumi:"files,optional"`
	MountPath string      `pulumi:"mountPath,optional"`

	Migrate *bool `pulumi:"migrate,optional"` // Migrates the database before the application starts. Defaults to true.
	Exec    bool  `pulumi:"exec,optional"`    // Turns on ECS Exec.
	// DistributionPorts defaults to 9100-9115.
	DistributionPorts *PortRange `pulumi:"distributionPorts,optional"`
	// HealthCheckGracePeriod is the time in seconds in which failed health checks of a starting task do not count.
	// Defaults to 60.
	HealthCheckGracePeriod *int `pulumi:"healthCheckGracePeriod,optional"`

	LogGroupName     pulumi.StringInput `pulumi:"logGroupName"`              // Required.
	LogRetentionDays *int               `pulumi:"logRetentionDays,optional"` // Defaults to 30; 0 keeps logs forever.
	// LogKmsKeyArn encrypts the logs. CloudWatch Logs must be allowed to use the key. Defaults to AWS's own encryption.
	LogKmsKeyArn pulumi.StringPtrInput `pulumi:"logKmsKeyArn,optional"`
	// Protect keeps the log group in the account when the stack deletes it.
	Protect bool `pulumi:"protect,optional"`
}

func (a LiveBeatsServiceArgs) withDefaults(name string) LiveBeatsServiceArgs {
	a.ServiceName = cmp.Or(a.ServiceName, name)
	a.Cpu = cmp.Or(a.Cpu, 256)
	a.Memory = cmp.Or(a.Memory, 512)
	a.Architecture = cmp.Or(a.Architecture, X86_64)
	a.DesiredCount = or(a.DesiredCount, 2)
	a.Port = cmp.Or(a.Port, livebeats.Port)
	a.PoolSize = cmp.Or(a.PoolSize, 5)
	a.StopTimeout = cmp.Or(a.StopTimeout, 60)
	a.DistributionPorts = or(a.DistributionPorts, PortRange{Min: 9100, Max: 9115})
	a.HealthCheckGracePeriod = or(a.HealthCheckGracePeriod, 60)
	a.Migrate = or(a.Migrate, true)
	a.LogRetentionDays = or(a.LogRetentionDays, 30)
	if a.SpotWeight > 0 {
		a.OnDemandBase = cmp.Or(a.OnDemandBase, 1)
	}
	if a.Files != nil {
		a.MountPath = cmp.Or(a.MountPath, "/tmp/songs")
	}
	return a
}

func (a LiveBeatsServiceArgs) check(name string) error {
	var p problems
	a.Account.check(&p)
	p.required("ClusterName", a.ClusterName)
	p.required("ClusterArn", a.ClusterArn)
	p.required("SubnetIds", a.SubnetIds)
	p.required("SecurityGroupId", a.SecurityGroupId)
	a.Target.check(&p)
	p.required("ExecutionRoleArn", a.ExecutionRoleArn)
	p.required("TaskRoleArn", a.TaskRoleArn)
	p.required("Host", a.Host)
	p.required("Parameters.Arns", a.Parameters.Arns)
	p.match("ServiceName", a.ServiceName, awsmodel.ServiceName)
	checkImage(&p, a.Image)
	p.add("Memory", awsmodel.ValidFargateSize(a.Cpu, a.Memory))
	p.check(a.Architecture == X86_64 || a.Architecture == ARM64, "Architecture", string(a.Architecture), "X86_64 or ARM64")
	p.within("DesiredCount", *a.DesiredCount, awsmodel.Tasks)
	p.check(a.EphemeralStorage == 0 || awsmodel.EphemeralStorage.Contains(a.EphemeralStorage),
		"EphemeralStorage", a.EphemeralStorage,
		awsmodel.EphemeralStorage.String()+" GiB, or 0 for the 20 that every task has")
	p.within("SpotWeight", a.SpotWeight, awsmodel.SpotWeight)
	p.within("OnDemandBase", a.OnDemandBase, awsmodel.OnDemandBase)
	a.Files.check(&p)
	if a.MountPath != "" {
		p.match("MountPath", a.MountPath, awsmodel.MountPath)
	}
	p.check(a.PoolSize >= 1, "PoolSize", a.PoolSize, "at least 1")
	p.within("StopTimeout", a.StopTimeout, awsmodel.StopTimeout)
	p.check(*a.HealthCheckGracePeriod >= 0, "HealthCheckGracePeriod", *a.HealthCheckGracePeriod, "0 seconds or more")
	p.required("LogGroupName", a.LogGroupName)
	p.matchKnown("LogGroupName", a.LogGroupName, awsmodel.LogGroup)
	checkRetention(&p, "LogRetentionDays", *a.LogRetentionDays)
	checkPorts(&p, "Port", a.Port, *a.DistributionPorts)
	if environment, known := a.Environment.(pulumi.StringMap); known {
		checkEnvironment(&p, slices.Collect(maps.Keys(environment)))
	}
	return p.err(liveBeatsServiceType, name)
}

// PortRange is an inclusive range of TCP ports.
type PortRange struct {
	Min int `pulumi:"min"`
	Max int `pulumi:"max"`
}

// String returns the range as min-max.
func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.Min, r.Max) }

func (r PortRange) contains(port int) bool { return r.Min <= port && port <= r.Max }

// checkPorts checks the container port and the Erlang distribution ports together, because they must not overlap.
func checkPorts(p *problems, arg string, port int, distribution PortRange) {
	p.within(arg, port, awsmodel.Port)
	p.check(port != livebeats.EpmdPort, arg, port,
		fmt.Sprintf("a port other than %d, which epmd uses", livebeats.EpmdPort))
	unprivileged := awsmodel.UnprivilegedPorts
	p.check(unprivileged.Contains(distribution.Min) && unprivileged.Contains(distribution.Max),
		"DistributionPorts", distribution, "within "+unprivileged.String())
	// A remote shell is a second node in the same task and needs its own port.
	p.check(distribution.Min < distribution.Max, "DistributionPorts", distribution, "a range of at least two ports")
	for _, taken := range []int{livebeats.EpmdPort, port} {
		p.check(!distribution.contains(taken), "DistributionPorts", distribution,
			fmt.Sprintf("a range without port %d", taken))
	}
}

// checkEnvironment checks the names of plain variables.
func checkEnvironment(p *problems, names []string) {
	for _, name := range slices.Sorted(slices.Values(names)) {
		p.match("Environment", name, awsmodel.Variable)
		p.check(!livebeats.SetByService(name), "Environment", name, "left out: the service sets it itself")
	}
}
