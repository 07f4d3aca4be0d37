// Package config reads and validates a stack's configuration. The structs below define it completely: their tags hold
// the name, default, allowed values and description of every key, and Docs lists them.
package config

// Namespace is the project's name, which precedes the colon in each of the project's config keys.
const Namespace = "live-beats"

// Values of SecretsMode, Network.Mode, Database.Mode and Database.Variant.
const (
	SecretsCreate   = "create"   // The stack owns the parameters. It writes placeholders into them once.
	SecretsExisting = "existing" // The parameters exist before the stack is deployed.

	NetworkDefault   = "default"   // The account's default VPC.
	NetworkDedicated = "dedicated" // A VPC that the stack creates.
	NetworkExisting  = "existing"  // An existing VPC, given by ids.

	DatabaseNone     = "none"     // DATABASE_URL may point to any database; the stack changes no security group.
	DatabaseExisting = "existing" // The stack adds a rule to the database's security group that lets the tasks in.
	DatabaseCreate   = "create"   // The stack creates an instance and writes its DATABASE_URL.

	DatabaseParts = "parts" // DB_USERNAME, DB_PASSWORD, DB_HOST, DB_PORT and DB_NAME instead of DATABASE_URL.

	UploadsEFS = "efs" // An EFS file system that all tasks share.
)

// Config is the configuration of one stack. A Config from Parse or Load is valid and complete, with its defaults filled
// in.
type Config struct {
	Stack string // The stack's name, such as staging.

	Region string `key:"aws:region" required:"true" format:"region" doc:"AWS region of all resources"`

	Host string `key:"host" format:"host" doc:"Public host name. Default: the load balancer's DNS name"`
	TLS  TLS    `key:"tls" doc:"HTTPS on the load balancer. Default: plain HTTP"`

	WebACLARN string `key:"webAclArn" format:"webAcl" doc:"AWS WAF web ACL of the load balancer. Default: none"`

	Image string `key:"image" required:"true" format:"image" doc:"Container image of the app, with tag or digest"`

	Repository Repository `key:"repository" doc:"ECR repository that the stack creates"`

	// Secrets maps the tasks' environment variables to SSM paths or parameter ARNs.
	Secrets map[string]string `key:"secrets" format:"parameter" doc:"SSM parameter of each secret variable. Default: the guide's five"`

	SecretsMode string `key:"secretsMode" default:"create" enum:"create,existing" doc:"Whether to create the SSM parameters or to use existing ones"`

	KMSKeyARN string `key:"kmsKeyArn" format:"kmsKey" doc:"Customer managed key for secrets, logs, ECS Exec and new data stores"`

	Environment map[string]string `key:"environment" doc:"Additional environment variables of the tasks, in plain text"`

	Network       Network       `key:"network" doc:"VPC and subnets of the load balancer and the tasks"`
	Service       Service       `key:"service" doc:"Size, number and rollout of the tasks"`
	Autoscaling   Autoscaling   `key:"autoscaling" doc:"Number of tasks by load and time. Default: off"`
	Database      Database      `key:"database" doc:"PostgreSQL database of the tasks"`
	Uploads       Uploads       `key:"uploads" doc:"Where uploaded songs are stored"`
	Observability Observability `key:"observability" doc:"Logs, alarms, dashboard and budget"`

	GithubSignIn bool `key:"githubSignIn" default:"true" doc:"Whether users sign in with GitHub; needs internet access"`

	// Policy maps checks and security controls to their enforcement levels in the policy pack.
	Policy map[string]string `key:"policy" keys:"" doc:"Enforcement level by check or control: mandatory, advisory or off"`

	Protect bool `key:"protect" default:"false" doc:"Protect load balancer, database, files and logs from deletion"`

	Owner string            `key:"owner" format:"tagValue" doc:"Owner of the stack: the value of the tag Owner on all resources"`
	Tags  map[string]string `key:"tags" keys:"tag" format:"tagValue" doc:"Additional tags on all resources"`
}

// Autoscaled reports whether autoscaling sets the number of tasks. With a DesiredCount of 0 it does not, because it
// would start tasks.
func (c *Config) Autoscaled() bool { return c.Autoscaling.Max > 0 && c.Service.DesiredCount > 0 }

// Repository is the ECR repository that images are pushed to. Without a name the stack creates none.
type Repository struct {
	Name       string `key:"name" format:"repository" doc:"Name of the repository. Default: no repository"`
	KeepImages int    `key:"keepImages" only:"repository.name" default:"50" min:"1" doc:"Number of tagged images to keep, newest first"`
}

// TLS configures HTTPS, with an existing certificate, with a hosted zone or with a requested certificate. If it is
// empty, there is no HTTPS.
type TLS struct {
	CertificateARN  string   `key:"certificateArn" format:"certificate" doc:"Existing ACM certificate; HTTP redirects to HTTPS"`
	HostedZone      string   `key:"hostedZone" only:"host" format:"hostedZone" doc:"Route 53 zone for the certificate and DNS records"`
	Request         bool     `key:"request" only:"host" default:"false" doc:"Request a certificate; run up again once it is issued"`
	AdditionalHosts []string `key:"additionalHosts" only:"tls.hostedZone|tls.request" format:"host" doc:"More host names, each with a certificate"`

	Policy string `key:"policy" only:"tls.certificateArn|tls.hostedZone|tls.request" default:"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" format:"tlsPolicy" doc:"Security policy of the HTTPS listener: TLS versions and ciphers"`
}

// Network selects the VPC. The ids are for mode existing; NATGateways, Endpoints, Zones and FlowLogs are for mode
// dedicated.
type Network struct {
	Mode             string   `key:"mode" default:"default" enum:"default,dedicated,existing" doc:"VPC to use: the account's default, a new one or an existing one"`
	VPCID            string   `key:"vpcId" only:"network.mode=existing" format:"vpc" doc:"Id of the existing VPC"`
	PublicSubnetIDs  []string `key:"publicSubnetIds" only:"network.mode=existing" format:"subnet" doc:"Public subnets, two or more in different zones"`
	PrivateSubnetIDs []string `key:"privateSubnetIds" only:"network.mode=existing" format:"subnet" doc:"Private subnets. Default: the public subnets"`

	Placement   string `key:"placement" enum:"public,private" doc:"Subnets the tasks run in. Default: private with NAT, else public"`
	NATGateways string `key:"natGateways" only:"network.mode=dedicated" default:"none" enum:"none,single,perZone" doc:"NAT gateways for the internet access of private tasks"`
	Endpoints   bool   `key:"endpoints" only:"network.mode=dedicated" default:"false" doc:"Keep the tasks' traffic to AWS inside the VPC"`
	Zones       int    `key:"zones" only:"network.mode=dedicated" default:"2" min:"2" max:"3" doc:"Number of Availability Zones of a dedicated VPC"`
	FlowLogs    bool   `key:"flowLogs" only:"network.mode=dedicated" default:"false" doc:"Record the connections in a dedicated VPC in flow logs"`
}

// Service sets the size, the number and the rollout of the tasks.
type Service struct {
	CPU    int `key:"cpu" default:"256" doc:"CPU units of a task; 1024 units are one vCPU"`
	Memory int `key:"memory" doc:"Memory of a task in MiB. Default: the smallest that cpu allows"`

	DesiredCount    int    `key:"desiredCount" default:"2" range:"tasks" doc:"Number of tasks"`
	Port            int    `key:"port" default:"4000" range:"port" doc:"Port that the app listens on"`
	HealthCheckPath string `key:"healthCheckPath" default:"/signin" format:"path" doc:"Path that answers 200 when a task is healthy"`

	HealthCheckInterval    int `key:"healthCheckInterval" default:"10" range:"healthCheckInterval" doc:"Seconds between health checks"`
	HealthCheckTimeout     int `key:"healthCheckTimeout" default:"2" range:"healthCheckTimeout" doc:"Seconds to wait for the answer to a health check"`
	HealthyThreshold       int `key:"healthyThreshold" default:"2" range:"healthyThreshold" doc:"Successful checks in a row that make a task healthy"`
	UnhealthyThreshold     int `key:"unhealthyThreshold" default:"2" range:"healthyThreshold" doc:"Failed checks in a row after which a task is replaced"`
	HealthCheckGracePeriod int `key:"healthCheckGracePeriod" default:"60" min:"0" doc:"Seconds after a task's start in which failed checks are ignored"`

	Architecture string `key:"architecture" default:"x86_64" enum:"x86_64,arm64" doc:"CPU architecture of the image"`
	PoolSize     int    `key:"poolSize" min:"1" doc:"Connections of each of a task's two repos. Default: what fits, or 5"`

	DistributionPorts PortRange `key:"distributionPorts" default:"9100-9115" format:"ports" doc:"Ports for connections between Erlang nodes"`

	SpotWeight       int `key:"spotWeight" default:"0" range:"spotWeight" doc:"Spot tasks for each on-demand task after the first; 0 for none"`
	EphemeralStorage int `key:"ephemeralStorage" default:"20" min:"20" max:"200" doc:"Disk of a task in GiB"`

	StopTimeout int  `key:"stopTimeout" default:"60" range:"stopTimeout" doc:"Seconds that a task has to shut down"`
	Migrate     bool `key:"migrate" default:"true" doc:"Run database migrations before a new task starts"`
	Exec        bool `key:"exec" default:"true" doc:"Allow ECS Exec into running tasks"`
}

// Database configures the PostgreSQL database of the tasks.
type Database struct {
	Mode            string `key:"mode" default:"none" enum:"none,existing,create" doc:"Create a database, allow access to an existing one, or neither"`
	SecurityGroupID string `key:"securityGroupId" only:"database.mode=existing" format:"securityGroup" doc:"Security group of the existing database"`
	Port            int    `key:"port" only:"database.mode=none|database.mode=existing" default:"5432" range:"port" doc:"Port of the database, which the tasks may reach"`
	Variant         string `key:"variant" default:"url" enum:"url,parts" doc:"Variables that the app reads: DATABASE_URL (url) or DB_* (parts)"`
	ForceTLS        *bool  `key:"forceTls" only:"database.mode=create" doc:"Refuse connections without TLS. Default: true; required with variant parts"`

	InstanceClass string `key:"instanceClass" only:"database.mode=create" default:"db.t4g.micro" format:"instanceClass" doc:"RDS instance class of the created database"`
	MultiAZ       bool   `key:"multiAz" only:"database.mode=create" default:"false" doc:"Keep a standby instance in a second zone"`
	Storage       int    `key:"storage" only:"database.mode=create" default:"20" range:"dbStorage" doc:"Initial storage in GiB, which grows automatically"`
	MaxStorage    *int   `key:"maxStorage" only:"database.mode=create" min:"0" max:"65536" doc:"Limit of storage growth in GiB, 0 for none. Default: twice storage"`
	BackupDays    int    `key:"backupDays" only:"database.mode=create" default:"7" range:"dbBackupDays" doc:"Days to keep automatic backups; 0 for no backups"`
	Version       int    `key:"version" only:"database.mode=create" default:"17" range:"dbVersion" doc:"Major version of PostgreSQL"`
	FinalSnapshot bool   `key:"finalSnapshot" only:"database.mode=create" default:"true" doc:"Take a snapshot when the database is deleted"`
}

// Variables returns the names of the environment variables from which the app reads its database connection.
func (d Database) Variables() []string {
	if d.Variant == DatabaseParts {
		return []string{"DB_USERNAME", "DB_PASSWORD", "DB_HOST", "DB_PORT", "DB_NAME"}
	}
	return []string{"DATABASE_URL"}
}

// Uploads configures where uploaded songs are stored. Without a file system they are lost when their task stops.
type Uploads struct {
	Mode       string `key:"mode" default:"none" enum:"none,efs" doc:"File system that all tasks share: none or EFS"`
	MountPath  string `key:"mountPath" only:"uploads.mode=efs" default:"/tmp/songs" format:"mountPath" doc:"Directory in which the app stores uploads"`
	Backup     bool   `key:"backup" only:"uploads.mode=efs" default:"true" doc:"Back up the files daily"`
	AppPatched bool   `key:"appPatched" only:"uploads.mode=efs" default:"false" doc:"Whether the app serves other tasks' files; true turns a warning off"`
	URLScheme  string `key:"urlScheme" default:"https" enum:"https,http" doc:"Scheme of the URLs that the app gives songs"`
}

// Autoscaling changes the number of tasks. It is off if Max is 0.
type Autoscaling struct {
	Min               int `key:"min" only:"autoscaling.max" default:"1" min:"1" max:"5000" doc:"Smallest number of tasks"`
	Max               int `key:"max" default:"0" range:"tasks" doc:"Largest number of tasks; 0 turns autoscaling off"`
	CPUPercent        int `key:"cpuPercent" only:"autoscaling.max" default:"0" min:"0" max:"100" doc:"Average CPU utilization to keep, in percent; 0 for none"`
	MemoryPercent     int `key:"memoryPercent" only:"autoscaling.max" default:"0" min:"0" max:"100" doc:"Average memory utilization to keep, in percent; 0 for none"`
	RequestsPerTarget int `key:"requestsPerTarget" only:"autoscaling.max" default:"0" min:"0" doc:"Requests per task and minute to keep; 0 for none"`

	Schedules []Schedule `key:"schedules" only:"autoscaling.max" doc:"Times with another min and max: name, schedule, timezone, min, max"`
}

// Schedule sets other bounds at the times of an AWS schedule expression.
type Schedule struct {
	Name     string `key:"name" required:"true" format:"scheduleName" doc:"Unique name of the schedule"`
	Schedule string `key:"schedule" required:"true" format:"schedule" doc:"Times: cron with six fields, rate or at"`
	Timezone string `key:"timezone" default:"UTC" format:"timezone" doc:"IANA time zone, such as Europe/London"`
	Min      int    `key:"min" default:"0" range:"tasks" doc:"Smallest number of tasks from then on"`
	Max      int    `key:"max" default:"0" range:"tasks" doc:"Largest number of tasks from then on"`
}

// Observability configures logs, alarms and the dashboard.
type Observability struct {
	Alarms     bool   `key:"alarms" default:"false" doc:"Create alarms, an SNS topic for them and a dashboard"`
	AlarmEmail string `key:"alarmEmail" only:"observability.alarms|observability.budgetMonthly" format:"email" doc:"Address that gets an e-mail for every alarm"`
	AccessLogs bool   `key:"accessLogs" default:"false" doc:"Store the load balancer's access logs in a bucket"`

	AccessLogDays    int `key:"accessLogDays" only:"observability.accessLogs" default:"90" min:"1" doc:"Days to keep the access logs"`
	LogRetentionDays int `key:"logRetentionDays" default:"30" doc:"Days to keep the tasks' logs in CloudWatch; 0 keeps them forever"`
	BudgetMonthly    int `key:"budgetMonthly" default:"0" min:"0" doc:"Account's monthly budget in USD, e-mails at 80 and 100 %; 0 for none"`
}
