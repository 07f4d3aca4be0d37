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

// ObservabilityArgs configures Observability. They contain the service's name but not its log group, because the
// service is created after the alarms that can roll it back.
type ObservabilityArgs struct {
	Account     Account            `pulumi:"account"`     // Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"` // Required. The cluster needs Container Insights.
	ServiceName pulumi.StringInput `pulumi:"serviceName"` // Required.
	Target      LoadBalancerTarget `pulumi:"target"`      // Required.
	// MinTasks is the number of running tasks below which an alarm goes off: the desired count, or with autoscaling its
	// minimum. With 0 there is no such alarm. Use 0 if a schedule stops every task.
	MinTasks int `pulumi:"minTasks,optional"`
	// DatabaseIdentifier is the DBInstanceIdentifier of an RDS instance. Without it there are no alarms on a database.
	DatabaseIdentifier pulumi.StringPtrInput `pulumi:"databaseIdentifier,optional"`
	// DatabaseMaxConnections is the connection limit of the instance. Required with DatabaseIdentifier.
	DatabaseMaxConnections int    `pulumi:"databaseMaxConnections,optional"`
	DatabaseBurstable      bool   `pulumi:"databaseBurstable,optional"` // The instance class is db.t*, with CPU credits.
	AlarmEmail             string `pulumi:"alarmEmail,optional"`        // Has to be confirmed once. Defaults to none.
}

// Observability consists of alarms, an SNS topic that they publish to, and a dashboard of their metrics. LogAlarms adds
// alarms on the service's log.
type Observability struct {
	pulumi.ResourceState
	children

	TopicArn pulumi.StringOutput `pulumi:"topicArn"`
	// AlarmNames are the alarms that can roll back a deployment of the service: see LiveBeatsServiceArgs.RollbackAlarms.
	AlarmNames    pulumi.StringArrayOutput `pulumi:"alarmNames"`
	DashboardName pulumi.StringOutput      `pulumi:"dashboardName"`
	// MetricNamespace is the CloudWatch namespace of the metrics of LogAlarms, which the dashboard shows.
	MetricNamespace string `pulumi:"metricNamespace"`
}

// NewObservability creates the topic, the alarms and the dashboard. The dashboard's name consists of name and region,
// because all regions share one list of dashboards.
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

// newTopic does not encrypt the topic: with the key alias/aws/sns CloudWatch could not publish to it, and alarms
// contain no secrets.
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
	o.TopicArn = policy.Arn // So that alarms wait for the policy, which lets them publish.
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

// topicPolicy returns a policy that lets only CloudWatch alarms of this account and region publish.
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

// AWS allows 255 characters. The region needs some of them.
var dashboardNameRule = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)

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
