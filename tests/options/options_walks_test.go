package options

const (
	certificateARN = "arn:aws:acm:eu-west-2:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"
	webACL         = "arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/beats/12345678-1234-1234-1234-123456789012"
	repositoryURL  = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats"
)

// oneMoreSecret is the config of the guide's five secrets and a sixth one.
const oneMoreSecret = `{"SECRET_KEY_BASE": "/staging/fly-live-beats/secret-key-base",
	"DATABASE_URL": "/staging/fly-live-beats/database-url",
	"LIVE_BEATS_GITHUB_CLIENT_ID": "/staging/fly-live-beats/live-beats-github-client-id",
	"LIVE_BEATS_GITHUB_CLIENT_SECRET": "/staging/fly-live-beats/live-beats-github-client-secret",
	"RELEASE_COOKIE": "/staging/fly-live-beats/release-cookie", "SENTRY_DSN": "/staging/fly-live-beats/sentry-dsn"}`

// revision is what every change of the tasks replaces: a task definition is never updated, but gets a new revision.
var revision = []string{"aws:ecs:TaskDefinition"}

// newPorts is what a change of a port replaces: rules for the new ports are created before the old rules are deleted.
var newPorts = []string{
	"aws:ecs:TaskDefinition", "aws:vpc:SecurityGroupEgressRule", "aws:vpc:SecurityGroupIngressRule",
}

// noOption are the config keys that no walk switches, with the reasons.
var noOption = map[string]string{
	"aws:region":               "another region means another stack: everything is created again there",
	"secretsMode":              "existing deletes the stack's own parameters, with their values: see docs/data.md",
	"network.privateSubnetIds": "requires a VPC whose private subnets reach the internet; TestProduction has one",
}

// walks are all options, grouped by the live stack on which they are switched: two without further config, one with
// data, one with a host, and one in a dedicated network.
var walks = map[string]walk{
	"tasks": {options: []option{
		{key: "image", value: repositoryURL + ":2", replaces: revision},
		{key: "secrets", value: oneMoreSecret, replaces: revision},
		{key: "environment", value: `{"LOG_LEVEL": "debug"}`, replaces: revision},
		{key: "service.cpu", value: "512", replaces: revision},
		{key: "service.memory", value: "1024", replaces: revision},
		{key: "service.desiredCount", value: "3"},
		{key: "service.port", value: "4100", replaces: newPorts},
		{key: "service.healthCheckPath", value: "/health"},
		{key: "service.healthCheckInterval", value: "20"},
		{key: "service.healthCheckTimeout", value: "5"},
		{key: "service.healthyThreshold", value: "3"},
		{key: "service.unhealthyThreshold", value: "3"},
		{key: "service.healthCheckGracePeriod", value: "120"},
		{key: "service.architecture", value: "arm64", replaces: revision},
		{key: "service.poolSize", value: "4", replaces: revision},
		{key: "service.distributionPorts", value: "9200-9210", replaces: newPorts},
		{key: "service.spotWeight", value: "3"},
		{key: "service.ephemeralStorage", value: "50", replaces: revision},
		{key: "service.stopTimeout", value: "90", replaces: revision},
		{key: "service.migrate", value: "false", replaces: revision},
		{key: "service.exec", value: "false", replaces: revision},
	}},
	"stack": {options: []option{
		{key: "owner", value: "platform"},
		{key: "tags", value: `{"Team": "music"}`},
		{key: "protect", value: "true"},
		{key: "policy", value: `{"host": "advisory", "ECS.5": "advisory"}`},
		{key: "kmsKeyArn", value: "$key"},
		{key: "webAclArn", value: "$acl"},
		{key: "host", value: "beats.example.com", replaces: revision},
		{key: "repository.name", value: "beats"},
		{key: "database.mode", value: "create", replaces: revision},
		{key: "database.port", value: "6543", replaces: []string{"aws:vpc:SecurityGroupEgressRule"}},
		{key: "uploads.mode", value: "efs", with: []string{"uploads.appPatched=true"}, replaces: revision},
		{key: "autoscaling.max", value: "4", with: []string{"autoscaling.cpuPercent=60"}},
		{key: "observability.alarms", value: "true"},
		{key: "observability.accessLogs", value: "true"},
		{key: "observability.logRetentionDays", value: "90"},
		{key: "observability.budgetMonthly", value: "50", with: []string{"observability.alarmEmail=ops@example.com"}},
		{
			key: "network.vpcId", value: "$vpc",
			with: []string{`network={"mode": "existing", "publicSubnetIds": ["$subnetA", "$subnetB"]}`},
		},
	}},
	"data": {
		base: []string{
			`database={"mode": "create", "version": 16}`, `uploads={"mode": "efs", "appPatched": true}`,
			`autoscaling={"max": 4, "cpuPercent": 60}`,
			`observability={"alarms": true, "accessLogs": true}`, `repository={"name": "beats"}`,
		},
		options: []option{
			{key: "autoscaling.min", value: "2"},
			{key: "autoscaling.cpuPercent", value: "50"},
			{key: "autoscaling.memoryPercent", value: "70"},
			{key: "autoscaling.requestsPerTarget", value: "500"},
			{key: "autoscaling.schedules", value: `[{"name": "night", "schedule": "cron(0 20 ? * MON-FRI *)", ` +
				`"timezone": "Europe/London"}]`},
			{key: "database.instanceClass", value: "db.t4g.small", replaces: revision}, // POOL_SIZE depends on it.
			{key: "database.multiAz", value: "true"},
			{key: "database.backupDays", value: "14"},
			{key: "database.variant", value: "parts", with: []string{"database.forceTls=true"}, replaces: revision},
			{key: "database.forceTls", value: "false", replaces: revision}, // DATABASE_URL contains it.
			{key: "database.maxStorage", value: "0"},
			{key: "database.finalSnapshot", value: "false"},
			{key: "database.storage", value: "50", irreversible: true},
			{key: "database.version", value: "17", irreversible: true, replaces: []string{"aws:rds:ParameterGroup"}},
			{key: "uploads.mountPath", value: "/app/uploads", replaces: revision},
			{key: "uploads.backup", value: "false"},
			{key: "uploads.appPatched", value: "false"},
			{key: "uploads.urlScheme", value: "http"},
			{key: "observability.alarmEmail", value: "ops@example.com"},
			{key: "observability.accessLogDays", value: "30"},
			{key: "repository.keepImages", value: "10", replaces: []string{"aws:ecr:LifecyclePolicy"}},
		},
	},
	"names": {
		base: []string{"host=beats.example.com"},
		options: []option{
			{key: "tls.certificateArn", value: "$certificate"},
			{key: "tls.hostedZone", value: "$zone"},
			{key: "tls.request", value: "true"},
			{key: "tls.additionalHosts", value: `["www.example.com"]`, with: []string{"tls.hostedZone=$zone"}},
			{key: "tls.policy", value: "ELBSecurityPolicy-TLS13-1-3-2021-06", with: []string{"tls.certificateArn=$certificate"}},
			{
				key: "database.securityGroupId", value: "$group", with: []string{"database.mode=existing"},
				replaces: []string{"aws:vpc:SecurityGroupEgressRule"},
			},
			{key: "network.publicSubnetIds", value: `["$subnetB", "$subnetC"]`, with: []string{"network.mode=existing", "network.vpcId=$vpc"}},
		},
	},
	"network": {
		base: []string{`network={"mode": "dedicated"}`},
		options: []option{
			{key: "githubSignIn", value: "false"}, // The other walks have public subnets, which reach GitHub anyway.
			{key: "network.flowLogs", value: "true"},
			{key: "network.endpoints", value: "true"},
			{key: "network.natGateways", value: "single"},
			{key: "network.placement", value: "public", with: []string{"network.natGateways=single"}},
			{key: "network.zones", value: "3"},
			{
				key: "network.mode", value: "default", reason: "resources cannot move from one VPC to another",
				replaces: []string{
					"aws:ec2:SecurityGroup", "aws:vpc:SecurityGroupIngressRule", "aws:vpc:SecurityGroupEgressRule",
					"aws:lb:LoadBalancer", "aws:lb:Listener", "aws:lb:TargetGroup", "aws:ecs:TaskDefinition",
				},
			},
		},
	},
}
