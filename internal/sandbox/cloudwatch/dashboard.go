package cloudwatch

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// problem is one validation error of a dashboard's body, in AWS's format.
type problem struct {
	DataPath string `json:"dataPath"`
	Message  string `json:"message"`
}

// admitDashboard refuses a body that breaks the rules of
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
func admitDashboard(c *provider.Call) error {
	var body struct {
		Widgets []map[string]any `json:"widgets"`
	}
	found := []problem{}
	if err := json.Unmarshal([]byte(fmt.Sprint(c.New.Props["dashboardBody"])), &body); err != nil {
		found = append(found, problem{"/", "Should be an object with a list of widgets"}) // wording is a guess
	} else if body.Widgets == nil {
		found = append(found, problem{"", "Should have required property 'widgets'"})
	}
	for i, widget := range body.Widgets {
		found = append(found, widgetProblems(fmt.Sprintf("/widgets/%d", i), widget)...)
	}
	if len(found) == 0 {
		return nil
	}
	text, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		return fmt.Errorf("write the problems of the dashboard: %w", err)
	}
	return provider.Errorf("InvalidParameterInput", "The dashboard body is invalid, there are %d validation errors:\n%s",
		len(found), text)
}

// requiredProperties are the properties that a widget must have, by widget type.
var requiredProperties = map[string][]string{
	"metric": {"region"}, "text": {"markdown"}, "log": {"region", "query"}, "alarm": {"alarms"}, "explorer": {},
}

// grid limits the position and size of a widget.
var grid = []struct {
	name        string
	least, most float64
}{{"x", 0, 23}, {"y", 0, 1e6}, {"width", 1, 24}, {"height", 1, 1000}}

func widgetProblems(path string, widget map[string]any) []problem {
	var found []problem
	for _, side := range grid {
		if v, set := widget[side.name]; set {
			found = append(found, within(path+"/"+side.name, v, side.least, side.most)...)
		}
	}
	kind, _ := widget["type"].(string)
	properties, known := requiredProperties[kind]
	inner, _ := widget["properties"].(map[string]any)
	switch {
	case widget["type"] == nil:
		return append(found, problem{path, "Should have required property 'type'"})
	case !known: // wording is a guess
		return append(found, problem{path + "/type", "Should be equal to one of the allowed values"})
	case inner == nil:
		return append(found, problem{path, "Should have required property 'properties'"})
	}
	for _, name := range properties {
		if inner[name] == nil {
			found = append(found, problem{path + "/properties", fmt.Sprintf("Should have required property '%s'", name)})
		}
	}
	if kind == "metric" {
		found = append(found, metricProblems(path+"/properties", inner)...)
	}
	return found
}

func within(path string, v any, least, most float64) []problem {
	switch n, ok := v.(float64); {
	case !ok || n != float64(int(n)):
		return []problem{{path, "Should be integer"}}
	case n < least:
		return []problem{{path, fmt.Sprintf("Should be >= %v", least)}}
	case n > most:
		return []problem{{path, fmt.Sprintf("Should be <= %v", most)}}
	}
	return nil
}

// metricProblems checks the metrics of a widget. A metric is a list: namespace, name, pairs of dimension name and
// value, and an optional object with options.
func metricProblems(path string, properties map[string]any) []problem {
	if properties["metrics"] == nil && properties["annotations"] == nil {
		return []problem{{path, "Should have required property 'metrics'"}}
	}
	var found []problem
	metrics, _ := properties["metrics"].([]any)
	for i, item := range metrics {
		metric, _ := item.([]any)
		at := fmt.Sprintf("%s/metrics/%d", path, i)
		if len(metric) > 0 {
			if _, options := metric[len(metric)-1].(map[string]any); options {
				metric = metric[:len(metric)-1]
				if len(metric) == 0 { // The metric is an expression.
					continue
				}
			}
		}
		if len(metric) < 2 {
			found = append(found, problem{at, "Should NOT have fewer than 2 items"})
		}
		if len(metric)%2 != 0 && len(metric) > 2 {
			found = append(found, problem{at, fmt.Sprintf("Should NOT have more than %d items", len(metric)-1)})
		}
		if j := slices.IndexFunc(metric, func(v any) bool { _, ok := v.(string); return !ok }); j >= 0 {
			found = append(found, problem{
				fmt.Sprintf("%s/%d", at, j), "Invalid metric field type, only 'String' type is allowed",
			})
		}
	}
	return found
}
