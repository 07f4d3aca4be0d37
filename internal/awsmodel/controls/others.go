package controls

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

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
