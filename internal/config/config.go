// Package config turns the stack's configuration into one typed value. The
// structs below are the whole contract: their tags hold every key, its
// default, what it may be and its description, and Docs lists them.
package config

// Namespace is the project's name, before the colon of every key of its own.
const Namespace = "live-beats"

// Values of SecretsMode, Network.Mode and Database.Mode.
const (
	SecretsCreate   = "create"   // The stack owns the parameters and fills them once with placeholders.
	SecretsExisting = "existing" // The parameters are there before the stack.

	NetworkDefault  = "default"  // The account's default VPC.
	NetworkExisting = "existing" // A VPC given by ids.

	DatabaseNone     = "none"     // DATABASE_URL points wherever it likes; no security group is touched.
	DatabaseExisting = "existing" // A rule into the database's security group lets the tasks in.
)

// Config is the configuration of one stack: valid and complete, defaults
// filled in, when it comes from Parse or Load.
type Config struct {
	Stack string // The stack's name, such as staging.

	Region string `key:"aws:region" required:"true" format:"region" doc:"AWS region of everything in the stack"`

	Host  string `key:"host" format:"host" doc:"Public host name; without it the load balancer's own"`
	TLS   TLS    `key:"tls" doc:"HTTPS on the load balancer; plain HTTP without a certificate"`
	Image string `key:"image" required:"true" format:"image" doc:"Container image with tag or digest"`

	// Secrets maps names in the tasks' environment to SSM paths or parameter ARNs.
	Secrets map[string]string `key:"secrets" format:"parameter" doc:"SSM path by variable; instead of the guide's five"`

	SecretsMode string `key:"secretsMode" default:"create" enum:"create,existing" doc:"Who makes the parameters"`

	Environment map[string]string `key:"environment" doc:"More variables of the tasks, in plain text"`

	Network       Network       `key:"network" doc:"Where the load balancer and the tasks run"`
	Service       Service       `key:"service" doc:"The tasks: size, number and rollout"`
	Database      Database      `key:"database" doc:"How the tasks reach PostgreSQL"`
	Observability Observability `key:"observability" doc:"Logs"`

	Protect bool `key:"protect" default:"false" doc:"Keep the load balancer from being deleted"`
}

// TLS configures HTTPS.
type TLS struct {
	CertificateARN string `key:"certificateArn" format:"certificate" doc:"ACM certificate; HTTP then redirects to HTTPS"`
}

// Network says which VPC is used. Existing takes the ids, default none of them.
type Network struct {
	Mode             string   `key:"mode" default:"default" enum:"default,existing" doc:"Default VPC, or one by ids"`
	VPCID            string   `key:"vpcId" format:"vpc" doc:"The existing VPC"`
	PublicSubnetIDs  []string `key:"publicSubnetIds" format:"subnet" doc:"Two or more, in different zones"`
	PrivateSubnetIDs []string `key:"privateSubnetIds" format:"subnet" doc:"For the tasks; else the public ones"`
}

// Service sizes the tasks and shapes their rollout.
type Service struct {
	CPU    int `key:"cpu" default:"256" doc:"CPU units of a task; 1024 are one vCPU"`
	Memory int `key:"memory" doc:"MiB of memory of a task; else the smallest that cpu allows"`

	DesiredCount    int    `key:"desiredCount" default:"2" min:"0" doc:"Number of tasks"`
	Port            int    `key:"port" default:"4000" min:"1" max:"65535" doc:"Port of the application"`
	HealthCheckPath string `key:"healthCheckPath" default:"/signin" format:"path" doc:"Answers 200 when a task is healthy"`
	Architecture    string `key:"architecture" default:"x86_64" enum:"x86_64,arm64" doc:"CPU architecture of the image"`
	PoolSize        int    `key:"poolSize" default:"5" min:"1" doc:"Database connections of each of a task's two repos"`

	DistributionPorts PortRange `key:"distributionPorts" default:"9100-9115" format:"ports" doc:"Between Erlang nodes"`

	StopTimeout int  `key:"stopTimeout" default:"60" min:"2" max:"120" doc:"Seconds that a task gets to shut down"`
	Migrate     bool `key:"migrate" default:"true" doc:"Run database migrations before a new task starts"`
	Exec        bool `key:"exec" default:"true" doc:"Allow ECS Exec into running tasks"`
}

// Database says how the tasks reach PostgreSQL.
type Database struct {
	Mode            string `key:"mode" default:"none" enum:"none,existing" doc:"Open a security group to the tasks"`
	SecurityGroupID string `key:"securityGroupId" format:"securityGroup" doc:"Security group of the existing database"`
}

// Observability configures logs.
type Observability struct {
	LogRetentionDays int `key:"logRetentionDays" default:"30" doc:"Days that CloudWatch keeps the logs; 0 is forever"`
}
