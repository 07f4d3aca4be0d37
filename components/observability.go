package components

import (
	"encoding/json"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

const observabilityType = "livebeats:index:Observability"

// ObservabilityArgs configures Observability. The service is known by name, and its log not at all: the service is made
// after the alarms that roll it back.
type ObservabilityArgs struct {
	Account     Account            `pulumi:"account"`     // Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"` // Required; with Container Insights.
	ServiceName pulumi.StringInput `pulumi:"serviceName"` // Required.
	Target      LoadBalancerTarget `pulumi:"target"`      // Required.
	// MinTasks is below how many running tasks something is wrong: the desired count, with autoscaling its minimum. 0
	// where a schedule stops every task, for no such alarm.
	MinTasks int `pulumi:"minTasks,optional"`
	// DatabaseIdentifier is of an RDS instance (DBInstanceIdentifier); unset for no alarms on it.
	DatabaseIdentifier pulumi.StringPtrInput `pulumi:"databaseIdentifier,optional"`
	// DatabaseMaxConnections is the limit of the instance. Required with DatabaseIdentifier.
	DatabaseMaxConnections int    `pulumi:"databaseMaxConnections,optional"`
	DatabaseBurstable      bool   `pulumi:"databaseBurstable,optional"` // The instance class is db.t*, with CPU credits.
	AlarmEmail             string `pulumi:"alarmEmail,optional"`        // Gets mail after confirming once; unset for none.
}

// Observability is a topic that tells of alarms, the alarms, and a dashboard of their metrics. LogAlarms adds those on
// the service's log.
type Observability struct {
	pulumi.ResourceState
	children

	TopicArn pulumi.StringOutput `pulumi:"topicArn"`
	// AlarmNames are the alarms that a deployment of the service can be rolled back by.
	AlarmNames    pulumi.StringArrayOutput `pulumi:"alarmNames"`
	DashboardName pulumi.StringOutput      `pulumi:"dashboardName"`
	// MetricNamespace is where LogAlarms counts and the dashboard looks.
	MetricNamespace string `pulumi:"metricNamespace"`
}

// NewObservability names its dashboard after name and region, as dashboards are one list for all regions.
func NewObservability(
	ctx *pulumi.Context, name string, args *ObservabilityArgs, opts ...pulumi.ResourceOption,
) (*Observability, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	o := &Observability{MetricNamespace: "LiveBeats/" + name}
	if err := register(ctx, observabilityType, name, a, o, opts); err != nil {
		return nil, err
	}
	if err := o.newTopic(ctx, name, a); err != nil {
		return nil, err
	}
	if err := o.newAlarms(ctx, name, a); err != nil {
		return nil, err
	}
	child, err := cloudwatch.NewDashboard(ctx, name+"-dashboard", &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(name + "-" + a.Account.Region),
		DashboardBody: dashboardBody(a.Account.Region, append(a.alarms(), logAlarms(o.MetricNamespace)...)),
	}, under(o))
	if err != nil {
		return nil, err
	}
	o.DashboardName = child.DashboardName
	return o, registerOutputs(ctx, o)
}

// newTopic leaves the topic unencrypted: with the key alias/aws/sns CloudWatch could not publish, and alarms hold no
// secrets.
func (o *Observability) newTopic(ctx *pulumi.Context, name string, a ObservabilityArgs) error {
	topic, err := sns.NewTopic(ctx, name+"-alarms", &sns.TopicArgs{}, under(o))
	if err != nil {
		return err
	}
	document := func(arn pulumi.StringOutput) pulumix.Output[string] {
		return pulumix.ApplyErr(arn, func(topic string) (string, error) { return topicPolicy(a.Account, topic) })
	}
	if ctx.DryRun() {
		o.recordDocument(name+"-alarms-policy", "policy", document(planned(ctx, topic.Arn)))
	}
	policy, err := sns.NewTopicPolicy(ctx, name+"-alarms-policy", &sns.TopicPolicyArgs{
		Arn: topic.Arn, Policy: pulumix.Cast[pulumi.StringOutput](document(topic.Arn)),
	}, under(o))
	if err != nil {
		return err
	}
	o.TopicArn = policy.Arn // An alarm that goes off at once is let in.
	if a.AlarmEmail == "" {
		return nil
	}
	_, err = sns.NewTopicSubscription(ctx, name+"-alarms-email", &sns.TopicSubscriptionArgs{
		Topic:    topic.Arn,
		Protocol: pulumi.String("email"),
		Endpoint: pulumi.String(a.AlarmEmail),
	}, under(o))
	return err
}

// topicPolicy lets alarms of this account and region publish, and no other service's.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
func topicPolicy(account Account, topic string) (string, error) {
	text, err := json.Marshal(struct {
		Version   string
		Statement []iampolicy.Statement
	}{"2012-10-17", []iampolicy.Statement{{
		Sid:        "Alarms",
		Effect:     iampolicy.Allow,
		Principals: iampolicy.Principals{"Service": {"cloudwatch.amazonaws.com"}},
		Actions:    []string{"sns:Publish"},
		Resources:  []string{topic},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"aws:SourceAccount": {account.Id}},
			"ArnLike":      {"aws:SourceArn": {account.arn("cloudwatch", "alarm:*")}},
		},
	}}})
	return string(text), err
}

func (o *Observability) newAlarms(ctx *pulumi.Context, name string, a ObservabilityArgs) error {
	rollback, names := len(a.rollbackAlarms()), pulumi.StringArray{}
	for i, alarm := range a.alarms() {
		child, err := alarm.create(ctx, name, o.TopicArn, under(o))
		if err != nil {
			return err
		}
		if i < rollback {
			names = append(names, child.Name)
		}
	}
	o.AlarmNames = names.ToStringArrayOutput()
	return nil
}

var dashboardNameRule = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`) // Of AWS's 255, the region takes some.

func (a ObservabilityArgs) check(name string) error {
	var p problems
	p.check(dashboardNameRule.MatchString(name), "name", name, "1-200 letters, digits, _ and -")
	a.Account.check(&p)
	p.required("ClusterName", a.ClusterName)
	p.required("ServiceName", a.ServiceName)
	a.Target.check(&p)
	p.within("MinTasks", a.MinTasks, awsmodel.Tasks)
	if a.DatabaseIdentifier != nil {
		p.check(a.DatabaseMaxConnections > 0, "DatabaseMaxConnections", a.DatabaseMaxConnections,
			"at least 1 with DatabaseIdentifier")
	}
	if a.AlarmEmail != "" {
		p.match("AlarmEmail", a.AlarmEmail, awsmodel.Email)
	}
	return p.err(observabilityType, name)
}
