package proofs

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

const (
	timedOut    = "Request timed out"
	unconnected = "unable to connect to"
	// noParameters is the policy of a VPC endpoint that lets no request for parameters through.
	noParameters = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}`
)

// mutations are the breakages, each of which is applied alone. Where symptom is empty, AWS reports no error: the
// deployment succeeds, and the problem shows only in use.
var mutations = []mutation{
	// Connections out of the tasks.
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", deleted: true,
		check: "registry", cause: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "toPort", to: 442.0,
		check: "registry", cause: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "cidrIpv4", to: "10.0.0.0/8",
		check: "registry", cause: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "ipProtocol", to: "udp",
		check: "registry", cause: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.Service, resource: "service", set: "networkConfiguration.assignPublicIp", to: false,
		check: "registry", cause: "needs a public address", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.RouteTable, resource: "of the default VPC", set: "routes", to: []any{},
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.Vpc, resource: "of the default VPC", set: "enableDnsSupport", to: false,
		check: "registry", cause: "enableDnsSupport", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "database-egress", deleted: true,
		check: "database", cause: "no egress rule",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-private-1", deleted: true,
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-private-2", set: "destinationCidrBlock", to: "10.1.0.0/16",
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.Route, resource: "vpc-public-1", deleted: true,
		check: "registry", cause: "vpc-public-1 has no route", symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.NatGateway, resource: "vpc-1", set: "connectivityType", to: "private",
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssm", deleted: true,
		check: "secrets", cause: "has no route to 0.0.0.0/0", symptom: "context deadline exceeded",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-s3", deleted: true,
		check: "image", cause: "has no route to 0.0.0.0/0", symptom: "CannotPullContainerError",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-api", deleted: true,
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-dkr", deleted: true,
		check: "image", cause: "has no route to 0.0.0.0/0", symptom: "CannotPullContainerError",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-logs", set: "privateDnsEnabled", to: false,
		check: "logs", cause: "has no route to 0.0.0.0/0", symptom: "failed to validate logger args",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssmmessages", deleted: true,
		check: "exec", cause: "has no route to 0.0.0.0/0", symptom: "ExecuteCommandAgent",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecs", deleted: true,
		check: "discovery", cause: "has no route to 0.0.0.0/0", symptom: "connect_timeout",
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", deleted: true,
		check: "registry", cause: "no ingress rule", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", set: "cidrIpv4", to: "10.1.0.0/16",
		check: "registry", cause: "no ingress rule", symptom: "i/o timeout",
	},
	{
		stack: "endpoints", typ: graph.Vpc, resource: "vpc", set: "enableDnsHostnames", to: false,
		check: "registry", cause: "has no route to 0.0.0.0/0", symptom: "i/o timeout",
	},

	// Load balancer and tasks.
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", deleted: true,
		check: "targets", cause: "no ingress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "fromPort", to: 4001.0,
		check: "targets", cause: "no ingress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "app-egress", deleted: true,
		check: "targets", cause: "no egress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.Listener, resource: "http", deleted: true,
		check: "targets", cause: "none", symptom: "not configured to receive traffic",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "subnets", to: one,
		check: "targets", cause: "has no subnet in", symptom: "Availability Zone that is not enabled",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.path", to: "/",
		check: "health", cause: "answers 302", symptom: "codes: [302]",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "204",
		check: "health", cause: "answers 200", symptom: "codes: [200]",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.protocol", to: "HTTPS",
		check: "health", cause: "does not speak TLS", symptom: "Health checks failed",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.port", to: "4001",
		check: "health", cause: "the health check's port alone", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", deleted: true,
		check: "internet", cause: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", set: "cidrIpv4", to: "192.0.2.0/24",
		check: "internet", cause: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "internal", to: true,
		check: "internet", cause: "is internal",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "files-ingress", set: "cidrIpv4", to: "0.0.0.0/0",
		check: "exposure", cause: "lets the internet in",
	},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "idleTimeout", to: 30.0,
		check: "timeouts", cause: "idle timeout of 30 s",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "deregistrationDelay", to: 3600.0,
		check: "timeouts", cause: "deregistration delay of 3600 s", symptom: "'tfPENDING', timeout: 20m",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.timeout", to: 10.0,
		check: "timeouts", cause: "the timeout must be shorter",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"containerPort":4000,"hostPort":4000`, new: `"containerPort":4001,"hostPort":4001`,
		check: "targets", cause: "no port mapping",
	},

	// The task definition: ECS would refuse to register it, so AWS has no symptom for one that is registered already.
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"name":"migrate"`, new: `"name":"live-beats"`,
		check: "limits", cause: "containerDefinitions breaks a rule",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"essential":false`, new: `"essential":true`,
		check: "limits", cause: "containerDefinitions breaks a rule", symptom: "container migrate: exit code 0",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"awslogs-group"`, new: `"awslogs-groups"`,
		check: "logs", cause: "containerDefinitions breaks a rule", symptom: "logger args",
	},

	// Permissions.
	{
		stack: "staging", typ: graph.Role, resource: "task-role", old: `"Principal":{`, new: `"Principal":{"AWS":["*"],`,
		check: "exposure", cause: "may let in everyone", undecided: true,
	},
	{
		stack: "staging", typ: graph.Role, resource: "execution-role",
		old: `"Principal":{`, new: `"Principal":{"AWS":["arn:aws:iam::210987654321:root"],`,
		check: "exposure", cause: "may let in account 210987654321", undecided: true,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ssm:GetParameters", new: "ssm:GetParameter",
		check: "secrets", cause: "no statement allows it", symptom: "not authorized to perform: ssm:GetParameters",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "/release-cookie", new: "/release-cooki",
		check: "secrets", cause: "release-cookie", symptom: "release-cookie",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "logs:CreateLogStream", new: "logs:CreateStream",
		check: "logs", cause: "logs:CreateLogStream", symptom: "not authorized to perform: logs:CreateLogStream",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "log-group:/ecs/", new: "log-group:/ec2/",
		check: "logs", cause: "logs:CreateLogStream", symptom: "not authorized to perform: logs:CreateLogStream",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ecr:GetAuthorizationToken", new: "ecr:GetToken",
		check: "registry", cause: "ecr:GetAuthorizationToken", symptom: "ecr:GetAuthorizationToken",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "ecr:BatchGetImage", new: "ecr:BatchGetImages",
		check: "image", cause: "ecr:BatchGetImage", symptom: "ecr:BatchGetImage",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", old: "repository/live-beats", new: "repository/live-beat",
		check: "image", cause: "repository/live-beats", symptom: "repository/live-beats",
	},
	{
		stack: "staging", typ: graph.Role, resource: "execution-role", old: "ecs-tasks.amazonaws.com", new: "ecs.amazonaws.com",
		check: "roles", cause: "execution-role", symptom: "unable to assume the role",
	},
	{
		stack: "staging", typ: graph.Role, resource: "task-role", old: "123456789012", new: "123456789013",
		check: "roles", cause: "task-role", symptom: "unable to assume the role",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "ssmmessages:OpenDataChannel", new: "ssmmessages:Open",
		check: "exec", cause: "ssmmessages:OpenDataChannel", symptom: "ssmmessages:OpenDataChannel",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "logs:DescribeLogGroups", new: "logs:DescribeGroups",
		check: "exec", cause: "logs:DescribeLogGroups", symptom: "logs:DescribeLogGroups",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "ecs:ListTasks", new: "ecs:ListTask",
		check: "discovery", cause: "ecs:ListTasks", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", old: "cluster/live", new: "cluster/life",
		check: "discovery", cause: "ecs:ListServices", symptom: "AccessDeniedException",
	},
	{
		stack: "production", typ: graph.RolePolicy, resource: "task-policy", old: ":ClientMount", new: ":ClientMounts",
		check: "volumes", cause: "elasticfilesystem:ClientMount", symptom: "access denied by server",
	},
	{
		stack: "production", typ: graph.FileSystemPol, resource: "uploads-policy", old: "StringNotEquals", new: "StringEquals",
		check: "volumes", cause: "denied by statement OnlyAccessPoint", symptom: "access denied by server",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old:   `"Sid":"Secrets",`,
		new:   `"Sid":"Secrets","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/*"}},`,
		check: "secrets", cause: "aws:PrincipalArn", undecided: true,
	}, // The role has no ARN before it exists.

	// Names and documents.
	{
		stack: "staging", typ: graph.Parameter, resource: "database-url", deleted: true,
		check: "secrets", cause: "does not exist", symptom: "invalid parameters",
	},
	{
		stack: "staging", typ: graph.LogGroup, resource: "staging-logs", deleted: true,
		check: "logs", cause: "was not looked up", undecided: true, symptom: "log group does not exist",
	},
	{
		stack: "staging", typ: graph.LogGroup, resource: "exec-logs", deleted: true,
		check: "exec", cause: "was not looked up", undecided: true, symptom: "log group does not exist",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   "ssm:eu-west-2:123456789012:parameter/staging/fly-live-beats/database-url",
		new:   "ssm:eu-west-1:123456789012:parameter/staging/fly-live-beats/database-url",
		check: "secrets", cause: "ssm:eu-west-1", symptom: "ssm:eu-west-1",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: "/release-cookie", new: "/release-cooky",
		check: "secrets", cause: "release-cooky", symptom: "release-cooky",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"SECRET_KEY_BASE"`, new: `"SECRET_KEY_BAS"`,
		check: "boot", cause: "SECRET_KEY_BASE", symptom: "could not fetch environment variable",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"PHX_HOST","value":"`, new: `"PHX_HOST","value":"L`,
		check: "host", cause: "capital letters",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `/live-beats-staging$"`, new: `/live-beats-stagin$"`,
		check: "discovery", cause: "does not match", symptom: "no service matching",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"AWS_ECS_CLUSTER_NAME","value":"live`, new: `"AWS_ECS_CLUSTER_NAME","value":"life`,
		check: "discovery", cause: "ecs:ListServices", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"AWS_ECS_CLUSTER_REGION"`, new: `"AWS_ECS_REGION"`,
		check: "discovery", cause: "AWS_ECS_CLUSTER_REGION", symptom: "not configured correctly",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: "inet_dist_listen_min 9100", new: "inet_dist_listen_min 9099",
		check: "cluster", cause: "TCP 9099", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", old: `"awslogs-group":"/ecs/live-beats-staging"`,
		new: `"awslogs-group":"/ecs/live-beats-stagin"`, check: "logs", cause: "logs:CreateLogStream", symptom: "logger args",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", set: "cpu", to: "300",
		check: "limits", cause: "300 CPU",
	},

	// Connections between Erlang nodes.
	{
		stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", deleted: true,
		check: "cluster", cause: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "epmd-egress", deleted: true,
		check: "cluster", cause: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", set: "fromPort", to: 4370.0,
		check: "cluster", cause: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "distribution-ingress", deleted: true,
		check: "cluster", cause: "TCP 9100", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "distribution-egress", deleted: true,
		check: "cluster", cause: "TCP 9100", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "distribution-ingress", set: "toPort", to: 9107.0,
		check: "cluster", cause: "TCP 9108",
	}, // Only a remote shell fails: the first node of a task uses the first port.
	{
		stack: "staging", typ: graph.IngressRule, resource: "files-ingress", deleted: true,
		check: "cluster", cause: "TCP 4000",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "files-egress", deleted: true,
		check: "cluster", cause: "TCP 4000",
	},

	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "protocolVersion", to: "HTTP2",
		check: "health", cause: "websockets need HTTP/1.1, not HTTP2",
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "protocol", to: "HTTPS",
		check: "health", cause: "the app does not speak TLS",
	},
	{
		stack: "production", typ: graph.TaskDefinition, resource: "task",
		old: `"containerPath":"/tmp/songs"`, new: `"containerPath":"/app"`,
		check: "boot", cause: "a volume at /app hides it",
	},
	{
		stack: "production", typ: graph.TaskDefinition, resource: "task",
		old: `"containerPath":"/tmp/songs"`, new: `"containerPath":"/tmp/songs","readOnly":true`,
		check: "uploads", cause: "it mounts the volume read-only",
	},
	{
		stack: "production", typ: graph.TaskDefinition, resource: "task",
		old: `"mountPoints":[{"containerPath":"/tmp/songs","sourceVolume":"files"}],`, new: "",
		check: "uploads", cause: "it does not mount the volume",
	},
	{
		stack: "production", typ: graph.AccessPoint, resource: "uploads-access", set: "posixUser.uid", to: 1000.0,
		check: "uploads", cause: "the app acts as 1000:65534",
	},
	{
		stack: "production", typ: graph.AccessPoint, resource: "uploads-access",
		set: "rootDirectory.creationInfo.permissions", to: "555",
		check: "uploads", cause: "with permissions 555",
	},

	// Data.
	{
		stack: "production", typ: graph.MountTarget, resource: "uploads-mount-0", deleted: true,
		check: "volumes", cause: "none in", symptom: "Failed to resolve",
	},
	{
		stack: "production", typ: graph.Vpc, resource: "vpc", set: "enableDnsHostnames", to: false,
		check: "volumes", cause: "enableDnsHostnames", symptom: "Failed to resolve",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "uploads-ingress", deleted: true,
		check: "volumes", cause: "no ingress rule", symptom: "Connection timed out",
	},
	{
		stack: "production", typ: graph.EgressRule, resource: "uploads-egress", deleted: true,
		check: "volumes", cause: "no egress rule", symptom: "Connection timed out",
	},
	{
		stack: "production", typ: graph.TaskDefinition, resource: "task",
		set: "volumes.efsVolumeConfiguration.transitEncryption", to: "DISABLED",
		check: "volumes", cause: "volumes breaks a rule of RegisterTaskDefinition", symptom: "access denied by server",
	},
	{
		stack: "production", typ: graph.AccessPoint, resource: "uploads-access", set: "rootDirectory.creationInfo", to: nil,
		check: "volumes", cause: "creationInfo", symptom: "No such file or directory",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "database-ingress", deleted: true,
		check: "database", cause: "no ingress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.EgressRule, resource: "database-egress", deleted: true,
		check: "database", cause: "no egress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "database-ingress", set: "fromPort", to: 5433.0,
		check: "database", cause: "no ingress rule", symptom: "connection timed out",
	},
	{
		stack: "production", typ: graph.Database, resource: "database", set: "instanceClass", to: "db.t4g.micro",
		check: "connections", cause: "db.t4g.micro allows about",
	},
	{
		stack: "production", typ: graph.ScalingTarget, resource: "scaling-target", set: "maxCapacity", to: 60.0,
		check: "connections", cause: "60 tasks",
	},

	// Variables that overrule the infrastructure.
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `{"name":"PHX_HOST",`, new: `{"name":"AWS_ACCESS_KEY_ID","value":"AKIAIOSFODNN7EXAMPLE"},{"name":"PHX_HOST",`,
		check: "discovery", cause: "overrules the role", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `{"name":"PHX_HOST",`, new: `{"name":"REPLICA_DATABASE_URL","value":"arn:aws:ssm:eu-west-2:123456789012:parameter/staging/x"},{"name":"PHX_HOST",`,
		check: "boot", cause: "the ARN of a secret as plain text",
	},

	// More of each.
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "300-399",
		check: "health", cause: "answers 200", symptom: "codes: [200]",
	},
	{
		stack: "staging", typ: graph.Service, resource: "service", set: "loadBalancers.containerName", to: "other",
		check: "targets", cause: "has no such container", onlyNew: true,
	},
	{
		stack: "staging", typ: graph.Service, resource: "service", set: "loadBalancers.containerPort", to: 4001.0,
		check: "targets", cause: "no port mapping", onlyNew: true,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "cidrIpv4", to: "0.0.0.0/1",
		check: "registry", cause: "no egress rule", symptom: "i/o timeout",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", set: "fromPort", to: 81.0,
		check: "internet", cause: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "http-ingress", set: "ipProtocol", to: "udp",
		check: "internet", cause: "no ingress rule",
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "ipProtocol", to: "udp",
		check: "targets", cause: "no ingress rule", symptom: timedOut,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "epmd-egress", set: "ipProtocol", to: "udp",
		check: "cluster", cause: "TCP 4369", symptom: unconnected,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "files-ingress", set: "toPort", to: 3999.0,
		check: "cluster", cause: "TCP 4000",
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "distribution-egress", set: "toPort", to: 9107.0,
		check: "cluster", cause: "TCP 9108",
	},
	{
		stack: "production", typ: graph.RouteTableAssociation, resource: "vpc-private-1", deleted: true,
		check: "registry", cause: "its route table is not known", undecided: true, symptom: "i/o timeout",
	},
	{
		stack: "production", typ: graph.MountTarget, resource: "uploads-mount-1", deleted: true,
		check: "volumes", cause: "none in", symptom: "Failed to resolve",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy",
		old:   `ssmmessages:CreateControlChannel`,
		new:   `ssmmessages:Create`,
		check: "exec", cause: "ssmmessages:CreateControlChannel", symptom: "ssmmessages:CreateControlChannel",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy",
		old:   `logs:DescribeLogStreams`,
		new:   `logs:DescribeStreams`,
		check: "exec", cause: "logs:DescribeLogStreams", symptom: "logs:DescribeLogStreams",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy",
		old:   `ecs:DescribeTasks`,
		new:   `ecs:DescribeTask`,
		check: "discovery", cause: "ecs:DescribeTasks", symptom: "AccessDeniedException",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old:   `"Statement":[`,
		new:   `"Statement":[{"Sid":"No","Effect":"Deny","Action":"ssm:*","Resource":"*"},`,
		check: "secrets", cause: "denied by statement No", symptom: "ssm:GetParameters",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old:   `"Statement":[`,
		new:   `"Statement":[{"Sid":"No","Effect":"Deny","NotAction":"ssm:*","Resource":"*"},`,
		check: "registry", cause: "denied by statement No", symptom: "ecr:GetAuthorizationToken",
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old:   `"Sid":"Image",`,
		new:   `"Sid":"Image","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}},`,
		check: "image", cause: "ecr:BatchGetImage", symptom: "ecr:BatchGetImage",
	},
	{
		stack: "production", typ: graph.RolePolicy, resource: "flow-logs-policy",
		old:   `logs:CreateLogStream`,
		new:   `logs:CreateStream`,
		check: "flow-logs", cause: "logs:CreateLogStream",
	},
	{
		stack: "production", typ: graph.Role, resource: "flow-logs-role",
		old:   `vpc-flow-logs.amazonaws.com`,
		new:   `ec2.amazonaws.com`,
		check: "flow-logs", cause: "flow-logs-role",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   `"condition":"SUCCESS"`,
		new:   `"condition":"HEALTHY"`,
		check: "limits", cause: "containerDefinitions breaks a rule",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task", set: "memory", to: "256",
		check: "limits", cause: "256 MiB",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   `"DATABASE_URL"`,
		new:   `"DATABASE"`,
		check: "boot", cause: "DATABASE_URL", symptom: "could not fetch environment variable",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   `"LIVE_BEATS_GITHUB_CLIENT_SECRET"`,
		new:   `"GITHUB_CLIENT_SECRET"`,
		check: "boot", cause: "LIVE_BEATS_GITHUB_CLIENT_SECRET", symptom: "could not fetch environment variable",
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old:   `inet_dist_listen_max 9115`,
		new:   `inet_dist_listen_max 9116`,
		check: "cluster", cause: "TCP 9116",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecs", set: "privateDnsEnabled", to: false,
		check: "discovery", cause: "has no route to 0.0.0.0/0", symptom: "connect_timeout",
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssm", set: "policy", to: noParameters,
		check: "secrets", cause: "lets ssm:GetParameters on", symptom: "ssm:GetParameters",
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", set: "ipProtocol", to: "udp",
		check: "registry", cause: "no ingress rule", symptom: "i/o timeout",
	},

	// Order.
	{
		stack: "staging", typ: graph.Listener, resource: "http", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "app-ingress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "app-egress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.EgressRule, resource: "web-egress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.Parameter, resource: "release-cookie", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "staging", typ: graph.LogGroup, resource: "staging-logs", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.MountTarget, resource: "uploads-mount-1", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.FileSystemPol, resource: "uploads-policy", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "database-ingress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.IngressRule, resource: "uploads-ingress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.EgressRule, resource: "database-egress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "production", typ: graph.Parameter, resource: "database-url", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssm", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-dkr", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},
	{
		stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-s3", unordered: true,
		check: "order", cause: "nothing shows that the service waits for it", undecided: true,
	},

	// Rules between resources.
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "targetType", to: "instance",
		check: "compatibility", cause: "has target type instance", onlyNew: true,
	},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "vpcId", to: "vpc-0a1b2c3d",
		check: "compatibility", cause: "is in vpc-0a1b2c3d", onlyNew: true,
	},
	{
		stack: "staging", typ: graph.Service, resource: "service", set: "platformVersion", to: "1.3.0",
		check: "compatibility", cause: "platform version 1.3.0", onlyNew: true,
	},
	{
		stack: "production", typ: graph.Service, resource: "service", set: "platformVersion", to: "1.3.0",
		check: "compatibility", cause: "platform version 1.3.0", onlyNew: true,
	},
	{
		stack: "production", typ: graph.Subnet, resource: "vpc-private-2", set: "cidrBlock", to: "10.0.16.0/20",
		check: "compatibility", cause: "has addresses of", onlyNew: true,
	},
	{
		stack: "production", typ: graph.FileSystem, resource: "uploads", set: "availabilityZoneName", to: "eu-west-2b",
		check: "compatibility", cause: "its file system is in one zone", onlyNew: true,
	},
	{
		stack: "production", typ: graph.ParameterGroup, resource: "database-parameters", set: "family", to: "postgres15",
		check: "compatibility", cause: "is of family postgres15", onlyNew: true,
	},
	{
		stack: "production", typ: graph.ScalingTarget, resource: "scaling-target",
		old: "07cbe7b/live-beats-production", new: "07cbe7b/other",
		check: "compatibility", cause: "scales service other", onlyNew: true,
	},
	{
		stack: "production", typ: graph.BucketEncryption, resource: "access-logs-encryption", set: "rules.applyServerSideEncryptionByDefault.sseAlgorithm", to: "aws:kms",
		check: "compatibility", cause: "is encrypted with aws:kms", onlyNew: true,
	},
}
