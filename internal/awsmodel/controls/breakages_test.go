package controls_test

import "strings"

// breakages each change one property of the good account. why is the reason that the first of the controls gives.
var breakages = []struct {
	ids, resource, path string
	value               any
	why                 string
}{
	{"ECS.2", "service", "networkConfiguration.assignPublicIp", true, "networkConfiguration.assignPublicIp is true"},
	{"ECS.3", "task", "pidMode", "host", "pidMode is host"},
	{"ECS.4", "task", containers, definition(`"privileged": true`), "container app is privileged"},
	{"ECS.5", "task", containers, strings.Replace("["+sound+"]", "true", "false", 1), "container app may write to its root file system"},
	{"ECS.8", "task", containers, definition(`"environment": [{"name": "AWS_ACCESS_KEY_ID", "value": "x"}]`), "container app has AWS_ACCESS_KEY_ID in its environment"},
	{"ECS.9", "task", containers, definition(`"logConfiguration": null`), "container app has no logConfiguration"},
	{"ECS.10", "service", "platformVersion", "1.3.0", "platformVersion is 1.3.0"},
	{"ECS.12", "cluster", "settings", []any{object{"name": "containerInsights", "value": "disabled"}}, "containerInsights is disabled"},
	{"ECS.12", "cluster", "settings", nil, "containerInsights is not set"},
	{"ECS.17", "task", "networkMode", "host", "networkMode is host"},
	{"ECS.18", "task", "volumes", []any{object{"name": "files", "efsVolumeConfiguration": object{}}}, "transitEncryption of volume files is not set"},
	{"ECS.20", "task", containers, definition(`"user": "0:100"`), "container app runs as 0"},
	{"ECS.20", "task", containers, definition(`"user": ""`), "container app names no user"},

	{"ELB.1 ELB.18", "https", "protocol", "HTTP", "actions of rule are not a redirect to HTTPS"},
	{"ELB.4", "alb", "dropInvalidHeaderFields", false, "dropInvalidHeaderFields is false"},
	{"ELB.5", "alb", "accessLogs.enabled", false, "accessLogs.enabled is false"},
	{"ELB.6", "alb", "enableDeletionProtection", false, "enableDeletionProtection is false"},
	{"ELB.12", "alb", "desyncMitigationMode", "monitor", "desyncMitigationMode is monitor"},
	{"ELB.13", "alb", "subnets", []any{"public-a"}, "it is in 1 zones"},
	{"ELB.16", "acl", "resourceArn", "arn:other", "it has no WebAclAssociation"},
	{"ELB.17", "https", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "sslPolicy is ELBSecurityPolicy-TLS13-1-2-2021-06"},
	{"ELB.21", "targets", "healthCheck.protocol", "HTTP", "healthCheck.protocol is HTTP"},
	{"ELB.22", "targets", "protocol", "HTTP", "protocol is HTTP"},

	{"EC2.2", "defaultGroup", "ingress", []any{object{"protocol": "-1"}}, "ingress of the default group defaultGroup has rules"},
	{"EC2.6", "flowLog", "trafficType", "ACCEPT", "trafficType is ACCEPT"},
	{"EC2.6", "flowLog", "vpcId", "vpc-other", "it has no FlowLog"},
	{"EC2.15 EFS.6", "subnet", "mapPublicIpOnLaunch", true, "mapPublicIpOnLaunch is true"},
	{"EC2.18", "web", "toPort", 444.0, "rule web lets everybody in to tcp 443-444"},
	{"EC2.18 EC2.19", "web", "ipProtocol", "-1", "rule web lets everybody in to every port"},
	{"EC2.18 EC2.19", "inside", "cidrBlocks", []any{"10.0.0.0/8", "0.0.0.0/0"}, "rule inside lets everybody in to tcp 5432"},
	{"EC2.18 EC2.19", "group", "ingress", []any{object{"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "ipv6CidrBlocks": []any{"::/0"}}}, "ingress[0] lets everybody in to tcp 22"},
	{"EC2.55", "endpoint-api", "serviceName", "com.amazonaws.eu-west-2.ecs", "it has no interface endpoint of ecr.api"},
	{"EC2.56", "endpoint-dkr", "vpcId", "vpc-other", "it has no interface endpoint of ecr.dkr"},
	{"EC2.57", "endpoint-ssm", "vpcEndpointType", "Gateway", "it has no interface endpoint of ssm"},

	{"EFS.1 EFS.8", "files", "encrypted", false, "encrypted is false"},
	{"EFS.3", "accessPoint", "rootDirectory.path", "/", "rootDirectory.path is /"},
	{"EFS.4", "accessPoint", "posixUser", nil, "posixUser is not set"},
	{"EFS.7", "backup", "backupPolicy.status", "DISABLED", "backupPolicy.status is DISABLED"},

	{"RDS.2", "database", "publiclyAccessible", true, "publiclyAccessible is true"},
	{"RDS.3", "database", "storageEncrypted", false, "storageEncrypted is false"},
	{"RDS.5", "database", "multiAz", false, "multiAz is false"},
	{"RDS.6", "database", "monitoringInterval", 0.0, "monitoringInterval is 0, less than 1"},
	{"RDS.8", "database", "deletionProtection", false, "deletionProtection is false"},
	{"RDS.9", "database", "enabledCloudwatchLogsExports", []any{"postgresql"}, "enabledCloudwatchLogsExports has no upgrade"},
	{"RDS.9 RDS.36", "database", "enabledCloudwatchLogsExports", []any{"upgrade"}, "enabledCloudwatchLogsExports has no postgresql"},
	{"RDS.10", "database", "iamDatabaseAuthenticationEnabled", false, "iamDatabaseAuthenticationEnabled is false"},
	{"RDS.11", "database", "backupRetentionPeriod", 6.0, "backupRetentionPeriod is 6, less than 7"},
	{"RDS.13", "database", "autoMinorVersionUpgrade", false, "autoMinorVersionUpgrade is false"},
	{"RDS.17", "database", "copyTagsToSnapshot", false, "copyTagsToSnapshot is false"},
	{"RDS.23", "database", "port", 5432.0, "port is 5432"},
	{"RDS.25", "database", "username", "postgres", "username is postgres"},
	{"RDS.38", "parameters", "parameters", []any{object{"name": "rds.force_ssl", "value": "0"}}, "rds.force_ssl is 0"},
	{"RDS.46", "route", "gatewayId", "igw-1", "subnet subnet has a route to an internet gateway"},
	{"RDS.46", "main", "routes", []any{object{"ipv6CidrBlock": "::/0", "gatewayId": "igw-1"}}, "subnet subnet has a route to an internet gateway"},

	{"IAM.1 KMS.1", "policy", "policy", allow("*", "*"), `statement "S" allows everything`},
	{"IAM.21", "policy", "policy", allow("ecs:*", "*"), `statement "S" allows ecs:*`},
	{"KMS.1", "policy", "policy", allow("kms:ReEncrypt*", "*"), `statement "S" allows kms:ReEncryptFrom with every key`},
	{"KMS.2", "rolePolicy", "policy", allow("kms:Decrypt", "arn:aws:kms:*:*:key/*"), `statement "S" allows kms:Decrypt with every key`},
	{"KMS.2", "role", "inlinePolicies", []any{object{"policy": allow("kms:d*", "*")}}, `statement "S" allows kms:Decrypt with every key`},
	{"KMS.4", "key", "enableKeyRotation", false, "enableKeyRotation is false"},
	{"KMS.5", "key", "policy", strings.Replace(owner, "arn:aws:iam::123456789012:root", "*", 1), `statement "Owner" allows everybody`},

	{"S3.5", "bucketPolicy", "policy", strings.Replace(tls+"]}", `"false"`, `"true"`, 1), "no statement denies every action without TLS"},
	{"S3.6", "bucketPolicy", "policy", tls + `, {"Sid": "Other", "Effect": "Allow", "Principal": {"AWS": "210987654321"},
		"Action": "s3:Put*", "Resource": "*"}]}`, `statement "Other" allows another account s3:PutBucketAcl`},
	{"S3.8", "block", "blockPublicPolicy", false, "blockPublicPolicy is false"},
	{"S3.9", "logging", "bucket", "other", "it has no BucketLoggingV2"},
	{"S3.13", "lifecycle", "rules", []any{}, "rules is not set"},
	{"S3.14", "versioning", "versioningConfiguration.status", "Suspended", "versioningConfiguration.status is Suspended"},

	{"CloudWatch.15", "alarm", "alarmActions", []any{}, "alarmActions is not set"},
	{"CloudWatch.16", "logs", "retentionInDays", 180.0, "retentionInDays is 180, less than 365"},
	{"CloudWatch.17", "alarm", "actionsEnabled", false, "actionsEnabled is false"},
	{"SNS.1", "topic", "kmsMasterKeyId", nil, "kmsMasterKeyId is not set"},
	{"SNS.4", "topicPolicy", "policy", strings.Replace(alarms, "123456789012", "*", 1), `statement "Alarms" allows everybody`},
	{"SNS.4", "topic", "policy", strings.Replace(alarms, "123456789012", "12*", 1), `statement "Alarms" allows everybody`},
	{"ECR.1", "repository", "imageScanningConfiguration.scanOnPush", false, "imageScanningConfiguration.scanOnPush is false"},
	{"ECR.2", "repository", "imageTagMutability", "MUTABLE", "imageTagMutability is MUTABLE"},
	{"ECR.3", "images", "repository", "other", "it has no LifecyclePolicy"},
	{"ACM.2", "certificate", "keyAlgorithm", "RSA_1024", "keyAlgorithm is RSA_1024"},
}

const containers = "containerDefinitions"

// definition adds a field to the good container. If the field exists already, JSON decoding uses the added one.
func definition(field string) string {
	return "[" + strings.TrimSuffix(sound, "}") + ", " + field + "}]"
}

func allow(action, resource string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": "Allow", "Action": "` + action +
		`", "Resource": "` + resource + `"}]}`
}
