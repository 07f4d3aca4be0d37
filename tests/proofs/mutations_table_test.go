package proofs

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

const (
	timedOut    = "Request timed out"
	unconnected = "unable to connect to"
)

// mutations are the single breakages. Where symptom is empty, AWS says nothing: the deployment succeeds, and people
// find out.
var mutations = []mutation{
	// Ways out.
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", gone: true,
		finds: "registry", because: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "toPort", to: 442.0,
		finds: "registry", because: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "cidrIpv4", to: "10.0.0.0/8",
		finds: "registry", because: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "ipProtocol", to: "udp",
		finds: "registry", because: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.Service, resource: "service", set: "networkConfiguration.assignPublicIp", to: false,
		finds: "registry", because: "needs a public address", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.RouteTable, resource: "of the default VPC", set: "routes", to: []any{},
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.Vpc, resource: "of the default VPC", set: "enableDnsSupport", to: false,
		finds: "registry", because: "enableDnsSupport", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "database-egress", gone: true,
		finds: "database", because: "no egress rule",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-private-1", gone: true,
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-private-2", set: "destinationCidrBlock", to: "10.1.0.0/16",
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-public-1", gone: true,
		finds: "registry", because: "vpc-public-1 has no route", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.NatGateway, resource: "vpc-1", set: "connectivityType", to: "private",
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssm", gone: true,
		finds: "secrets", because: "has no route to 0.0.0.0/0", symptom: "context deadline exceeded",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-s3", gone: true,
		finds: "image", because: "has no route to 0.0.0.0/0", symptom: "CannotPullContainerError",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-api", gone: true,
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-dkr", gone: true,
		finds: "image", because: "has no route to 0.0.0.0/0", symptom: "CannotPullContainerError",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-logs", set: "privateDnsEnabled", to: false,
		finds: "logs", because: "has no route to 0.0.0.0/0", symptom: "failed to validate logger args",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssmmessages", gone: true,
		finds: "exec", because: "has no route to 0.0.0.0/0", symptom: "ExecuteCommandAgent",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecs", gone: true,
		finds: "discovery", because: "has no route to 0.0.0.0/0", symptom: "connect_timeout",
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", gone: true,
		finds: "registry", because: "no ingress rule", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", set: "cidrIpv4", to: "10.1.0.0/16",
		finds: "registry", because: "no ingress rule", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.Vpc, resource: "vpc", set: "enableDnsHostnames", to: false,
		finds: "registry", because: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},

	// Load balancer and tasks.
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", gone: true,
		finds: "targets", because: "no ingress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "fromPort", to: 4001.0,
		finds: "targets", because: "no ingress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "app-egress", gone: true,
		finds: "targets", because: "no egress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.Listener, resource: "http", gone: true,
		finds: "targets", because: "none", symptom: "not configured to receive traffic",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "subnets", to: one,
		finds: "targets", because: "has no subnet in", symptom: "Availability Zone that is not enabled",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.path", to: "/",
		finds: "health", because: "answers 302", symptom: "codes: [302]",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "204",
		finds: "health", because: "answers 200", symptom: "codes: [200]",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.protocol", to: "HTTPS",
		finds: "health", because: "does not speak TLS", symptom: "Health checks failed",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.port", to: "4001",
		finds: "health", because: "the health check's port alone", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", gone: true,
		finds: "internet", because: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", set: "cidrIpv4", to: "192.0.2.0/24",
		finds: "internet", because: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "internal", to: true,
		finds: "internet", because: "is internal",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "files-ingress", set: "cidrIpv4", to: "0.0.0.0/0",
		finds: "exposure", because: "lets the internet in",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "idleTimeout", to: 30.0,
		finds: "timeouts", because: "idle timeout of 30 s",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "deregistrationDelay", to: 3600.0,
		finds: "timeouts", because: "deregistration delay of 3600 s", symptom: "'tfPENDING', timeout: 20m",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.timeout", to: 10.0,
		finds: "timeouts", because: "the timeout must be shorter",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"containerPort":4000`, new: `"containerPort":4001`,
		finds: "targets", because: "no port mapping",
	},

	// Permissions.
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ssm:GetParameters", new: "ssm:GetParameter",
		finds: "secrets", because: "no statement allows it", symptom: "not authorized to perform: ssm:GetParameters",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "/release-cookie", new: "/release-cooki",
		finds: "secrets", because: "release-cookie", symptom: "release-cookie",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "logs:CreateLogStream", new: "logs:CreateStream",
		finds: "logs", because: "logs:CreateLogStream", symptom: "not authorized to perform: logs:CreateLogStream",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "log-group:/ecs/", new: "log-group:/ec2/",
		finds: "logs", because: "logs:CreateLogStream", symptom: "not authorized to perform: logs:CreateLogStream",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ecr:GetAuthorizationToken", new: "ecr:GetToken",
		finds: "registry", because: "ecr:GetAuthorizationToken", symptom: "ecr:GetAuthorizationToken",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ecr:BatchGetImage", new: "ecr:BatchGetImages",
		finds: "image", because: "ecr:BatchGetImage", symptom: "ecr:BatchGetImage",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "repository/live-beats", new: "repository/live-beat",
		finds: "image", because: "repository/live-beats", symptom: "repository/live-beats",
	},
	{
		stack: "staging", typ: graph.Role, resource: "execution-role", old: "ecs-tasks.amazonaws.com", new: "ecs.amazonaws.com",
		finds: "roles", because: "execution-role", symptom: "unable to assume the role",
	},
	{
		stack: "staging", typ: graph.Role, resource: "task-role", old: "123456789012", new: "123456789013",
		finds: "roles", because: "task-role", symptom: "unable to assume the role",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "ssmmessages:OpenDataChannel", new: "ssmmessages:Open",
		finds: "exec", because: "ssmmessages:OpenDataChannel", symptom: "ssmmessages:OpenDataChannel",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "logs:DescribeLogGroups", new: "logs:DescribeGroups",
		finds: "exec", because: "logs:DescribeLogGroups", symptom: "logs:DescribeLogGroups",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "ecs:ListTasks", new: "ecs:ListTask",
		finds: "discovery", because: "ecs:ListTasks", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "cluster/live", new: "cluster/life",
		finds: "discovery", because: "ecs:ListServices", symptom: "AccessDeniedException",
	},
	{
		stack: "production", typ: graph.RolePolicy, resource: "task-policy", old: ":ClientMount", new: ":ClientMounts",
		finds: "volumes", because: "elasticfilesystem:ClientMount", symptom: "access denied by server",
	},
	{
		stack: "production", typ: graph.FileSystemPol, resource: "uploads-policy", old: "StringNotEquals", new: "StringEquals",
		finds: "volumes", because: "denied by statement OnlyAccessPoint", symptom: "access denied by server",
	},

	// Names and documents.
	{
		stack: "staging", typ: graph.Parameter, resource: "database-url", gone: true,
		finds: "secrets", because: "does not exist", symptom: "invalid parameters",
	},
	{
		stack: "staging", typ: graph.LogGroup, resource: "staging-logs", gone: true,
		finds: "logs", because: "was not looked up", open: true, symptom: "log group does not exist",
	},
	{
		stack: "staging", typ: graph.LogGroup, resource: "exec-logs", gone: true,
		finds: "exec", because: "was not looked up", open: true, symptom: "log group does not exist",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   "ssm:eu-west-2:123456789012:parameter/staging/fly-live-beats/database-url",
		new:   "ssm:eu-west-1:123456789012:parameter/staging/fly-live-beats/database-url",
		finds: "secrets", because: "ssm:eu-west-1", symptom: "ssm:eu-west-1",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: "/release-cookie", new: "/release-cooky",
		finds: "secrets", because: "release-cooky", symptom: "release-cooky",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"SECRET_KEY_BASE"`, new: `"SECRET_KEY_BAS"`,
		finds: "boot", because: "SECRET_KEY_BASE", symptom: "could not fetch environment variable",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"PHX_HOST","value":"`, new: `"PHX_HOST","value":"L`,
		finds: "host", because: "capital letters",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `/live-beats-staging$"`, new: `/live-beats-stagin$"`,
		finds: "discovery", because: "does not match", symptom: "no service matching",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"AWS_ECS_CLUSTER_NAME","value":"live`, new: `"AWS_ECS_CLUSTER_NAME","value":"life`,
		finds: "discovery", because: "ecs:ListServices", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"AWS_ECS_CLUSTER_REGION"`, new: `"AWS_ECS_REGION"`,
		finds: "discovery", because: "AWS_ECS_CLUSTER_REGION", symptom: "not configured correctly",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: "inet_dist_listen_min 9100", new: "inet_dist_listen_min 9099",
		finds: "cluster", because: "TCP 9099", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"awslogs-group":"/ecs/live-beats-staging"`,
		new: `"awslogs-group":"/ecs/live-beats-stagin"`, finds: "logs", because: "logs:CreateLogStream", symptom: "logger args",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", set: "cpu", to: "300",
		finds: "limits", because: "300 CPU",
	},

	// Nodes.
	{
		stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", gone: true,
		finds: "cluster", because: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "epmd-egress", gone: true,
		finds: "cluster", because: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", set: "fromPort", to: 4370.0,
		finds: "cluster", because: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "distribution-ingress", gone: true,
		finds: "cluster", because: "TCP 9100", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "distribution-egress", gone: true,
		finds: "cluster", because: "TCP 9100", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "distribution-ingress", set: "toPort", to: 9107.0,
		finds: "cluster", because: "TCP 9108",
	}, // A remote shell fails: the first node of a task takes the first port.
	{
		stack: "staging", typ: graph.IngressRule, resource: "files-ingress", gone: true,
		finds: "cluster", because: "TCP 4000",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "files-egress", gone: true,
		finds: "cluster", because: "TCP 4000",
	},

	// Data.
	{
		stack: "production", typ: graph.MountTarget, resource: "uploads-mount-0", gone: true,
		finds: "volumes", because: "none in", symptom: "Failed to resolve",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "uploads-ingress", gone: true,
		finds: "volumes", because: "no ingress rule", symptom: "Connection timed out",
	},
	{
		stack: "production", typ: graph.EgressRule, resource: "uploads-egress", gone: true,
		finds: "volumes", because: "no egress rule", symptom: "Connection timed out",
	},
	{
		stack: "production", typ: graph.TaskDefinition, resource: "task",
		set: "volumes.efsVolumeConfiguration.transitEncryption", to: "DISABLED",
		finds: "volumes", because: "denied by statement OnlyTls", symptom: "access denied by server",
	},
	{
		stack: "production", typ: graph.AccessPoint, resource: "uploads-access", set: "rootDirectory.creationInfo", to: nil,
		finds: "volumes", because: "creationInfo", symptom: "No such file or directory",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "database-ingress", gone: true,
		finds: "database", because: "no ingress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.EgressRule, resource: "database-egress", gone: true,
		finds: "database", because: "no egress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "database-ingress", set: "fromPort", to: 5433.0,
		finds: "database", because: "no ingress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.Database, resource: "database", set: "instanceClass", to: "db.t4g.micro",
		finds: "connections", because: "db.t4g.micro takes about",
	},
	{
		stack: "production", typ: graph.ScalingTarget, resource: "scaling-target", set: "maxCapacity", to: 60.0,
		finds: "connections", because: "60 tasks",
	},
}
