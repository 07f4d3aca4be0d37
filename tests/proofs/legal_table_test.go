package proofs

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

// openPolicy is the default policy of a VPC endpoint.
const openPolicy = `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`

// legalVariants are changes, each of which is applied alone, after which everything still works on AWS: the checks find
// nothing, and new tasks in the sandbox become healthy.
var legalVariants = []mutation{
	// Security group rules that allow more than is needed.
	{stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "toPort", to: 444.0},
	{stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "fromPort", to: 1.0},
	{stack: "staging", typ: graph.EgressRule, resource: "web-egress", set: "ipProtocol", to: "-1"},
	{stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "fromPort", to: 3999.0},
	{stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "toPort", to: 4001.0},
	{stack: "staging", typ: graph.IngressRule, resource: "app-ingress", set: "ipProtocol", to: "-1"},
	{stack: "staging", typ: graph.EgressRule, resource: "app-egress", set: "ipProtocol", to: "-1"},
	{stack: "staging", typ: graph.IngressRule, resource: "epmd-ingress", set: "toPort", to: 4370.0},
	{stack: "staging", typ: graph.IngressRule, resource: "distribution-ingress", set: "toPort", to: 9200.0},
	{stack: "staging", typ: graph.EgressRule, resource: "distribution-egress", set: "fromPort", to: 9000.0},
	{stack: "staging", typ: graph.IngressRule, resource: "files-ingress", set: "fromPort", to: 3000.0},
	{stack: "staging", typ: graph.EgressRule, resource: "files-egress", set: "toPort", to: 5000.0},
	{stack: "staging", typ: graph.EgressRule, resource: "database-egress", set: "ipProtocol", to: "-1"},
	{stack: "production", typ: graph.IngressRule, resource: "database-ingress", set: "fromPort", to: 5431.0},
	{stack: "production", typ: graph.IngressRule, resource: "database-ingress", set: "ipProtocol", to: "-1"},
	{stack: "production", typ: graph.EgressRule, resource: "database-egress", set: "toPort", to: 5433.0},
	{stack: "production", typ: graph.IngressRule, resource: "uploads-ingress", set: "toPort", to: 2050.0},
	{stack: "production", typ: graph.EgressRule, resource: "uploads-egress", set: "ipProtocol", to: "-1"},
	{
		stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress",
		set: "cidrIpv4", to: "10.0.0.0/8",
	},
	{stack: "endpoints", typ: graph.IngressRule, resource: "endpoints-ingress", set: "ipProtocol", to: "-1"},

	// Load balancer and target group.
	{stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "idleTimeout", to: 4000.0},
	{stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "idleTimeout", to: 61.0},
	{stack: "staging", typ: graph.LoadBalancer, resource: "lb", set: "enableHttp2", to: false},
	{
		stack: "staging", typ: graph.LoadBalancer, resource: "lb",
		set: "desyncMitigationMode", to: "strictest",
	},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "200-299"},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "200,302"},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.matcher", to: "200-499"},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.interval", to: 30.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.timeout", to: 5.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.unhealthyThreshold", to: 10.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.healthyThreshold", to: 3.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "healthCheck.port", to: "4000"},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "deregistrationDelay", to: 0.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "deregistrationDelay", to: 300.0},
	{stack: "staging", typ: graph.TargetGroup, resource: "tg", set: "slowStart", to: 30.0},
	{
		stack: "staging", typ: graph.TargetGroup, resource: "tg",
		set: "loadBalancingAlgorithmType", to: "least_outstanding_requests",
	},

	// Service.
	{stack: "staging", typ: graph.Service, resource: "service", set: "platformVersion", to: "LATEST"},
	{stack: "staging", typ: graph.Service, resource: "service", set: "deploymentMaximumPercent", to: 150.0},
	{
		stack: "staging", typ: graph.Service, resource: "service",
		set: "deploymentMinimumHealthyPercent", to: 50.0,
	},
	{stack: "staging", typ: graph.Service, resource: "service", set: "healthCheckGracePeriodSeconds", to: 300.0},
	{stack: "staging", typ: graph.Service, resource: "service", set: "desiredCount", to: 3.0},
	{stack: "staging", typ: graph.Service, resource: "service", set: "enableExecuteCommand", to: false},
	{
		stack: "production", typ: graph.Service, resource: "service",
		set: "networkConfiguration.assignPublicIp", to: true,
	},

	// Task definition.
	{stack: "staging", typ: graph.TaskDefinition, resource: "task", set: "memory", to: "1024"},
	{stack: "staging", typ: graph.TaskDefinition, resource: "task", set: "memory", to: "2048"},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `{"name":"PHX_HOST",`,
		new: `{"name":"FOO","value":"bar"},{"name":"PHX_HOST",`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"POOL_SIZE","value":"5"`,
		new: `"POOL_SIZE","value":"3"`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"stopTimeout":60`,
		new: `"stopTimeout":120`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"awslogs-stream-prefix":"ecs"`,
		new: `"awslogs-stream-prefix":"ecs","mode":"non-blocking"`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `inet_dist_listen_max 9115`,
		new: `inet_dist_listen_max 9110`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"valueFrom":"arn:aws:ssm:eu-west-2:123456789012:parameter/staging/fly-live-beats/database-url"`,
		new: `"valueFrom":"/staging/fly-live-beats/database-url"`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"essential":true`,
		new: `"essential":true,"linuxParameters":{"initProcessEnabled":true}`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"essential":true`,
		new: `"essential":true,"ulimits":[{"name":"nofile","softLimit":65536,"hardLimit":65536}]`,
	},
	{
		stack: "staging", typ: graph.TaskDefinition, resource: "task",
		old: `"value":"arn:aws:ecs:eu-west-2:123456789012:service/`,
		new: `"value":":service/`,
	},

	// Permissions.
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Resource":["arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/live-beats-staging:*"]`,
		new: `"Resource":["*"]`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `ssm:GetParameters`,
		new: `ssm:Get*`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `ssm:GetParameters`,
		new: `SSM:getparameters`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `ecr:BatchGetImage`,
		new: `ecr:Batch*`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `repository/live-beats`,
		new: `repository/live-*`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `logs:CreateLogStream`,
		new: `logs:*`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `fly-live-beats/database-url`,
		new: `fly-live-beats/*`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `arn:aws:ssm:eu-west-2:`,
		new: `arn:aws:ssm:*:`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `arn:aws:ecr:eu-west-2:123456789012:`,
		new: `arn:aws:ecr:*:*:`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Action":["ecr:GetAuthorizationToken"]`,
		new: `"NotAction":["s3:*"]`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Statement":[`,
		new: `"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Statement":[`,
		new: `"Statement":[{"Effect":"Deny","NotAction":["ecr:*","logs:*","ssm:*"],"Resource":"*"},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Statement":[`,
		new: `"Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/${aws:username}/*"},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Sid":"RegistryLogin",`,
		new: `"Sid":"RegistryLogin","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-2"}},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Sid":"Image",`,
		new: `"Sid":"Image","Condition":{"Bool":{"aws:SecureTransport":"true"}},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Sid":"Image",`,
		new: `"Sid":"Image","Condition":{"StringEquals":{"aws:ResourceAccount":"123456789012"}},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "execution-policy",
		old: `"Sid":"Secrets",`,
		new: `"Sid":"Secrets","Condition":{"StringEquals":{"aws:PrincipalType":"AssumedRole"}},`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy",
		old: `"ssmmessages:CreateControlChannel"`,
		new: `"ssmmessages:*"`,
	},
	{
		stack: "staging", typ: graph.RolePolicy, resource: "task-policy",
		old: `ArnEquals`,
		new: `ArnLike`,
	},
	{
		stack: "staging", typ: graph.Role, resource: "execution-role",
		old: `"ArnLike":{"aws:SourceArn"`,
		new: `"StringLike":{"aws:SourceArn"`,
	},
	{
		stack: "staging", typ: graph.Role, resource: "task-role",
		old: `["ecs-tasks.amazonaws.com"]`,
		new: `["ecs-tasks.amazonaws.com","ec2.amazonaws.com"]`,
	},
	{stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ssm", set: "policy", to: openPolicy},
	{stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-ecr-dkr", set: "policy", to: openPolicy},
	{stack: "endpoints", typ: graph.VpcEndpoint, resource: "endpoint-s3", set: "policy", to: openPolicy},

	// Data.
	{
		stack: "production", typ: graph.RolePolicy, resource: "task-policy",
		old: `elasticfilesystem:ClientMount`,
		new: `elasticfilesystem:Client*`,
	},
	{
		stack: "production", typ: graph.AccessPoint, resource: "uploads-access",
		set: "rootDirectory.creationInfo.permissions", to: "0777",
	},
	{
		stack: "production", typ: graph.Database, resource: "database",
		set: "instanceClass", to: "db.t4g.large",
	},
	{stack: "production", typ: graph.Database, resource: "database", set: "multiAz", to: false},
	{stack: "production", typ: graph.ScalingTarget, resource: "scaling-target", set: "maxCapacity", to: 5.0},
	{
		stack: "production", typ: graph.FileSystemPol, resource: "uploads-policy",
		old: `"Statement":[`,
		new: `"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:ClientMount","Resource":"*"},`,
	},
}
