package sandbox_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	accountID = "123456789012"
	document  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`
	other     = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}`
)

// walkSteps creates valid resources of every type, in an order that AWS accepts. "$name.path" stands for a value of the
// resource created under a name.
func walkSteps() []sandboxtest.Step {
	all := slices.Clone(walkFirst)
	for _, step := range sandboxtest.Stack() {
		step.Inputs = maps.Clone(step.Inputs)
		switch step.Name {
		case "capacity":
			step.Inputs["capacityProviders"] = []any{"FARGATE", "FARGATE_SPOT"}
		case "service":
			all = append(all, walkBeforeService...)
			step.Inputs["waitForSteadyState"] = false
		}
		all = append(all, step)
	}
	return append(all, walkRest...)
}

// walkFirst and walkBeforeService create the resources that the stack's resources may be changed to refer to.
var walkFirst = []sandboxtest.Step{
	{Token: walkVpc("vpc:Vpc"), Name: "net-2", Inputs: props{"cidrBlock": "10.0.0.0/16"}},
	{Token: sandboxtest.Role, Name: "role-2", Inputs: props{"name": "role-2", "assumeRolePolicy": sandboxtest.Trust}},
	{Token: sandboxtest.Cluster, Name: "cluster-2", Inputs: props{"name": "cluster-2"}},
	{Token: sandboxtest.TargetGroup, Name: "targets-2", Inputs: props{
		"name": "targets-2", "port": 4000.0, "protocol": "HTTP", "targetType": "ip", "vpcId": "$vpc",
	}},
	{Token: "aws:kms/key:Key", Name: "key-2", Inputs: props{"enableKeyRotation": true, "policy": keyPolicy}},
	{Token: "aws:s3/bucketV2:BucketV2", Name: "log-bucket", Inputs: props{"bucket": "walk-logs"}},
	{Token: "aws:s3/bucketPolicy:BucketPolicy", Name: "log-bucket-policy", Inputs: props{
		"bucket": "$log-bucket", "policy": strings.ReplaceAll(bucketPolicy("s3:PutObject"), "walk/", "walk-logs/"),
	}},
}

func walkTask(family string, change props) props {
	in := props{
		"family": family, "cpu": "256", "memory": "512", "networkMode": "awsvpc", "executionRoleArn": "$role.arn",
		"requiresCompatibilities": []any{"FARGATE"}, "containerDefinitions": sandboxtest.Containers,
	}
	maps.Copy(in, change)
	return in
}

var walkBeforeService = []sandboxtest.Step{
	{Token: sandboxtest.TaskDefinition, Name: "task-2", Inputs: walkTask("task-2", props{"taskRoleArn": "$role.arn"})},
	{Token: sandboxtest.TaskDefinition, Name: "task-web", Inputs: walkTask("task-web", props{
		"containerDefinitions": strings.NewReplacer(`"app"`, `"web"`, `{"containerPort": 4000}`,
			`{"containerPort": 4000}, {"containerPort": 4001}`).Replace(sandboxtest.Containers),
	})},
	{Token: sandboxtest.Listener, Name: "http-2", Inputs: props{
		"loadBalancerArn": "$balancer", "port": 8080.0,
		"defaultActions": []any{props{"type": "forward", "targetGroupArn": "$targets-2"}},
	}},
}

func walkVpc(token string) string { return "aws:ec2/" + token }

// walkRest creates the types that the stack does not have.
var walkRest = []sandboxtest.Step{
	{Token: sandboxtest.LogGroup, Name: "logs-2", Inputs: props{"name": "/other"}},
	{Token: walkVpc("vpc:Vpc"), Name: "net", Inputs: props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}},
	{Token: walkVpc("internetGateway:InternetGateway"), Name: "loose", Inputs: props{}},
	{Token: walkVpc("internetGateway:InternetGateway"), Name: "gateway", Inputs: props{"vpcId": "$net"}},
	{Token: walkVpc("subnet:Subnet"), Name: "net-a", Inputs: props{
		"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-2a",
	}},
	{Token: walkVpc("subnet:Subnet"), Name: "net-b", Inputs: props{
		"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-2b",
	}},
	{Token: walkVpc("subnet:Subnet"), Name: "net-c", Inputs: props{
		"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZoneId": "euw2-az3",
	}},
	{Token: walkVpc("eip:Eip"), Name: "ip-2", Inputs: props{}},
	{Token: walkVpc("eip:Eip"), Name: "ip", Inputs: props{}},
	{Token: walkVpc("routeTable:RouteTable"), Name: "table", Inputs: props{"vpcId": "$net"}},
	{Token: walkVpc("natGateway:NatGateway"), Name: "nat", Inputs: props{"subnetId": "$net-a", "allocationId": "$ip"}},
	{Token: walkVpc("route:Route"), Name: "route", Inputs: props{
		"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$gateway",
	}},
	{Token: walkVpc("routeTableAssociation:RouteTableAssociation"), Name: "association", Inputs: props{
		"routeTableId": "$table", "subnetId": "$net-a",
	}},
	{Token: walkVpc("natGateway:NatGateway"), Name: "nat-2", Inputs: props{"subnetId": "$net-b", "connectivityType": "private"}},
	{Token: walkVpc("routeTable:RouteTable"), Name: "table-2", Inputs: props{
		"vpcId": "$net", "routes": []any{props{"cidrBlock": "0.0.0.0/0", "gatewayId": "$gateway"}},
	}},
	{Token: walkVpc("routeTable:RouteTable"), Name: "table-3", Inputs: props{
		"vpcId": "$net", "routes": []any{props{"cidrBlock": "0.0.0.0/0", "natGatewayId": "$nat"}},
	}},
	{Token: walkVpc("routeTable:RouteTable"), Name: "table-4", Inputs: props{"vpcId": "$net"}},
	{Token: walkVpc("route:Route"), Name: "route-2", Inputs: props{
		"routeTableId": "$table-4", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "$nat",
	}},
	{Token: sandboxtest.SecurityGroup, Name: "net-group", Inputs: props{"vpcId": "$net"}},
	{Token: sandboxtest.SecurityGroup, Name: "inline", Inputs: props{
		"vpcId":   "$net",
		"ingress": []any{props{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"10.0.0.0/24"}}},
		"egress":  []any{props{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"10.0.0.0/24"}}},
	}},
	{Token: walkVpc("vpcEndpoint:VpcEndpoint"), Name: "endpoint", Inputs: props{
		"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-2.ssm", "vpcEndpointType": "Interface", "subnetIds": []any{"$net-a"},
	}},
	{Token: walkVpc("vpcEndpoint:VpcEndpoint"), Name: "s3", Inputs: props{
		"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-2.s3",
	}},
	{Token: walkVpc("defaultVpc:DefaultVpc"), Name: "default-vpc", Inputs: props{}},
	{Token: walkVpc("defaultSubnet:DefaultSubnet"), Name: "default-subnet", Inputs: props{"availabilityZone": "eu-west-2a"}},
	{Token: walkVpc("defaultSecurityGroup:DefaultSecurityGroup"), Name: "default-group", Inputs: props{
		"vpcId":   "$net-2",
		"ingress": []any{props{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"10.0.0.0/24"}}},
		"egress":  []any{props{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"10.0.0.0/24"}}},
	}},
	{Token: walkVpc("securityGroupRule:SecurityGroupRule"), Name: "rule", Inputs: props{
		"securityGroupId": "$net-group", "type": "ingress", "protocol": "tcp", "fromPort": 80.0, "toPort": 80.0,
		"cidrBlocks": []any{"10.0.0.0/24"},
	}},
	{Token: walkVpc("flowLog:FlowLog"), Name: "flow", Inputs: props{
		"vpcId": "$net", "trafficType": "ALL", "logDestination": "$logs.arn", "iamRoleArn": "$role.arn",
	}},
	{Token: sandboxtest.IngressRule, Name: "ingress-6", Inputs: props{
		"securityGroupId": "$net-group", "ipProtocol": "tcp", "fromPort": 81.0, "toPort": 82.0, "cidrIpv6": "2001:db8:1::/48",
	}},
	{Token: sandboxtest.EgressRule, Name: "egress-4", Inputs: props{
		"securityGroupId": "$net-group", "ipProtocol": "tcp", "fromPort": 81.0, "toPort": 82.0, "cidrIpv4": "10.1.0.0/16",
	}},
	{Token: sandboxtest.EgressRule, Name: "egress-6", Inputs: props{
		"securityGroupId": "$net-group", "ipProtocol": "tcp", "fromPort": 81.0, "toPort": 82.0, "cidrIpv6": "2001:db8:1::/48",
	}},
	{Token: "aws:kms/key:Key", Name: "key", Inputs: props{}},
	{Token: "aws:kms/alias:Alias", Name: "alias", Inputs: props{"name": "alias/walk", "targetKeyId": "$key"}},
	{Token: "aws:budgets/budget:Budget", Name: "budget", Inputs: props{
		"name": "budget", "budgetType": "COST", "limitAmount": "50", "limitUnit": "USD", "timeUnit": "MONTHLY",
		"notifications": []any{props{
			"notificationType": "ACTUAL", "comparisonOperator": "GREATER_THAN", "threshold": 80.0,
			"thresholdType": "PERCENTAGE", "subscriberEmailAddresses": []any{"ops@example.com"},
		}},
	}},
	{Token: "aws:sns/topic:Topic", Name: "topic-2", Inputs: props{"name": "topic-2"}},
	{Token: "aws:sns/topic:Topic", Name: "topic", Inputs: props{"name": "topic"}},
	{Token: "aws:sns/topicPolicy:TopicPolicy", Name: "topic-policy", Inputs: props{"arn": "$topic.arn", "policy": topicPolicy("sns:Publish")}},
	{Token: "aws:sns/topicSubscription:TopicSubscription", Name: "subscription", Inputs: props{
		"topic": "$topic.arn", "protocol": "email", "endpoint": "a@example.com",
	}},
	{Token: "aws:sns/topicSubscription:TopicSubscription", Name: "hook", Inputs: props{
		"topic": "$topic.arn", "protocol": "https", "endpoint": "https://example.com/a", "endpointAutoConfirms": true,
	}},
	{Token: "aws:ecr/repository:Repository", Name: "repository-2", Inputs: props{"name": "other"}},
	{Token: "aws:ecr/repository:Repository", Name: "repository", Inputs: props{"name": "app"}},
	{Token: "aws:ecr/lifecyclePolicy:LifecyclePolicy", Name: "lifecycle", Inputs: props{
		"repository": "$repository.name", "policy": keep("10"),
	}},
	{Token: sandboxtest.LoadBalancer, Name: "balancer-2", Inputs: props{
		"name": "balancer-2", "subnets": []any{"$subnet-a", "$subnet-b"}, "securityGroups": []any{"$front"},
	}},
	{Token: "aws:route53/zone:Zone", Name: "zone-2", Inputs: props{"name": "example.org"}},
	{Token: "aws:route53/zone:Zone", Name: "zone", Inputs: props{"name": "example.com"}},
	{Token: "aws:route53/record:Record", Name: "record", Inputs: props{
		"zoneId": "$zone", "name": "a.example.com", "type": "A", "ttl": 60.0, "records": []any{"192.0.2.1"},
	}},
	{Token: "aws:route53/record:Record", Name: "alias-record", Inputs: props{
		"zoneId": "$zone", "name": "b.example.com", "type": "A", "aliases": []any{props{
			"name": "$balancer.dnsName", "zoneId": "$balancer.zoneId", "evaluateTargetHealth": true,
		}},
	}},
	{Token: "aws:acm/certificate:Certificate", Name: "certificate-2", Inputs: props{
		"domainName": "other.example.com", "validationMethod": "DNS",
	}},
	{Token: "aws:acm/certificate:Certificate", Name: "certificate", Inputs: props{
		"domainName": "beats.example.com", "validationMethod": "DNS",
	}},
	{Token: "aws:route53/record:Record", Name: "proof", Inputs: proof("certificate")},
	{Token: "aws:route53/record:Record", Name: "proof-2", Inputs: proof("certificate-2")},
	{Token: "aws:acm/certificateValidation:CertificateValidation", Name: "validation", Inputs: props{
		"certificateArn": "$certificate.arn", "validationRecordFqdns": []any{"$proof.fqdn"},
	}},
	{Token: sandboxtest.Listener, Name: "https", Inputs: props{
		"loadBalancerArn": "$balancer", "port": 443.0, "protocol": "HTTPS", "certificateArn": "$certificate.arn",
		"sslPolicy":      "ELBSecurityPolicy-2016-08",
		"defaultActions": []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain"}}},
	}},
	{Token: sandboxtest.Listener, Name: "redirect", Inputs: props{
		"loadBalancerArn": "$balancer", "port": 81.0,
		"defaultActions": []any{props{"type": "redirect", "redirect": props{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}},
	}},
	{Token: sandboxtest.Listener, Name: "weighted", Inputs: props{
		"loadBalancerArn": "$balancer", "port": 82.0,
		"defaultActions": []any{props{"type": "forward", "forward": props{"targetGroups": []any{props{"arn": "$targets"}}}}},
	}},
	{Token: sandboxtest.Listener, Name: "https-2", Inputs: props{
		"loadBalancerArn": "$balancer", "port": 8443.0, "protocol": "HTTPS", "certificateArn": "$certificate.arn",
		"defaultActions": []any{props{"type": "forward", "targetGroupArn": "$targets"}},
	}},
	{Token: "aws:lb/listenerCertificate:ListenerCertificate", Name: "listener-certificate", Inputs: props{
		"listenerArn": "$https", "certificateArn": "$certificate-2.arn",
	}},
	{Token: listenerRule, Name: "host", Inputs: props{
		"listenerArn": "$http", "priority": 1.0, "conditions": []any{props{"hostHeader": props{"values": []any{"a.example.com"}}}},
		"actions": []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain"}}},
	}},
	{Token: listenerRule, Name: "header", Inputs: props{
		"listenerArn": "$http", "priority": 2.0,
		"conditions": []any{props{"httpHeader": props{"httpHeaderName": "X-A", "values": []any{"a"}}}},
		"actions":    []any{props{"type": "redirect", "redirect": props{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}},
	}},
	{Token: listenerRule, Name: "method", Inputs: props{
		"listenerArn": "$http", "priority": 3.0, "conditions": []any{props{"httpRequestMethod": props{"values": []any{"GET"}}}},
		"actions": []any{props{"type": "forward", "targetGroupArn": "$targets"}},
	}},
	{Token: listenerRule, Name: "path", Inputs: props{
		"listenerArn": "$http", "priority": 4.0, "conditions": []any{props{"pathPattern": props{"values": []any{"/a"}}}},
		"actions": []any{props{"type": "forward", "forward": props{"targetGroups": []any{props{"arn": "$targets"}}}}},
	}},
	{Token: listenerRule, Name: "query", Inputs: props{
		"listenerArn": "$http", "priority": 5.0, "conditions": []any{props{"queryStrings": []any{props{"key": "k", "value": "v"}}}},
		"actions": []any{props{"type": "forward", "targetGroupArn": "$targets"}},
	}},
	{Token: listenerRule, Name: "source", Inputs: props{
		"listenerArn": "$http", "priority": 6.0, "conditions": []any{props{"sourceIp": props{"values": []any{"192.0.2.0/24"}}}},
		"actions": []any{props{"type": "forward", "targetGroupArn": "$targets"}},
	}},
	{Token: "aws:wafv2/webAclAssociation:WebAclAssociation", Name: "web-acl", Inputs: props{
		"resourceArn": "$balancer.arn", "webAclArn": webACL("a"),
	}},
	{Token: "aws:iam/policy:Policy", Name: "managed-2", Inputs: props{"name": "managed-2", "policy": document}},
	{Token: "aws:iam/policy:Policy", Name: "managed", Inputs: props{"name": "managed", "policy": document}},
	{Token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", Name: "attachment", Inputs: props{
		"role": "$role.name", "policyArn": "$managed.arn",
	}},
	{Token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", Name: "oidc", Inputs: props{
		"url": "https://token.example.com", "clientIdLists": []any{"sts.amazonaws.com"},
	}},
	{Token: "aws:cloudwatch/logMetricFilter:LogMetricFilter", Name: "metric-filter", Inputs: props{
		"logGroupName": "$logs.name", "pattern": "ERROR",
		"metricTransformation": props{"name": "errors", "namespace": "LiveBeats", "value": "1"},
	}},
	{Token: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", Name: "log-policy", Inputs: props{
		"policyName": "dns", "policyDocument": servicePolicy("logs:PutLogEvents"),
	}},
	{Token: "aws:cloudwatch/metricAlarm:MetricAlarm", Name: "alarm", Inputs: props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2.0, "threshold": 1.0, "metricName": "CPUUtilization",
		"namespace": "AWS/ECS", "period": 60.0, "statistic": "Average", "alarmActions": []any{"$topic.arn"},
	}},
	{Token: "aws:cloudwatch/metricAlarm:MetricAlarm", Name: "percentile", Inputs: props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0, "threshold": 1.0, "metricName": "Latency",
		"namespace": "AWS/ApplicationELB", "period": 60.0, "extendedStatistic": "p95",
	}},
	{Token: "aws:cloudwatch/metricAlarm:MetricAlarm", Name: "queries", Inputs: props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0, "threshold": 1.0,
		"metricQueries": []any{
			props{"id": "e", "expression": "m * 2", "returnData": true},
			props{"id": "m", "metric": props{"metricName": "Latency", "namespace": "AWS/ApplicationELB", "period": 60.0, "stat": "Sum"}},
		},
	}},
	{Token: "aws:cloudwatch/metricAlarm:MetricAlarm", Name: "metric-first", Inputs: props{
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0, "threshold": 1.0,
		"metricQueries": []any{
			props{"id": "a", "metric": props{"metricName": "Latency", "namespace": "AWS/ApplicationELB", "period": 60.0, "stat": "Sum"}},
			props{"id": "z", "expression": "a * 2", "returnData": true},
		},
	}},
	{Token: "aws:cloudwatch/dashboard:Dashboard", Name: "dashboard", Inputs: props{
		"dashboardName": "walk", "dashboardBody": dashboard("one"),
	}},
	{Token: sandboxtest.Parameter, Name: "plain", Inputs: props{"name": "/plain", "type": "String", "insecureValue": "a"}},
	{Token: "aws:efs/fileSystem:FileSystem", Name: "files-2", Inputs: props{"encrypted": true}},
	{Token: "aws:efs/fileSystem:FileSystem", Name: "files-3", Inputs: props{
		"throughputMode": "provisioned", "provisionedThroughputInMibps": 10.0, "encrypted": true, "kmsKeyId": "$key.arn",
		"lifecyclePolicies": []any{props{"transitionToIa": "AFTER_30_DAYS"}},
	}},
	{Token: "aws:efs/fileSystem:FileSystem", Name: "files-4", Inputs: props{
		"lifecyclePolicies": []any{props{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}},
	}},
	{Token: "aws:efs/fileSystem:FileSystem", Name: "files", Inputs: props{}},
	{Token: "aws:efs/accessPoint:AccessPoint", Name: "access-b", Inputs: props{"fileSystemId": "$files"}},
	{Token: "aws:efs/mountTarget:MountTarget", Name: "mount", Inputs: props{"fileSystemId": "$files", "subnetId": "$net-a"}},
	{Token: "aws:efs/accessPoint:AccessPoint", Name: "access", Inputs: props{
		"fileSystemId": "$files", "posixUser": props{"uid": 1000.0, "gid": 1000.0}, "rootDirectory": props{
			"path": "/songs", "creationInfo": props{"ownerUid": 1000.0, "ownerGid": 1000.0, "permissions": "0750"},
		},
	}},
	{Token: "aws:efs/backupPolicy:BackupPolicy", Name: "backup", Inputs: props{
		"fileSystemId": "$files", "backupPolicy": props{"status": "ENABLED"},
	}},
	{Token: "aws:efs/fileSystemPolicy:FileSystemPolicy", Name: "files-policy", Inputs: props{
		"fileSystemId": "$files", "policy": filesPolicy("elasticfilesystem:ClientMount"),
	}},
	{Token: sandboxtest.TaskDefinition, Name: "with-volume", Inputs: walkTask("with-volume", props{
		"volumes": []any{props{"name": "songs", "efsVolumeConfiguration": props{
			"fileSystemId": "$files", "transitEncryption": "ENABLED", "authorizationConfig": props{"accessPointId": "$access"},
		}}},
	})},
	{Token: sandboxtest.TaskDefinition, Name: "with-root", Inputs: walkTask("with-root", props{
		"volumes": []any{props{"name": "songs", "efsVolumeConfiguration": props{"fileSystemId": "$files", "rootDirectory": "/a"}}},
	})},
	{Token: "aws:rds/subnetGroup:SubnetGroup", Name: "database-subnets", Inputs: props{
		"name": "database", "subnetIds": []any{"$net-a", "$net-b"},
	}},
	{Token: "aws:rds/subnetGroup:SubnetGroup", Name: "database-subnets-2", Inputs: props{
		"name": "database-2", "subnetIds": []any{"$net-a", "$net-c"},
	}},
	{Token: "aws:rds/parameterGroup:ParameterGroup", Name: "parameters", Inputs: props{
		"name": "parameters", "family": "postgres16", "parameters": []any{props{"name": "log_statement", "value": "all"}},
	}},
	{Token: sandboxtest.Role, Name: "monitoring", Inputs: props{
		"name": "monitoring", "assumeRolePolicy": strings.ReplaceAll(sandboxtest.Trust, "ecs-tasks", "monitoring.rds"),
	}},
	{Token: sandboxtest.Role, Name: "monitoring-2", Inputs: props{
		"name": "monitoring-2", "assumeRolePolicy": strings.ReplaceAll(sandboxtest.Trust, "ecs-tasks", "monitoring.rds"),
	}},
	{Token: "aws:rds/instance:Instance", Name: "database", Inputs: props{
		"identifier": "database", "allocatedStorage": 20.0, "engine": "postgres", "engineVersion": "16.9", "instanceClass": "db.t4g.micro",
		"username": "beats", "password": "correct-horse-battery", "dbSubnetGroupName": "$database-subnets.name",
		"skipFinalSnapshot": true, "storageType": "gp3", "storageEncrypted": true, "applyImmediately": true,
		"backupWindow": "02:00-02:30", "maintenanceWindow": "mon:04:00-mon:04:30", "backupRetentionPeriod": 7.0,
	}},
	{Token: "aws:rds/instance:Instance", Name: "database-2", Inputs: props{
		"identifier": "database-2", "allocatedStorage": 400.0, "engine": "postgres", "engineVersion": "16.9",
		"instanceClass": "db.m7g.large", "username": "beats", "manageMasterUserPassword": true,
		"dbSubnetGroupName": "$database-subnets.name", "skipFinalSnapshot": true, "storageType": "gp3", "iops": 12000.0,
		"storageThroughput": 500.0, "performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0,
		"monitoringInterval": 60.0, "monitoringRoleArn": "$monitoring.arn", "applyImmediately": true,
	}},
	{Token: "aws:s3/bucketV2:BucketV2", Name: "bucket-2", Inputs: props{"bucket": "walk-2"}},
	{Token: "aws:s3/bucketV2:BucketV2", Name: "bucket", Inputs: props{"bucket": "walk"}},
	{Token: "aws:s3/bucketPolicy:BucketPolicy", Name: "bucket-policy", Inputs: props{
		"bucket": "$bucket", "policy": bucketPolicy("s3:PutObject"),
	}},
	{Token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", Name: "block", Inputs: props{"bucket": "$bucket"}},
	{Token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls", Name: "ownership", Inputs: props{
		"bucket": "$bucket", "rule": props{"objectOwnership": "BucketOwnerEnforced"},
	}},
	{Token: "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", Name: "encryption", Inputs: props{
		"bucket": "$bucket", "rules": []any{props{"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "aws:kms"}}},
	}},
	{Token: "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", Name: "expiry", Inputs: props{
		"bucket": "$bucket", "rules": []any{props{"id": "old", "status": "Enabled", "expiration": props{"days": 30.0}}},
	}},
	{Token: "aws:s3/bucketVersioningV2:BucketVersioningV2", Name: "versioning", Inputs: props{
		"bucket": "$bucket", "versioningConfiguration": props{"status": "Enabled"},
	}},
	{Token: sandboxtest.Service, Name: "service-2", Inputs: props{
		"name": "other", "cluster": "$cluster", "taskDefinition": "$task.arn", "desiredCount": 0.0, "launchType": "FARGATE",
		"networkConfiguration": props{"subnets": []any{"$subnet-a"}, "securityGroups": []any{"$back"}},
	}},
	{Token: "aws:appautoscaling/target:Target", Name: "scale-2", Inputs: props{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/live-beats/other",
		"minCapacity": 1.0, "maxCapacity": 4.0,
	}},
	{Token: "aws:appautoscaling/target:Target", Name: "scale", Inputs: props{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/live-beats/live-beats",
		"minCapacity": 1.0, "maxCapacity": 4.0,
	}},
	{Token: "aws:appautoscaling/policy:Policy", Name: "cpu", Inputs: scaling(props{
		"name": "cpu", "policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 60.0, "predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		},
	})},
	{Token: "aws:appautoscaling/policy:Policy", Name: "requests", Inputs: scaling(props{
		"name": "requests", "policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 60.0, "predefinedMetricSpecification": props{
				"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": "${balancer.arnSuffix}/${targets.arnSuffix}",
			},
		},
	})},
	{Token: "aws:appautoscaling/scheduledAction:ScheduledAction", Name: "night", Inputs: scaling(props{
		"name": "night", "schedule": "cron(0 22 * * ? *)", "scalableTargetAction": props{"minCapacity": 1.0, "maxCapacity": 1.0},
	})},
	{Token: sandboxtest.RandomPassword, Name: "password", Inputs: props{"length": 16.0}},
	{Token: "random:index/randomString:RandomString", Name: "string", Inputs: props{"length": 16.0}},
	{Token: "random:index/randomId:RandomId", Name: "random-id", Inputs: props{"byteLength": 8.0}},
	{Token: "random:index/randomInteger:RandomInteger", Name: "integer", Inputs: props{"min": 1.0, "max": 10.0}},
	{Token: "random:index/randomUuid:RandomUuid", Name: "uuid", Inputs: props{}},
	{Token: "random:index/randomPet:RandomPet", Name: "pet", Inputs: props{}},
}

// keyPolicy allows CloudWatch Logs to use a key.
const keyPolicy = `{"Version": "2012-10-17", "Statement": [
 {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": "arn:aws:iam::` + accountID + `:root"}},
 {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"Service": "logs.eu-west-2.amazonaws.com"}}]}`

const listenerRule = "aws:lb/listenerRule:ListenerRule"
