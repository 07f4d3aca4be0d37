package sandboxtest

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Tokens of the types in Stack.
const (
	SecurityGroup  = "aws:ec2/securityGroup:SecurityGroup"
	IngressRule    = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	EgressRule     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	Role           = "aws:iam/role:Role"
	RolePolicy     = "aws:iam/rolePolicy:RolePolicy"
	Parameter      = "aws:ssm/parameter:Parameter"
	LogGroup       = "aws:cloudwatch/logGroup:LogGroup"
	Cluster        = "aws:ecs/cluster:Cluster"
	Capacity       = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	LoadBalancer   = "aws:lb/loadBalancer:LoadBalancer"
	TargetGroup    = "aws:lb/targetGroup:TargetGroup"
	Listener       = "aws:lb/listener:Listener"
	TaskDefinition = "aws:ecs/taskDefinition:TaskDefinition"
	Service        = "aws:ecs/service:Service"
	RandomPassword = "random:index/randomPassword:RandomPassword"
)

// SecretValue is the value of the stack's parameter. It must not occur in the world's file.
const SecretValue = "correct horse battery staple"

// ServiceName is the stack's service, in the cluster of the same name.
const ServiceName = "live-beats"

// Environment is what Live Beats requires besides the stack's secret.
const Environment = `"environment": [{"name": "DATABASE_URL", "value": "ecto://db"},
 {"name": "LIVE_BEATS_GITHUB_CLIENT_ID", "value": "id"},
 {"name": "LIVE_BEATS_GITHUB_CLIENT_SECRET", "value": "secret"}]`

// Containers are the stack's container definitions.
const Containers = `[{"name": "app", "image": "livebeats/app:1", "portMappings": [{"containerPort": 4000}],
 ` + Environment + `, "secrets": [{"name": "SECRET_KEY_BASE", "valueFrom": "/staging/SECRET"}],
 "logConfiguration": {"logDriver": "awslogs", "options":
  {"awslogs-group": "/live-beats", "awslogs-region": "eu-west-2", "awslogs-stream-prefix": "app"}}}]`

// Trust is the trust policy of the stack's roles. Policy is what the roles may do.
const (
	Trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}`
	// StartPolicy is what ECS requires to start the tasks.
	StartPolicy = `{"Version": "2012-10-17", "Statement": [
 {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "arn:aws:ssm:*:123456789012:parameter/*"},
 {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
  "Resource": "arn:aws:logs:eu-west-2:123456789012:log-group:/live-beats:*"}]}`
	Policy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*"}]}`
)

// Step creates one resource.
type Step struct {
	Token, Name string
	Inputs      provider.Props
}

// Stack returns a minimal Live Beats, in an order that AWS accepts.
func Stack() []Step {
	return append(foundations(), service()...)
}

func foundations() []Step {
	return []Step{
		{Parameter, "secret", provider.Props{"name": "/staging/SECRET", "type": "SecureString", "value": SecretValue}},
		{Role, "role", provider.Props{"name": "live-beats", "assumeRolePolicy": Trust}},
		{RolePolicy, "policy", provider.Props{"role": "$role.name", "name": "tasks", "policy": Policy}},
		{RolePolicy, "start", provider.Props{"role": "$role.name", "name": "start", "policy": StartPolicy}},
		{LogGroup, "logs", provider.Props{"name": "/live-beats", "retentionInDays": 30.0}},
		{Cluster, "cluster", provider.Props{"name": "live-beats"}},
		{Capacity, "capacity", provider.Props{
			"clusterName": "$cluster.name", "capacityProviders": []any{"FARGATE"},
		}},
		{SecurityGroup, "front", provider.Props{"vpcId": "$vpc"}},
		{SecurityGroup, "back", provider.Props{"vpcId": "$vpc", "name": "back"}},
		{IngressRule, "web", provider.Props{
			"securityGroupId": "$front", "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrIpv4": "0.0.0.0/0",
		}},
		{IngressRule, "app", provider.Props{
			"securityGroupId": "$back", "ipProtocol": "tcp", "fromPort": 4000.0, "toPort": 4000.0,
			"referencedSecurityGroupId": "$front",
		}},
		{EgressRule, "in", provider.Props{
			"securityGroupId": "$front", "ipProtocol": "tcp", "fromPort": 4000.0, "toPort": 4000.0,
			"referencedSecurityGroupId": "$back",
		}},
		{EgressRule, "out", provider.Props{"securityGroupId": "$back", "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}},
	}
}

func service() []Step {
	return []Step{
		{LoadBalancer, "balancer", provider.Props{
			"name": "live-beats", "subnets": []any{"$subnet-a", "$subnet-b"}, "securityGroups": []any{"$front"},
		}},
		{TargetGroup, "targets", provider.Props{
			"name": "live-beats", "port": 4000.0, "protocol": "HTTP", "targetType": "ip", "vpcId": "$vpc",
			"healthCheck": provider.Props{"path": "/signin"},
		}},
		{Listener, "http", provider.Props{
			"loadBalancerArn": "$balancer", "port": 80.0,
			"defaultActions": []any{provider.Props{"type": "forward", "targetGroupArn": "$targets"}},
		}},
		{TaskDefinition, "task", provider.Props{
			"family": "live-beats", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
			"requiresCompatibilities": []any{"FARGATE"}, "executionRoleArn": "$role.arn",
			"containerDefinitions": Containers,
		}},
		{Service, "service", provider.Props{
			"name": ServiceName, "cluster": "$cluster", "taskDefinition": "$task.arn", "desiredCount": 2.0,
			"waitForSteadyState":         true,
			"capacityProviderStrategies": []any{provider.Props{"capacityProvider": "FARGATE", "weight": 1.0}},
			"deploymentCircuitBreaker":   provider.Props{"enable": true, "rollback": true},
			"networkConfiguration": provider.Props{
				"assignPublicIp": true, "subnets": []any{"$subnet-a", "$subnet-b"}, "securityGroups": []any{"$back"},
			},
			"loadBalancers": []any{provider.Props{
				"targetGroupArn": "$targets", "containerName": "app", "containerPort": 4000.0,
			}},
		}},
	}
}
