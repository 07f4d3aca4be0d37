package components

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
