package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// silence is what an alarm makes of a period without data.
type silence string

const (
	// silenceIsGood is for metrics that exist only while something happens, or while there are tasks.
	silenceIsGood silence = "notBreaching"
	// silenceIsBad is for metrics that come every minute as long as what they tell of is there.
	silenceIsBad silence = "breaching"
)

// dimensions name what a metric is of. CloudWatch accepts wrong ones and never has data for them.
type dimensions = pulumi.StringMap

// alarm goes off when its metric was across the threshold in datapoints out of the last periods of seconds each.
type alarm struct {
	role, title       string
	namespace, metric string
	dimensions        dimensions
	statistic         string
	below             bool // Below the threshold, and not at it or above, is bad.
	threshold         float64
	seconds           int
	datapoints        int
	periods           int
	silence           silence
	why               string // What it means, and what to look at: the text of the mail.
}

// create makes the alarm, which tells the topic when it begins and when it is over.
func (m alarm) create(
	ctx *pulumi.Context, name string, topic pulumi.StringInput, parent pulumi.ResourceOption,
) (*cloudwatch.MetricAlarm, error) {
	comparison := "GreaterThanOrEqualToThreshold"
	if m.below {
		comparison = "LessThanThreshold"
	}
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(m.why),
		Namespace:          pulumi.String(m.namespace),
		MetricName:         pulumi.String(m.metric),
		Statistic:          pulumi.String(m.statistic),
		ComparisonOperator: pulumi.String(comparison),
		Threshold:          pulumi.Float64(m.threshold),
		Period:             pulumi.Int(m.seconds),
		EvaluationPeriods:  pulumi.Int(m.periods),
		DatapointsToAlarm:  pulumi.Int(m.datapoints),
		TreatMissingData:   pulumi.String(string(m.silence)),
		AlarmActions:       pulumi.Array{topic},
		OkActions:          pulumi.Array{topic},
	}
	if len(m.dimensions) > 0 {
		args.Dimensions = m.dimensions
	}
	return cloudwatch.NewMetricAlarm(ctx, name+"-"+m.role, args, parent)
}
