// A web service with a load balancer and a database, in the usual style of Pulumi's SDK for Node.
"use strict";
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");

const config = new pulumi.Config();
const port = config.getNumber("port") ?? 8080;
const tasks = config.requireNumber("tasks");
const databasePassword = config.requireSecret("databasePassword");
const tags = { Project: pulumi.getProject(), Stack: pulumi.getStack() };

const region = aws.getRegionOutput();
const account = aws.getCallerIdentityOutput();
const zones = aws.getAvailabilityZonesOutput({ state: "available" });

// The network: two public and two private subnets.
const vpc = new aws.ec2.Vpc("vpc", {
  cidrBlock: "10.0.0.0/16",
  enableDnsHostnames: true,
  enableDnsSupport: true,
  tags: { ...tags, Name: "web" },
});
const gateway = new aws.ec2.InternetGateway("gateway", { vpcId: vpc.id, tags });
const publicRoutes = new aws.ec2.RouteTable("public", {
  vpcId: vpc.id,
  routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
  tags,
});
const subnets = { public: [], private: [] };
for (let i = 0; i < 2; i++) {
  const zone = zones.names.apply((names) => names[i]);
  const subnet = new aws.ec2.Subnet(`public-${i}`, {
    vpcId: vpc.id,
    cidrBlock: `10.0.${i}.0/24`,
    availabilityZone: zone,
    mapPublicIpOnLaunch: true,
    tags,
  });
  new aws.ec2.RouteTableAssociation(`public-${i}`, { subnetId: subnet.id, routeTableId: publicRoutes.id });
  subnets.public.push(subnet);
  subnets.private.push(new aws.ec2.Subnet(`private-${i}`, {
    vpcId: vpc.id,
    cidrBlock: pulumi.interpolate`10.0.${10 + i}.0/24`,
    availabilityZone: zone,
    tags,
  }));
}

const balancerGroup = new aws.ec2.SecurityGroup("balancer", {
  vpcId: vpc.id,
  description: "HTTP from the internet",
  ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }],
  egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  tags,
});
const taskGroup = new aws.ec2.SecurityGroup("tasks", {
  vpcId: vpc.id,
  ingress: [{ protocol: "tcp", fromPort: port, toPort: port, securityGroups: [balancerGroup.id] }],
  egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
  tags,
});
const databaseGroup = new aws.ec2.SecurityGroup("database", {
  vpcId: vpc.id,
  ingress: [{ protocol: aws.ec2.ProtocolType.TCP, fromPort: 5432, toPort: 5432, securityGroups: [taskGroup.id] }],
  tags,
});

// The load balancer.
const balancer = new aws.lb.LoadBalancer("web", {
  loadBalancerType: "application",
  securityGroups: [balancerGroup.id],
  subnets: subnets.public.map((subnet) => subnet.id),
  tags,
});
const targetGroup = new aws.lb.TargetGroup("web", {
  port,
  protocol: "HTTP",
  targetType: "ip",
  vpcId: vpc.id,
  deregistrationDelay: 30,
  healthCheck: { path: "/", matcher: "200-399", interval: 15, timeout: 5 },
  tags,
});
const listener = new aws.lb.Listener("http", {
  loadBalancerArn: balancer.arn,
  port: 80,
  defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
});

// The database, and what the tasks must know of it.
const database = new aws.rds.Instance("database", {
  engine: "postgres",
  engineVersion: "16",
  instanceClass: aws.rds.InstanceType.T4G_Micro,
  allocatedStorage: 20,
  dbName: "app",
  username: "app",
  password: databasePassword,
  dbSubnetGroupName: new aws.rds.SubnetGroup("database", { subnetIds: subnets.private.map((s) => s.id), tags }).name,
  vpcSecurityGroupIds: [databaseGroup.id],
  storageEncrypted: true,
  skipFinalSnapshot: true,
  tags,
});
const databaseUrl = new aws.ssm.Parameter("database-url", {
  name: pulumi.interpolate`/${pulumi.getStack()}/database-url`,
  type: aws.ssm.ParameterType.SecureString,
  value: pulumi.interpolate`postgres://${database.username}:${databasePassword}@${database.endpoint}/${database.dbName}`,
  tags,
});
const sessionKey = new aws.ssm.Parameter("session-key", {
  type: "SecureString",
  value: pulumi.secret("canary-of-the-session-key"),
});

// The roles.
const executionRole = new aws.iam.Role("execution", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ecs-tasks.amazonaws.com" }),
  tags,
});
const executionPolicy = new aws.iam.RolePolicyAttachment("execution", {
  role: executionRole.name,
  policyArn: aws.iam.ManagedPolicy.AmazonECSTaskExecutionRolePolicy,
});
const readParameters = new aws.iam.RolePolicy("read-parameters", {
  role: executionRole,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [{ actions: ["ssm:GetParameters"], resources: [databaseUrl.arn, sessionKey.arn] }],
  }).json,
});
const taskRole = new aws.iam.Role("task", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
    }],
  },
  inlinePolicies: [{
    name: "metrics",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["cloudwatch:PutMetricData"], Resource: "*" }],
    }),
  }],
});

// The service.
const cluster = new aws.ecs.Cluster("web", { settings: [{ name: "containerInsights", value: "enabled" }], tags });
const logs = new aws.cloudwatch.LogGroup("web", { retentionInDays: 7, tags });
const task = new aws.ecs.TaskDefinition("web", {
  family: "web",
  cpu: "256",
  memory: "512",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  executionRoleArn: executionRole.arn,
  taskRoleArn: taskRole.arn,
  containerDefinitions: pulumi.all([region.name, logs.name, databaseUrl.arn, sessionKey.arn])
    .apply(([regionName, group, url, key]) => JSON.stringify([{
      name: "web",
      image: "public.ecr.aws/nginx/nginx:1.27",
      essential: true,
      portMappings: [{ containerPort: port }],
      environment: [{ name: "PORT", value: String(port) }],
      secrets: [{ name: "DATABASE_URL", valueFrom: url }, { name: "SESSION_KEY", valueFrom: key }],
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": group, "awslogs-region": regionName, "awslogs-stream-prefix": "web" },
      },
    }])),
  tags,
});
const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: task.arn,
  desiredCount: tasks,
  launchType: "FARGATE",
  networkConfiguration: {
    assignPublicIp: true,
    subnets: subnets.public.map((subnet) => subnet.id),
    securityGroups: [taskGroup.id],
  },
  loadBalancers: [{ targetGroupArn: targetGroup.arn, containerName: "web", containerPort: port }],
  deploymentCircuitBreaker: { enable: true, rollback: true },
  tags,
}, { dependsOn: [listener, executionPolicy, readParameters] });

exports.url = pulumi.interpolate`http://${balancer.dnsName}`;
exports.cluster = cluster.name;
exports.service = service.name;
exports.database = database.address;
exports.account = account.accountId;
exports.databaseUrl = databaseUrl.value;
