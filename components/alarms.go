package components

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// missingData decides how an alarm treats a period without data.
type missingData string

const (
	// missingIsGood is for metrics that have data only while something happens, or while there are tasks.
	missingIsGood missingData = "notBreaching"
	// missingIsBad is for metrics that have data every minute as long as the resource exists.
	missingIsBad missingData = "breaching"
)

// dimensions identify the resource of a metric. CloudWatch accepts wrong dimensions, but never has data for them.
type dimensions = pulumi.StringMap

// alarm describes a CloudWatch alarm. It goes off if the metric crossed the threshold in at least datapoints of the
// last periods. Each period has the length seconds.
type alarm struct {
	role, title       string
	namespace, metric string
	dimensions        dimensions
	statistic         string
	below             bool // Values below the threshold are bad. Otherwise values at or above it are.
	threshold         float64
	seconds           int
	datapoints        int
	periods           int
	missingData       missingData
	description       string // What it means, and what to look at. It is part of the mail.
}

// create creates the alarm. It publishes to the topic when it goes off and when it is over.
func (m alarm) create(
	ctx *pulumi.Context, name string, topic pulumi.StringInput, parent pulumi.ResourceOption,
) (*cloudwatch.MetricAlarm, error) {
	comparison := "GreaterThanOrEqualToThreshold"
	if m.below {
		comparison = "LessThanThreshold"
	}
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(m.description),
		Namespace:          pulumi.String(m.namespace),
		MetricName:         pulumi.String(m.metric),
		Statistic:          pulumi.String(m.statistic),
		ComparisonOperator: pulumi.String(comparison),
		Threshold:          pulumi.Float64(m.threshold),
		Period:             pulumi.Int(m.seconds),
		EvaluationPeriods:  pulumi.Int(m.periods),
		DatapointsToAlarm:  pulumi.Int(m.datapoints),
		TreatMissingData:   pulumi.String(string(m.missingData)),
		AlarmActions:       pulumi.Array{topic},
		OkActions:          pulumi.Array{topic},
	}
	if len(m.dimensions) > 0 {
		args.Dimensions = m.dimensions
	}
	return cloudwatch.NewMetricAlarm(ctx, name+"-"+m.role, args, parent)
}

// dashboard is the JSON document of a CloudWatch dashboard.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type dashboard struct {
	Widgets []widget `json:"widgets"`
}

type widget struct {
	Type       string `json:"type"`
	X          int    `json:"x"`
	Y          int    `json:"y"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Properties graph  `json:"properties"`
}

type graph struct {
	Title       string      `json:"title"`
	Region      string      `json:"region"`
	View        string      `json:"view"`
	Stat        string      `json:"stat"`
	Period      int         `json:"period"`
	Metrics     [][]string  `json:"metrics"` // For each: namespace, name, then the name and value of each dimension.
	Annotations annotations `json:"annotations"`
}

type annotations struct {
	Horizontal []threshold `json:"horizontal"`
}

type threshold struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

// dashboardBody returns a dashboard with a graph of every alarm's metric and its threshold.
func dashboardBody(region string, alarms []alarm) pulumi.StringOutput {
	var all []any
	for _, alarm := range alarms {
		all = append(all, alarm.dimensions.ToStringMapOutput())
	}
	return pulumi.All(all...).ApplyT(func(resolved []any) (string, error) {
		return renderDashboard(region, alarms, resolved)
	}).(pulumi.StringOutput)
}

// renderDashboard renders the dashboard, with three graphs in a row. A row in CloudWatch is 24 units wide. resolved has
// the dimensions of each alarm.
func renderDashboard(region string, alarms []alarm, resolved []any) (string, error) {
	const columns, width, height = 3, 8, 6
	board := dashboard{Widgets: []widget{}}
	for i, alarm := range alarms {
		metric := []string{alarm.namespace, alarm.metric}
		dimensions, _ := resolved[i].(map[string]string)
		for _, key := range slices.Sorted(maps.Keys(dimensions)) {
			metric = append(metric, key, dimensions[key])
		}
		board.Widgets = append(board.Widgets, widget{
			Type: "metric", X: i % columns * width, Y: i / columns * height, Width: width, Height: height,
			Properties: graph{
				Title: alarm.title, Region: region, View: "timeSeries", Stat: alarm.statistic, Period: alarm.seconds,
				Metrics:     [][]string{metric},
				Annotations: annotations{[]threshold{{"Alarm", alarm.threshold}}},
			},
		})
	}
	text, err := json.Marshal(board)
	return string(text), err
}
