// Package config turns the stack's configuration into one typed value. The
// structs below are the whole contract: their tags hold every key, its
// default, what it may be and its description, and Docs lists them.
package config

// Namespace is the project's name, before the colon of every key of its own.
const Namespace = "live-beats"

// Values of SecretsMode, Network.Mode, Database.Mode and Database.Variant.
const (
	SecretsCreate   = "create"   // The stack owns the parameters and fills them once with placeholders.
	SecretsExisting = "existing" // The parameters are there before the stack.

	NetworkDefault   = "default"   // The account's default VPC.
	NetworkDedicated = "dedicated" // A VPC of the stack's own.
	NetworkExisting  = "existing"  // A VPC given by ids.

	DatabaseNone     = "none"     // DATABASE_URL points wherever it likes; no security group is touched.
	DatabaseExisting = "existing" // A rule into the database's security group lets the tasks in.
	DatabaseCreate   = "create"   // An instance of the stack's own, whose DATABASE_URL is written.

	DatabaseParts = "parts" // DB_USERNAME, DB_PASSWORD, DB_HOST, DB_PORT and DB_NAME in place of DATABASE_URL.

	UploadsEFS = "efs" // A file system that the tasks share.
)

// Config is the configuration of one stack: valid and complete, defaults
// filled in, when it comes from Parse or Load.
type Config struct {
	Stack string // The stack's name, such as staging.

	Region string `key:"aws:region" required:"true" format:"region" doc:"AWS region of everything in the stack"`

	Host string `key:"host" format:"host" doc:"Public host name; without it the load balancer's own"`
	TLS  TLS    `key:"tls" doc:"HTTPS on the load balancer; plain HTTP without a certificate"`

	WebACLARN string `key:"webAclArn" format:"webAcl" doc:"AWS WAF web ACL in front of the load balancer"`

	Image string `key:"image" required:"true" format:"image" doc:"Container image with tag or digest"`

	Repository Repository `key:"repository" doc:"The stack's own ECR repository"`

	// Secrets maps names in the tasks' environment to SSM paths or parameter ARNs.
	Secrets map[string]string `key:"secrets" format:"parameter" doc:"SSM path by variable; instead of the guide's five"`

	SecretsMode string `key:"secretsMode" default:"create" enum:"create,existing" doc:"Who makes the parameters"`

	KMSKeyARN string `key:"kmsKeyArn" format:"kmsKey" doc:"Customer key of secrets, logs, ECS Exec and new data"`

	Environment map[string]string `key:"environment" doc:"More variables of the tasks, in plain text"`

	Network       Network       `key:"network" doc:"Where the load balancer and the tasks run"`
	Service       Service       `key:"service" doc:"The tasks: size, number and rollout"`
	Autoscaling   Autoscaling   `key:"autoscaling" doc:"Number of tasks by load and time; needs max"`
	Database      Database      `key:"database" doc:"How the tasks reach PostgreSQL"`
	Uploads       Uploads       `key:"uploads" doc:"Where uploaded songs are kept"`
	Observability Observability `key:"observability" doc:"Logs, alarms and a dashboard"`

	GithubSignIn bool `key:"githubSignIn" default:"true" doc:"People sign in with GitHub, over the internet"`

	// Policy holds levels of the policy pack by question or security control.
	Policy map[string]string `key:"policy" keys:"" doc:"What a proof or control counts in previews; see verify"`

	Protect bool `key:"protect" default:"false" doc:"Keep load balancer, database, files and logs"`

	Owner string            `key:"owner" format:"tagValue" doc:"Who answers for the stack: the tag Owner of everything"`
	Tags  map[string]string `key:"tags" keys:"tag" format:"tagValue" doc:"More tags of everything"`
}

// Autoscaled tells whether autoscaling owns the number of tasks. Of a service that is held at none it would start some.
func (c *Config) Autoscaled() bool { return c.Autoscaling.Max > 0 && c.Service.DesiredCount > 0 }

// Repository is where images are pushed to. Without a name the stack makes none.
type Repository struct {
	Name       string `key:"name" format:"repository" doc:"Its name; without one the stack makes none"`
	KeepImages int    `key:"keepImages" default:"50" min:"1" doc:"How many of the newest tagged images stay"`
}

// TLS configures HTTPS: by a certificate, by a zone or by a request, or not at all.
type TLS struct {
	CertificateARN  string   `key:"certificateArn" format:"certificate" doc:"ACM certificate; HTTP redirects to HTTPS"`
	HostedZone      string   `key:"hostedZone" format:"hostedZone" doc:"Route 53 zone for certificate and records"`
	Request         bool     `key:"request" default:"false" doc:"Request the certificate; HTTPS once it is issued"`
	AdditionalHosts []string `key:"additionalHosts" format:"host" doc:"More names, each with a certificate"`

	Policy string `key:"policy" default:"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" format:"tlsPolicy" doc:"TLS"`
}

// Network says which VPC is used. Existing takes the ids, dedicated what follows them, default nothing.
type Network struct {
	Mode             string   `key:"mode" default:"default" enum:"default,dedicated,existing" doc:"Whose VPC"`
	VPCID            string   `key:"vpcId" format:"vpc" doc:"The existing VPC"`
	PublicSubnetIDs  []string `key:"publicSubnetIds" format:"subnet" doc:"Two or more, in different zones"`
	PrivateSubnetIDs []string `key:"privateSubnetIds" format:"subnet" doc:"For the tasks; else the public ones"`

	Placement   string `key:"placement" enum:"public,private" doc:"Of tasks; private where there is NAT, else public"`
	NATGateways string `key:"natGateways" default:"none" enum:"none,single,perZone" doc:"Way out of private tasks"`
	Endpoints   bool   `key:"endpoints" default:"false" doc:"Keep the tasks' traffic to AWS inside of the VPC"`
	Zones       int    `key:"zones" default:"2" min:"2" max:"3" doc:"Availability Zones of a dedicated VPC"`
	FlowLogs    bool   `key:"flowLogs" default:"false" doc:"Record the connections in a dedicated VPC"`
}

// Service sizes the tasks and shapes their rollout.
type Service struct {
	CPU    int `key:"cpu" default:"256" doc:"CPU units of a task; 1024 are one vCPU"`
	Memory int `key:"memory" doc:"MiB of memory of a task; else the smallest that cpu allows"`

	DesiredCount    int    `key:"desiredCount" default:"2" range:"tasks" doc:"Number of tasks"`
	Port            int    `key:"port" default:"4000" range:"port" doc:"Port of the application"`
	HealthCheckPath string `key:"healthCheckPath" default:"/signin" format:"path" doc:"Answers 200 when a task is healthy"`

	HealthCheckInterval    int `key:"healthCheckInterval" default:"10" range:"healthCheckInterval" doc:"Seconds between two checks"`
	HealthCheckTimeout     int `key:"healthCheckTimeout" default:"2" range:"healthCheckTimeout" doc:"Seconds to wait for an answer"`
	HealthyThreshold       int `key:"healthyThreshold" default:"2" range:"healthyThreshold" doc:"Checks that make a task healthy"`
	UnhealthyThreshold     int `key:"unhealthyThreshold" default:"2" range:"healthyThreshold" doc:"Failures that replace a task"`
	HealthCheckGracePeriod int `key:"healthCheckGracePeriod" default:"60" min:"0" doc:"Seconds in which a task may boot"`

	Architecture string `key:"architecture" default:"x86_64" enum:"x86_64,arm64" doc:"CPU architecture of the image"`
	PoolSize     int    `key:"poolSize" min:"1" doc:"Connections of each of a task's two repos; else what fits, or 5"`

	DistributionPorts PortRange `key:"distributionPorts" default:"9100-9115" format:"ports" doc:"Between Erlang nodes"`

	SpotWeight       int `key:"spotWeight" default:"0" range:"spotWeight" doc:"Spot tasks for each further one on demand"`
	EphemeralStorage int `key:"ephemeralStorage" default:"20" min:"20" max:"200" doc:"GiB of disk of a task"`

	StopTimeout int  `key:"stopTimeout" default:"60" range:"stopTimeout" doc:"Seconds that a task gets to shut down"`
	Migrate     bool `key:"migrate" default:"true" doc:"Run database migrations before a new task starts"`
	Exec        bool `key:"exec" default:"true" doc:"Allow ECS Exec into running tasks"`
}

// Database says how the tasks reach PostgreSQL.
type Database struct {
	Mode            string `key:"mode" default:"none" enum:"none,existing,create" doc:"Whose database"`
	SecurityGroupID string `key:"securityGroupId" format:"securityGroup" doc:"Security group of the existing database"`
	Variant         string `key:"variant" default:"url" enum:"url,parts" doc:"What the app reads: DATABASE_URL, or DB_*"`
	ForceTLS        *bool  `key:"forceTls" doc:"Refuse connections without TLS; true, but needed with variant parts"`

	InstanceClass string `key:"instanceClass" default:"db.t4g.micro" format:"instanceClass" doc:"Its size"`
	MultiAZ       bool   `key:"multiAz" default:"false" doc:"Keep a standby in a second zone"`
	Storage       int    `key:"storage" default:"20" range:"dbStorage" doc:"GiB to begin with; it grows by itself"`
	MaxStorage    *int   `key:"maxStorage" min:"0" max:"65536" doc:"GiB to grow to, else twice storage; 0 for no growth"`
	BackupDays    int    `key:"backupDays" default:"7" range:"dbBackupDays" doc:"Days that backups are kept; 0 for none"`
	Version       int    `key:"version" default:"17" range:"dbVersion" doc:"Major version of PostgreSQL"`
	FinalSnapshot bool   `key:"finalSnapshot" default:"true" doc:"Leave a snapshot when the database is deleted"`
}

// Variables are those by which the app knows its database.
func (d Database) Variables() []string {
	if d.Variant == DatabaseParts {
		return []string{"DB_USERNAME", "DB_PASSWORD", "DB_HOST", "DB_PORT", "DB_NAME"}
	}
	return []string{"DATABASE_URL"}
}

// Uploads says where uploaded songs are kept: without a file system they are lost with their task.
type Uploads struct {
	Mode       string `key:"mode" default:"none" enum:"none,efs" doc:"A file system that all tasks share"`
	MountPath  string `key:"mountPath" default:"/tmp/songs" format:"mountPath" doc:"Where the app keeps uploads"`
	Backup     bool   `key:"backup" default:"true" doc:"Back the files up daily"`
	AppPatched bool   `key:"appPatched" default:"false" doc:"The app serves files of other tasks; silences the warning"`
	URLScheme  string `key:"urlScheme" default:"https" enum:"https,http" doc:"What the app's URLs of songs begin with"`
}

// Autoscaling changes the number of tasks; without Max it is off.
type Autoscaling struct {
	Min               int `key:"min" default:"1" min:"1" max:"5000" doc:"Fewest tasks"`
	Max               int `key:"max" default:"0" range:"tasks" doc:"Most tasks; 0 turns autoscaling off"`
	CPUPercent        int `key:"cpuPercent" default:"0" min:"0" max:"100" doc:"Average CPU to hold; 0 for none"`
	MemoryPercent     int `key:"memoryPercent" default:"0" min:"0" max:"100" doc:"Average memory to hold; 0 for none"`
	RequestsPerTarget int `key:"requestsPerTarget" default:"0" min:"0" doc:"Requests a minute to hold; 0 for none"`

	Schedules []Schedule `key:"schedules" doc:"Times with other bounds: list of name, schedule, timezone, min, max"`
}

// Schedule sets the bounds at the times of an AWS schedule expression.
type Schedule struct {
	Name     string `key:"name" required:"true" format:"scheduleName" doc:"One of its kind"`
	Schedule string `key:"schedule" required:"true" format:"schedule" doc:"Six fields of cron, a rate or a time"`
	Timezone string `key:"timezone" default:"UTC" format:"timezone" doc:"Of the IANA, such as Europe/London"`
	Min      int    `key:"min" default:"0" range:"tasks" doc:"Fewest tasks from then on"`
	Max      int    `key:"max" default:"0" range:"tasks" doc:"Most tasks from then on"`
}

// Observability configures logs, alarms and the dashboard.
type Observability struct {
	Alarms     bool   `key:"alarms" default:"false" doc:"Alarms, a topic that mails them, and a dashboard"`
	AlarmEmail string `key:"alarmEmail" format:"email" doc:"Gets a mail for every alarm"`
	AccessLogs bool   `key:"accessLogs" default:"false" doc:"Keep the load balancer's access logs in a bucket"`

	AccessLogDays    int `key:"accessLogDays" default:"90" min:"1" doc:"Days that the bucket keeps them"`
	LogRetentionDays int `key:"logRetentionDays" default:"30" doc:"Days that CloudWatch keeps the logs; 0 is forever"`
	BudgetMonthly    int `key:"budgetMonthly" default:"0" min:"0" doc:"USD a month of the account; a mail at 80 and 100 %"`
}
