package components

import (
	"encoding/json"
	"maps"
	"slices"

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

// dashboard is the document that CloudWatch keeps.
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
	Metrics     [][]string  `json:"metrics"` // Each a namespace, a name, and dimensions with their values in turns.
	Annotations annotations `json:"annotations"`
}

type annotations struct {
	Horizontal []threshold `json:"horizontal"`
}

type threshold struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

// dashboardBody shows every alarm's metric with its threshold.
func dashboardBody(region string, alarms []alarm) pulumi.StringOutput {
	var of []any
	for _, alarm := range alarms {
		of = append(of, alarm.dimensions.ToStringMapOutput())
	}
	return pulumi.All(of...).ApplyT(func(of []any) (string, error) {
		return renderDashboard(region, alarms, of)
	}).(pulumi.StringOutput)
}

// renderDashboard sets the graphs three to a row, of which CloudWatch's are 24 wide.
func renderDashboard(region string, alarms []alarm, of []any) (string, error) {
	const columns, width, height = 3, 8, 6
	board := dashboard{Widgets: []widget{}}
	for i, alarm := range alarms {
		metric := []string{alarm.namespace, alarm.metric}
		dimensions, _ := of[i].(map[string]string)
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
