package sandbox_test

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// walkObjects are objects to start from where the required properties alone are not enough, by type and path.
var walkObjects = map[string]props{
	sandboxtest.LoadBalancer + ".accessLogs": {"bucket": "$log-bucket"},
	"aws:ec2/routeTable:RouteTable.routes":   {"cidrBlock": "0.0.0.0/0"},
}

// walkValues are values to change a property to, by type and path.
var walkValues = map[string][]any{
	sandboxtest.Parameter + ".keyId":                                     {"$key-2.arn"},
	"aws:acm/certificateValidation:CertificateValidation.certificateArn": {"$certificate-2.arn"},
	"aws:appautoscaling/policy:Policy.policyType":                        {"StepScaling"},
	"aws:appautoscaling/policy:Policy.targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel": {
		"${balancer.arnSuffix}/${targets-2.arnSuffix}",
	},
	"aws:appautoscaling/scheduledAction:ScheduledAction.schedule":                 {"rate(1 hour)"},
	"aws:appautoscaling/scheduledAction:ScheduledAction.timezone":                 {"Europe/London"},
	"aws:appautoscaling/target:Target.resourceId":                                 {"service/live-beats/other", "service/live-beats/live-beats"},
	"aws:cloudwatch/dashboard:Dashboard.dashboardBody":                            {dashboard("two")},
	"aws:cloudwatch/logGroup:LogGroup.kmsKeyId":                                   {"$key-2.arn"},
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy.policyDocument":           {servicePolicy("logs:CreateLogStream")},
	"aws:cloudwatch/metricAlarm:MetricAlarm.metricQueries.returnData":             {false},
	"aws:ec2/defaultSubnet:DefaultSubnet.availabilityZone":                        {"eu-west-2b"},
	"aws:ec2/flowLog:FlowLog.logDestination":                                      {"$logs-2.arn"},
	"aws:ec2/flowLog:FlowLog.subnetId":                                            {"$net-a"},
	"aws:ec2/route:Route.gatewayId":                                               {"$gateway"},
	"aws:ec2/route:Route.natGatewayId":                                            {"$nat"},
	"aws:ec2/subnet:Subnet.availabilityZone":                                      {"eu-west-2c"},
	"aws:ec2/subnet:Subnet.availabilityZoneId":                                    {"euw2-az2"},
	"aws:ec2/securityGroupRule:SecurityGroupRule.sourceSecurityGroupId":           {"$inline"},
	"aws:ec2/vpcEndpoint:VpcEndpoint.policy":                                      {statement("s3:GetObject", "*", `"*"`)},
	"aws:ec2/vpcEndpoint:VpcEndpoint.serviceName":                                 {"com.amazonaws.eu-west-2.logs"},
	"aws:ecr/lifecyclePolicy:LifecyclePolicy.policy":                              {keep("20")},
	"aws:ecr/repository:Repository.encryptionConfigurations.kmsKey":               {"$key-2.arn"},
	"aws:ecs/clusterCapacityProviders:ClusterCapacityProviders.capacityProviders": {[]any{"FARGATE"}},
	"aws:ecs/service:Service.loadBalancers.containerName":                         {"web"},
	"aws:ecs/service:Service.loadBalancers.containerPort":                         {4001.0},
	"aws:ecs/service:Service.loadBalancers.targetGroupArn":                        {"$targets-2"},
	"aws:ecs/taskDefinition:TaskDefinition.containerDefinitions":                  {strings.ReplaceAll(sandboxtest.Containers, "app:1", "app:2")},
	"aws:ecs/service:Service.platformVersion":                                     {"1.4.0"},
	"aws:ecs/taskDefinition:TaskDefinition.cpu":                                   {"512"},
	"aws:ecs/taskDefinition:TaskDefinition.memory":                                {"1024"},
	"aws:efs/fileSystem:FileSystem.availabilityZoneName":                          {"eu-west-2a"},
	"aws:efs/fileSystem:FileSystem.kmsKeyId":                                      {"$key-2.arn"},
	"aws:efs/fileSystemPolicy:FileSystemPolicy.policy":                            {filesPolicy("elasticfilesystem:Client*")},
	"aws:efs/mountTarget:MountTarget.ipAddress":                                   {"10.0.0.9"},
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider.thumbprintLists": {
		[]any{"0123456789012345678901234567890123456789"},
	},
	"aws:iam/policy:Policy.policy":                                     {other},
	"aws:iam/role:Role.inlinePolicies.policy":                          {other},
	"aws:iam/role:Role.managedPolicyArns":                              {[]any{"$managed"}},
	"aws:iam/role:Role.permissionsBoundary":                            {"$managed"},
	"aws:iam/role:Role.assumeRolePolicy":                               {strings.ReplaceAll(sandboxtest.Trust, "ecs-tasks", "lambda")},
	"aws:iam/rolePolicy:RolePolicy.policy":                             {other},
	"aws:kms/key:Key.policy":                                           {statement("kms:*", "*", `{"AWS": "arn:aws:iam::`+accountID+`:root"}`)},
	"aws:kms/alias:Alias.targetKeyId":                                  {"$key-2"},
	"aws:lb/listener:Listener.defaultActions.fixedResponse.statusCode": {"404"},
	"aws:lb/listener:Listener.defaultActions.targetGroupArn":           {"$targets-2"},
	"aws:lb/listener:Listener.defaultActions.type":                     {"fixed-response"},
	"aws:lb/listener:Listener.protocol":                                {"HTTPS"},
	listenerRule + ".actions.fixedResponse.statusCode":                 {"404"},
	listenerRule + ".actions.targetGroupArn":                           {"$targets-2"},
	listenerRule + ".actions.type":                                     {"fixed-response"},
	listenerRule + ".conditions.httpRequestMethod.values":              {[]any{"POST"}},
	"aws:lb/targetGroup:TargetGroup.healthCheck.matcher":               {"200-299"},
	"aws:lb/targetGroup:TargetGroup.stickiness.cookieName":             {"walk"},
	"aws:lb/targetGroup:TargetGroup.stickiness.type":                   {"app_cookie"},
	"aws:rds/instance:Instance.allocatedStorage":                       {500.0},
	"aws:rds/instance:Instance.availabilityZone":                       {"eu-west-2b"},
	"aws:rds/instance:Instance.backupWindow":                           {"06:00-06:30"},
	"aws:rds/instance:Instance.engineVersion":                          {"16.10"},
	"aws:rds/instance:Instance.identifier":                             {"renamed"},
	"aws:rds/instance:Instance.instanceClass":                          {"db.t4g.small"},
	"aws:rds/instance:Instance.iops":                                   {13000.0},
	"aws:rds/instance:Instance.kmsKeyId":                               {"$key-2.arn"},
	"aws:rds/instance:Instance.monitoringRoleArn":                      {"$monitoring-2.arn"},
	"aws:rds/instance:Instance.performanceInsightsRetentionPeriod":     {31.0},
	"aws:rds/instance:Instance.port":                                   {5433.0},
	"aws:rds/instance:Instance.storageThroughput":                      {600.0},
	"aws:rds/parameterGroup:ParameterGroup.family":                     {"postgres15"},
	"aws:rds/parameterGroup:ParameterGroup.parameters.name":            {"log_min_duration_statement"},
	"aws:route53/record:Record.aliases.name":                           {"$balancer-2.dnsName"},
	"aws:route53/record:Record.aliases.zoneId":                         {"$zone"},
	"aws:route53/record:Record.type":                                   {"AAAA"},
	"aws:s3/bucketPolicy:BucketPolicy.policy":                          {bucketPolicy("s3:GetObject")},
	"aws:sns/topic:Topic.kmsMasterKeyId":                               {"$key-2.arn"},
	"aws:sns/topicPolicy:TopicPolicy.policy":                           {topicPolicy("sns:GetTopicAttributes")},
	"aws:sns/topicSubscription:TopicSubscription.filterPolicy":         {`{"state": ["ALARM"]}`},
	"aws:sns/topicSubscription:TopicSubscription.filterPolicyScope":    {"MessageBody"},
	"aws:ssm/parameter:Parameter.allowedPattern":                       {"^.*$"},
	"aws:wafv2/webAclAssociation:WebAclAssociation.webAclArn":          {webACL("b")},
}

const execLogging = sandboxtest.Cluster + ".configuration.executeCommandConfiguration.logConfiguration"

var execOverride = props{"configuration": props{"executeCommandConfiguration": props{
	"logging": "OVERRIDE", "logConfiguration": props{"cloudWatchLogGroupName": "/exec"},
}}}

var fixedResponse = []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain"}}}

// walkWith are other changes that a change of a property requires, by type and path.
var walkWith = map[string]props{
	execLogging + ".cloudWatchLogGroupName":                              execOverride,
	execLogging + ".cloudWatchEncryptionEnabled":                         execOverride,
	"aws:acm/certificateValidation:CertificateValidation.certificateArn": {"validationRecordFqdns": []any{"$proof-2.fqdn"}},
	"aws:appautoscaling/policy:Policy.policyType":                        {"targetTrackingScalingPolicyConfiguration": nil},
	"aws:cloudwatch/metricAlarm:MetricAlarm.metricQueries.returnData": {"metricQueries": []any{
		props{"id": "e", "expression": "m * 2"}, props{"id": "m", "returnData": true, "metric": props{
			"metricName": "Latency", "namespace": "AWS/ApplicationELB", "period": 60.0, "stat": "Sum",
		}},
	}},
	"aws:ec2/defaultVpc:DefaultVpc.enableDnsSupport":                    {"enableDnsHostnames": false},
	"aws:ec2/flowLog:FlowLog.logDestinationType":                        {"logDestination": "$log-bucket.arn", "iamRoleArn": nil},
	"aws:ec2/flowLog:FlowLog.subnetId":                                  {"vpcId": nil},
	"aws:ec2/natGateway:NatGateway.connectivityType":                    {"allocationId": nil},
	"aws:ec2/route:Route.gatewayId":                                     {"natGatewayId": nil},
	"aws:ec2/route:Route.natGatewayId":                                  {"gatewayId": nil},
	"aws:ec2/securityGroupRule:SecurityGroupRule.self":                  {"cidrBlocks": nil},
	"aws:ec2/securityGroupRule:SecurityGroupRule.sourceSecurityGroupId": {"cidrBlocks": nil},
	"aws:ecr/repository:Repository.encryptionConfigurations.kmsKey": {
		"encryptionConfigurations": []any{props{"encryptionType": "KMS"}},
	},
	"aws:ecs/service:Service.enableExecuteCommand":        {"taskDefinition": "$task-2.arn"},
	"aws:ecs/service:Service.loadBalancers.containerName": {"taskDefinition": "$task-web.arn"},
	"aws:ecs/service:Service.loadBalancers.containerPort": {
		"taskDefinition": "$task-web.arn",
		"loadBalancers":  []any{props{"targetGroupArn": "$targets", "containerName": "web"}},
		"desiredCount":   0.0, // Nothing listens on that port: tasks would be rolled back.
	},
	"aws:ecs/service:Service.triggers":                              {"forceNewDeployment": true},
	"aws:ecs/service:Service.waitForSteadyState":                    {"desiredCount": 0.0},
	"aws:ecs/taskDefinition:TaskDefinition.cpu":                     {"memory": "1024"},
	"aws:efs/fileSystem:FileSystem.kmsKeyId":                        {"encrypted": true},
	"aws:lb/listener:Listener.defaultActions.type":                  {"defaultActions": fixedResponse},
	"aws:lb/listener:Listener.protocol":                             {"certificateArn": "$certificate.arn"},
	listenerRule + ".actions.type":                                  {"actions": fixedResponse},
	"aws:lb/targetGroup:TargetGroup.loadBalancingAnomalyMitigation": {"loadBalancingAlgorithmType": "weighted_random"},
	"aws:lb/targetGroup:TargetGroup.stickiness.cookieName":          {"stickiness": props{"type": "app_cookie"}},
	"aws:lb/targetGroup:TargetGroup.stickiness.type":                {"stickiness": props{"cookieName": "walk"}},
	"aws:rds/instance:Instance.databaseInsightsMode":                {"performanceInsightsRetentionPeriod": 465.0},
	"aws:rds/instance:Instance.kmsKeyId":                            {"storageEncrypted": true},
	"aws:rds/instance:Instance.manageMasterUserPassword":            {"password": nil},
	"aws:rds/parameterGroup:ParameterGroup.parameters.name":         {"parameters": []any{props{"value": "100"}}},
	"aws:route53/record:Record.aliases.zoneId": {"aliases": []any{props{
		"name": "a.example.com", "evaluateTargetHealth": true,
	}}},
	"aws:route53/record:Record.type":                                {"records": []any{"2001:db8::1"}},
	"aws:sns/topicSubscription:TopicSubscription.filterPolicyScope": {"filterPolicy": `{"state": ["ALARM"]}`},
}

const (
	noIPv6     = "the sandbox does not model IPv6"
	notDeleted = "the sandbox does not model deleting what AWS created by default"
)

// walkRefusals are the properties that cannot be changed at all, by type and path, with the text of the refusal.
var walkRefusals = map[string]string{
	"aws:appautoscaling/policy:Policy.targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification." +
		"resourceLabel": "is not attached to the service",
	"aws:ec2/vpc:Vpc.assignGeneratedIpv6CidrBlock":                                noIPv6,
	"aws:ec2/defaultVpc:DefaultVpc.assignGeneratedIpv6CidrBlock":                  noIPv6,
	"aws:ec2/defaultVpc:DefaultVpc.forceDestroy":                                  notDeleted,
	"aws:ec2/subnet:Subnet.assignIpv6AddressOnCreation":                           noIPv6,
	"aws:ec2/subnet:Subnet.enableResourceNameDnsAaaaRecordOnLaunch":               noIPv6,
	"aws:ec2/subnet:Subnet.ipv6Native":                                            noIPv6,
	"aws:ec2/defaultSubnet:DefaultSubnet.assignIpv6AddressOnCreation":             noIPv6,
	"aws:ec2/defaultSubnet:DefaultSubnet.enableResourceNameDnsAaaaRecordOnLaunch": noIPv6,
	"aws:ec2/defaultSubnet:DefaultSubnet.ipv6Native":                              noIPv6,
	"aws:ec2/defaultSubnet:DefaultSubnet.forceDestroy":                            notDeleted,
	"aws:lb/targetGroup:TargetGroup.healthCheck.enabled":                          "Health check enabled must be true",
	"aws:rds/instance:Instance.dbSubnetGroupName":                                 "You cannot move DB instance",
	"aws:appautoscaling/policy:Policy.policyType":                                 "does not model StepScaling",
	"aws:route53/record:Record.type":                                              "does not model changing the type of a record",
	"aws:s3/bucketPolicy:BucketPolicy.bucket":                                     "Policy has invalid resource",
	"aws:sns/topicPolicy:TopicPolicy.arn":                                         "Policy statement resource does not match the topic",
	"random:index/randomPassword:RandomPassword.number":                           "is deprecated",
	"random:index/randomString:RandomString.number":                               "is deprecated",
}
