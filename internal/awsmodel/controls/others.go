package controls

import (
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

const efsBackup = "aws:efs/backupPolicy:BackupPolicy"

// backupPlans is why a control on them is beyond a graph.
const backupPlans = "AWS Backup's plans are the account's and choose by tags what they back up: no stack holds them"

var efsControls = []Control{
	{
		ID: "EFS.1", Severity: Medium, Title: "File systems are encrypted", types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, which replaces the file system; Uploads does",
	},
	{ID: "EFS.2", Severity: Medium, Title: "File systems are in a backup plan", beyond: backupPlans},
	{
		ID: "EFS.3", Severity: Medium, Title: "Access points open a directory and not everything",
		types: []string{graph.AccessPoint},
		check: isNot("rootDirectory.path", "/", "/"), Fix: "set rootDirectory.path; Uploads does",
	},
	{
		ID: "EFS.4", Severity: Medium, Title: "Access points decide who writes", types: []string{graph.AccessPoint},
		check: set("posixUser"), Fix: "set posixUser; Uploads does",
	},
	{
		ID: "EFS.6", Severity: Medium, Title: "File systems are in no public subnet", types: []string{graph.MountTarget},
		check: inSubnet(is("mapPublicIpOnLaunch", "false", "false")),
		Fix:   "set network.mode: dedicated, or network.privateSubnetIds; the default VPC has public subnets alone",
	},
	{
		ID: "EFS.7", Severity: Medium, Title: "File systems are backed up daily", types: []string{graph.FileSystem},
		check: with(efsBackup, "fileSystemId", no(efsBackup), is("backupPolicy.status", "", "ENABLED")),
		Fix:   "set uploads.backup: true",
	},
	{
		ID: "EFS.8", Severity: Medium, Title: "File systems are encrypted (AWS asks for it twice)",
		types: []string{graph.FileSystem},
		check: is("encrypted", "false", "true"), Fix: "set encrypted, which replaces the file system; Uploads does",
	},
}

// inSubnet judges the subnet that a resource is in.
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

// The controls on IAM's own policies look at those that an account manages; what is in a role itself, as here, KMS.2
// judges, and least privilege.
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
		ID: "KMS.1", Severity: Medium, Title: "No policy lets decrypt with every key", types: []string{graph.Policy},
		check: documents(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.2", Severity: Medium, Title: "No role may decrypt with every key",
		types: []string{graph.Role, graph.RolePolicy},
		check: inline(everyKey), Fix: "name the keys, as IamRoles does",
	},
	{
		ID: "KMS.3", Severity: Critical, Title: "No key is about to be deleted",
		beyond: "a plan does not say whether somebody has scheduled a key's deletion",
	},
	{
		ID: "KMS.4", Severity: Medium, Title: "Keys are renewed every year", types: []string{graph.Key},
		check: only(is("customerMasterKeySpec", "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
			"AWS renews symmetric keys alone", is("enableKeyRotation", "false", "true")),
		Fix: "set enableKeyRotation",
	},
	{
		ID: "KMS.5", Severity: Critical, Title: "Keys are not for everybody", types: []string{graph.Key},
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
		ID: "CloudWatch.15", Severity: High, Title: "Alarms tell somebody", types: []string{metricAlarm},
		check: set("alarmActions"), Fix: "set alarmActions; Observability and LogAlarms do",
	},
	{
		ID: "CloudWatch.16", Severity: Medium, Title: "Logs are kept for a year", types: []string{graph.LogGroup},
		check: kept, Fix: "set observability.logRetentionDays: 365 for the tasks' logs; those of ECS Exec and of flow logs " +
			"have no config key",
	},
	{
		ID: "CloudWatch.17", Severity: High, Title: "Alarms are switched on", types: []string{metricAlarm},
		check: is("actionsEnabled", "true", "true"), Fix: "remove actionsEnabled: true is the default",
	},
	{
		ID: "SNS.1", Severity: Medium, Title: "Topics are encrypted with KMS", types: []string{topic},
		check: set("kmsMasterKeyId"),
		Fix: "not offered: CloudWatch cannot publish to a topic with AWS's own key, and Observability makes no key; an " +
			"alarm's text is no secret",
	},
	{
		ID: "SNS.4", Severity: Critical, Title: "Topics are not for everybody", types: []string{topic},
		check: both(documents(public), with(topicPolicy, "arn", passed, documents(public))),
		Fix:   "name the principals in the topic's policy; Observability does",
	},
	{
		ID: "ECR.1", Severity: High, Title: "Images are scanned", types: []string{graph.Repository},
		check: is("imageScanningConfiguration.scanOnPush", "false", "true"), Fix: "set scanOnPush; Repository does",
	},
	{
		ID: "ECR.2", Severity: Medium, Title: "A tag names one image for ever", types: []string{graph.Repository},
		check: is("imageTagMutability", "MUTABLE", "IMMUTABLE"), Fix: "set imageTagMutability: IMMUTABLE; Repository does",
	},
	{
		ID: "ECR.3", Severity: Medium, Title: "Old images go", types: []string{graph.Repository},
		check: with(ecrLifecycle, "repository", no(ecrLifecycle), exists), Fix: "add a LifecyclePolicy; Repository does",
	},
	{
		ID: "ACM.2", Severity: High, Title: "Certificates have long keys", types: []string{certificate},
		check: isNot("keyAlgorithm", "RSA_2048", "RSA_1024"), Fix: "replace the imported certificate",
	},
}

// kept wants a year; 0 days are for ever.
func kept(s subject) outcome {
	if value, known := s.At("retentionInDays"); known && text(value, "0") == "0" {
		return passed
	}
	return atLeast("retentionInDays", 0, 365)(s)
}
