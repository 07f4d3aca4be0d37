package components

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const logAlarmsType = "livebeats:index:LogAlarms"

// LogAlarmsArgs configures LogAlarms.
type LogAlarmsArgs struct {
	LogGroupName    pulumi.StringInput `pulumi:"logGroupName"`    // Required: an existing log group of the containers.
	TopicArn        pulumi.StringInput `pulumi:"topicArn"`        // Required: Observability.TopicArn.
	MetricNamespace string             `pulumi:"metricNamespace"` // Required: Observability.MetricNamespace.
}

// LogAlarms are alarms on messages in the service's log, about problems that no AWS metric shows.
type LogAlarms struct {
	pulumi.ResourceState
	children
}

// logPatterns maps a metric to the filter pattern of the messages that it counts. Postgrex, libcluster and Phoenix log
// these messages. A line matches if it contains the quoted text exactly.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
var logPatterns = map[string]string{
	"ConnectionsRefused": `"FATAL 53300"`,
	"NodesUnconnected":   `"unable to connect to"`,
	"OriginsRefused":     `"Could not check origin"`,
}

// NewLogAlarms creates a metric filter and an alarm for each kind of message.
func NewLogAlarms(
	ctx *pulumi.Context, name string, args *LogAlarmsArgs, opts ...pulumi.ResourceOption,
) (*LogAlarms, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	l := &LogAlarms{}
	if err := register(ctx, logAlarmsType, name, a, l, opts); err != nil {
		return nil, err
	}
	for _, alarm := range logAlarms(a.MetricNamespace) {
		_, err := cloudwatch.NewLogMetricFilter(ctx, name+"-"+alarm.role+"-filter", &cloudwatch.LogMetricFilterArgs{
			LogGroupName: a.LogGroupName.ToStringOutput(),
			Pattern:      pulumi.String(logPatterns[alarm.metric]),
			MetricTransformation: &cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(alarm.namespace), Name: pulumi.String(alarm.metric),
				Value: pulumi.String("1"), DefaultValue: pulumi.String("0"),
			},
		}, under(l))
		if err != nil {
			return nil, err
		}
		if _, err := alarm.create(ctx, name, a.TopicArn, under(l)); err != nil {
			return nil, err
		}
	}
	return l, registerOutputs(ctx, l)
}

var namespaceRule = regexp.MustCompile(`^[A-Za-z0-9_./#-]{1,255}$`)

func (a LogAlarmsArgs) check(name string) error {
	var p problems
	p.required("LogGroupName", a.LogGroupName)
	p.required("TopicArn", a.TopicArn)
	p.check(namespaceRule.MatchString(a.MetricNamespace), "MetricNamespace", a.MetricNamespace,
		"1-255 letters, digits and _ . / # -")
	return p.err(logAlarmsType, name)
}
