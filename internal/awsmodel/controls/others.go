package controls

import (
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

const efsBackup = "aws:efs/backupPolicy:BackupPolicy"

// backupPlans is the reason why a graph cannot decide a control on backup plans.
const backupPlans = "backup plans of AWS Backup belong to the account and select resources by tags: they are not " +
	"part of a stack"

var efsControls = []Control{
	{
		ID: "EFS.1", Severity: Medium, Title: "File systems are encrypted", types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, as Uploads does; this replaces the file system",
	},
	{ID: "EFS.2", Severity: Medium, Title: "File systems are in a backup plan", beyond: backupPlans},
	{
		ID: "EFS.3", Severity: Medium, Title: "Access points give access to a directory, not to the root",
		types: []string{graph.AccessPoint},
		check: isNot("rootDirectory.path", "/", "/"), Fix: "set rootDirectory.path, as Uploads does",
	},
	{
		ID: "EFS.4", Severity: Medium, Title: "Access points enforce a user", types: []string{graph.AccessPoint},
		check: set("posixUser"), Fix: "set posixUser, as Uploads does",
	},
	{
		ID: "EFS.6", Severity: Medium, Title: "File systems are not in public subnets", types: []string{graph.MountTarget},
		check: inSubnet(is("mapPublicIpOnLaunch", "false", "false")),
		Fix:   "set network.mode: dedicated, or network.privateSubnetIds; the default VPC has only public subnets",
	},
	{
		ID: "EFS.7", Severity: Medium, Title: "File systems are backed up daily", types: []string{graph.FileSystem},
		check: with(efsBackup, "fileSystemId", no(efsBackup), is("backupPolicy.status", "", "ENABLED")),
		Fix:   "set uploads.backup: true",
	},
	{
		ID: "EFS.8", Severity: Medium, Title: "File systems are encrypted (the same as EFS.1)",
		types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, as Uploads does; this replaces the file system",
	},
}

// inSubnet evaluates the subnet that a resource is in.
func inSubnet(then check) check {
	return func(s subject) outcome {
		if _, known := s.At("subnetId"); !known {
			return unsure("subnetId")
		}
		subnet := s.g.Get(graph.Subnet, s.Region, s.Text("subnetId"))
		if subnet == nil {
			return outcome{Undecided, "subnetId", "subnet " + s.Text("subnetId") + " is not in the graph"}
		}
		o := then(subject{subnet, s.g})
		if o.status == Fail {
			return failed("subnetId", "%s of subnet %s", o.why, subnet.ID)
		}
		return o
	}
}

// IAM.1, IAM.21 and KMS.1 evaluate customer managed policies. This project's roles have inline policies, which KMS.2
// and least privilege evaluate.
var iamControls = []Control{
	{
		ID: "IAM.1", Severity: High, Title: "No policy allows everything", types: []string{graph.Policy},
		check: documents(administrator), Fix: "name the actions and resources, as IamRoles does",
	},
	{
		ID: "IAM.21", Severity: Low, Title: "No policy allows every action of a service", types: []string{graph.Policy},
		check: documents(whole), Fix: "name the actions, as IamRoles does",
	},
	{
		ID: "KMS.1", Severity: Medium, Title: "No policy allows decryption with every key", types: []string{graph.Policy},
		check: documents(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.2", Severity: Medium, Title: "No role may decrypt with every key",
		types: []string{graph.Role, graph.RolePolicy},
		check: inline(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.3", Severity: Critical, Title: "No key is scheduled for deletion",
		beyond: "a plan does not show whether a key's deletion is scheduled",
	},
	{
		ID: "KMS.4", Severity: Medium, Title: "Keys are rotated every year", types: []string{graph.Key},
		check: only(is("customerMasterKeySpec", "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
			"AWS rotates only symmetric keys", is("enableKeyRotation", "false", "true")),
		Fix: "set enableKeyRotation",
	},
	{
		ID: "KMS.5", Severity: Critical, Title: "Keys are not public", types: []string{graph.Key},
		check: documents(public), Fix: "name the principals in the key's policy",
	},
}

const (
	metricAlarm  = "aws:cloudwatch/metricAlarm:MetricAlarm"
	topic        = "aws:sns/topic:Topic"
	topicPolicy  = "aws:sns/topicPolicy:TopicPolicy"
	ecrLifecycle = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	certificate  = "aws:acm/certificate:Certificate"
)

var otherControls = []Control{
	{
		ID: "CloudWatch.15", Severity: High, Title: "Alarms have an action", types: []string{metricAlarm},
		check: set("alarmActions"), Fix: "set alarmActions, as Observability and LogAlarms do",
	},
	{
		ID: "CloudWatch.16", Severity: Medium, Title: "Logs are kept for a year", types: []string{graph.LogGroup},
		check: kept, Fix: "set observability.logRetentionDays: 365 for the tasks' logs; for the logs of ECS Exec and for " +
			"flow logs, there is no config key",
	},
	{
		ID: "CloudWatch.17", Severity: High, Title: "Alarms' actions are enabled", types: []string{metricAlarm},
		check: is("actionsEnabled", "true", "true"), Fix: "remove actionsEnabled: true is the default",
	},
	{
		ID: "SNS.1", Severity: Medium, Title: "Topics are encrypted with KMS", types: []string{topic},
		check: set("kmsMasterKeyId"),
		Fix: "not offered: CloudWatch cannot publish to a topic that is encrypted with AWS's own key, and Observability " +
			"creates no key; the text of an alarm is not secret",
	},
	{
		ID: "SNS.4", Severity: Critical, Title: "Topics are not public", types: []string{topic},
		check: both(documents(public), with(topicPolicy, "arn", passed, documents(public))),
		Fix:   "name the principals in the topic's policy, as Observability does",
	},
	{
		ID: "ECR.1", Severity: High, Title: "Images are scanned", types: []string{graph.Repository},
		check: is("imageScanningConfiguration.scanOnPush", "false", "true"), Fix: "set scanOnPush, as Repository does",
	},
	{
		ID: "ECR.2", Severity: Medium, Title: "Image tags are immutable", types: []string{graph.Repository},
		check: is("imageTagMutability", "MUTABLE", "IMMUTABLE"), Fix: "set imageTagMutability: IMMUTABLE, as Repository does",
	},
	{
		ID: "ECR.3", Severity: Medium, Title: "Old images are deleted", types: []string{graph.Repository},
		check: with(ecrLifecycle, "repository", no(ecrLifecycle), exists), Fix: "add a LifecyclePolicy, as Repository does",
	},
	{
		ID: "ACM.2", Severity: High, Title: "Certificates have long keys", types: []string{certificate},
		check: isNot("keyAlgorithm", "RSA_2048", "RSA_1024"), Fix: "replace the imported certificate",
	},
}

// kept requires a year; 0 days keep logs forever.
func kept(s subject) outcome {
	if value, known := s.At("retentionInDays"); known && text(value, "0") == "0" {
		return passed
	}
	return atLeast("retentionInDays", 0, 365)(s)
}
