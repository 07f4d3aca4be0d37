package controls_test

import (
	"maps"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

type object = map[string]any

const (
	sound = `{"name": "app", "user": "65534:65534", "readonlyRootFilesystem": true, "logConfiguration": {"logDriver": "awslogs"}}`
	tls   = `{"Version": "2012-10-17", "Statement": [{"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
		"Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}`
	alarms = `{"Version": "2012-10-17", "Statement": [{"Sid": "Alarms", "Effect": "Allow", "Action": "sns:Publish", "Resource": "*",
		"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}`
	owner = `{"Version": "2008-10-17", "Statement": [{"Sid": "Owner", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
		"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]}`
	reader = `{"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": ["kms:Decrypt"],
		"Resource": "arn:aws:kms:eu-west-2:123456789012:key/*"}]}`
)

// account returns new resources with which every control that a graph can decide passes.
func account() map[string]*graph.Resource {
	all := map[string]*graph.Resource{}
	for _, part := range []map[string]*graph.Resource{
		tasks(), loadBalancer(), networks(), data(), observability(), buckets(),
	} {
		maps.Copy(all, part)
	}
	for name, r := range all {
		r.ID = name
		r.Region = "eu-west-2"
	}
	return all
}

func of(typ string, props object) *graph.Resource {
	return &graph.Resource{Type: typ, Props: props}
}

func tasks() map[string]*graph.Resource {
	return map[string]*graph.Resource{
		"cluster": of("aws:ecs/cluster:Cluster", object{
			"settings": []any{object{"name": "containerInsights", "value": "enhanced"}},
		}),
		"service": of("aws:ecs/service:Service", object{
			"launchType": "FARGATE", "platformVersion": "1.4.0", "networkConfiguration": object{"assignPublicIp": false},
		}),
		"task": of("aws:ecs/taskDefinition:TaskDefinition", object{
			"networkMode": "awsvpc", "containerDefinitions": "[" + sound + "]",
			"volumes": []any{object{"name": "files", "efsVolumeConfiguration": object{"transitEncryption": "ENABLED"}}},
		}),
		"role": of(graph.Role, object{
			"name": "role", "arn": "arn:aws:iam::123456789012:role/role",
			"inlinePolicies": []any{object{"name": "own", "policy": reader}},
		}),
		"rolePolicy": of(graph.RolePolicy, object{"role": "role", "policy": reader}),
		"policy":     of(graph.Policy, object{"policy": reader}),
		"key":        of(graph.Key, object{"enableKeyRotation": true, "policy": owner}),
		"repository": of(graph.Repository, object{
			"name": "live-beats", "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": object{"scanOnPush": true},
		}),
		"images": of("aws:ecr/lifecyclePolicy:LifecyclePolicy", object{"repository": "live-beats"}),
	}
}

func loadBalancer() map[string]*graph.Resource {
	return map[string]*graph.Resource{
		"alb": of(graph.LoadBalancer, object{
			"arn": "arn:alb", "loadBalancerType": "application", "dropInvalidHeaderFields": true,
			"enableDeletionProtection": true, "desyncMitigationMode": "strictest", "accessLogs": object{"enabled": true},
			"subnets": []any{"public-a", "public-b"},
		}),
		"https": of(graph.Listener, object{
			"loadBalancerArn": "arn:alb", "protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
			"defaultActions": []any{object{"type": "redirect", "redirect": object{"protocol": "HTTPS"}}},
		}),
		"rule": of(graph.ListenerRule, object{
			"listenerArn": "https", "actions": []any{object{"type": "forward"}},
		}),
		"targets": of(graph.TargetGroup, object{
			"protocol": "HTTPS", "targetType": "ip", "healthCheck": object{"protocol": "HTTPS"},
		}),
		"acl":         of("aws:wafv2/webAclAssociation:WebAclAssociation", object{"resourceArn": "arn:alb"}),
		"certificate": of("aws:acm/certificate:Certificate", object{"keyAlgorithm": "EC_prime256v1"}),
	}
}

func networks() map[string]*graph.Resource {
	endpoint := func(service string) *graph.Resource {
		return of(graph.VpcEndpoint, object{
			"vpcId": "vpc", "vpcEndpointType": "Interface", "serviceName": "com.amazonaws.eu-west-2." + service,
		})
	}
	return map[string]*graph.Resource{
		"vpc":          of(graph.Vpc, object{"mainRouteTableId": "main"}),
		"main":         of(graph.RouteTable, object{"vpcId": "vpc", "routes": []any{}}),
		"route":        of(graph.Route, object{"routeTableId": "main", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "nat-1"}),
		"subnet":       of(graph.Subnet, object{"vpcId": "vpc", "mapPublicIpOnLaunch": false}),
		"flowLog":      of("aws:ec2/flowLog:FlowLog", object{"vpcId": "vpc", "trafficType": "ALL"}),
		"defaultGroup": of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", object{"vpcId": "vpc", "ingress": []any{}}),
		"group":        of(graph.SecurityGroup, object{"vpcId": "vpc", "name": "app", "ingress": []any{}}),
		"web": of(graph.IngressRule, object{
			"securityGroupId": "group", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "0.0.0.0/0",
		}),
		"inside": of(graph.SecurityGroupRule, object{
			"securityGroupId": "group", "type": "ingress", "protocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0,
			"cidrBlocks": []any{"10.0.0.0/8"},
		}),
		"endpoint-api": endpoint("ecr.api"),
		"endpoint-dkr": endpoint("ecr.dkr"),
		"endpoint-ssm": endpoint("ssm"),
	}
}

func data() map[string]*graph.Resource {
	return map[string]*graph.Resource{
		"files":       of(graph.FileSystem, object{"encrypted": true}),
		"backup":      of("aws:efs/backupPolicy:BackupPolicy", object{"fileSystemId": "files", "backupPolicy": object{"status": "ENABLED"}}),
		"mountTarget": of(graph.MountTarget, object{"fileSystemId": "files", "subnetId": "subnet"}),
		"accessPoint": of(graph.AccessPoint, object{"posixUser": object{"uid": 1.0}, "rootDirectory": object{"path": "/songs"}}),
		"subnetGroup": of(graph.DatabaseNet, object{"name": "subnet-group", "subnetIds": []any{"subnet"}}),
		"parameters": of("aws:rds/parameterGroup:ParameterGroup", object{
			"name": "parameters", "parameters": []any{object{"name": "rds.force_ssl", "value": "1"}},
		}),
		"database": of(graph.Database, object{
			"engine": "postgres", "engineVersion": "17.2", "publiclyAccessible": false, "storageEncrypted": true,
			"multiAz": true, "monitoringInterval": 60.0, "deletionProtection": true, "copyTagsToSnapshot": true,
			"enabledCloudwatchLogsExports": []any{"postgresql", "upgrade"}, "iamDatabaseAuthenticationEnabled": true,
			"backupRetentionPeriod": 7.0, "autoMinorVersionUpgrade": true, "port": 5433.0, "username": "live_beats",
			"parameterGroupName": "parameters", "dbSubnetGroupName": "subnet-group",
		}),
	}
}

func observability() map[string]*graph.Resource {
	return map[string]*graph.Resource{
		"logs":        of(graph.LogGroup, object{"retentionInDays": 365.0}),
		"alarm":       of("aws:cloudwatch/metricAlarm:MetricAlarm", object{"actionsEnabled": true, "alarmActions": []any{"arn:topic"}}),
		"topic":       of("aws:sns/topic:Topic", object{"arn": "arn:topic", "kmsMasterKeyId": "key"}),
		"topicPolicy": of("aws:sns/topicPolicy:TopicPolicy", object{"arn": "arn:topic", "policy": alarms}),
	}
}

func buckets() map[string]*graph.Resource {
	with := func(kind string, props object) *graph.Resource {
		props["bucket"] = "logs-of-requests"
		return of("aws:s3/bucket"+kind, props)
	}
	return map[string]*graph.Resource{
		"bucket":       with("V2:BucketV2", object{}),
		"bucketPolicy": with("Policy:BucketPolicy", object{"policy": tls + "]}"}),
		"block": with("PublicAccessBlock:BucketPublicAccessBlock", object{
			"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
		}),
		"logging":    with("LoggingV2:BucketLoggingV2", object{"targetBucket": "logs-of-logs"}),
		"lifecycle":  with("LifecycleConfigurationV2:BucketLifecycleConfigurationV2", object{"rules": []any{object{"status": "Enabled"}}}),
		"versioning": with("VersioningV2:BucketVersioningV2", object{"versioningConfiguration": object{"status": "Enabled"}}),
	}
}
