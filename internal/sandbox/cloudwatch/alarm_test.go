package cloudwatch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	alarm     = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboard = "aws:cloudwatch/dashboard:Dashboard"
)

type props = provider.Props

// fill adds n objects of a type to the account.
func fill(a *sandboxtest.Account, token string, n int, in props) {
	for i := range n {
		a.World.Put(&world.Object{Type: token, Region: a.Region, ID: fmt.Sprint("x", i), Props: in})
	}
}

var anAlarm = props{
	"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2.0, "metricName": "CPUUtilization",
	"namespace": "AWS/ECS", "period": 60.0, "statistic": "Average", "threshold": 80.0,
	"alarmActions": []any{"arn:aws:sns:eu-west-2:123456789012:alarms"},
}

func TestMetricAlarm(t *testing.T) {
	t.Parallel()
	metric := props{"metricName": "Errors", "namespace": "AWS/ApplicationELB", "period": 60.0, "stat": "Sum"}
	math := func(queries ...any) props {
		return props{"metricName": nil, "namespace": nil, "period": nil, "statistic": nil, "metricQueries": queries}
	}
	rate := props{"id": "rate", "expression": "errors/requests", "returnData": true}
	dimensions := props{}
	for i := range 31 {
		dimensions[fmt.Sprint("d", i)] = "v"
	}
	actions := func(arns ...any) props { return props{"alarmActions": arns} }
	sandboxtest.Breaks{
		Token: alarm, Good: anAlarm, Update: props{"threshold": 90.0, "treatMissingData": "breaching"},
		Cases: map[string]sandboxtest.Break{
			"every 10 seconds": {props{"period": 10.0}, ""},
			"percentile":       {props{"statistic": nil, "extendedStatistic": "p99.9"}, ""},
			"math":             {math(rate, props{"id": "errors", "metric": metric}), ""},
			"a whole day":      {props{"period": 300.0, "evaluationPeriods": 288.0}, ""},
			"math over a week": {
				props{
					"metricName": nil, "namespace": nil, "period": nil, "statistic": nil, "evaluationPeriods": 169.0,
					"metricQueries": []any{rate, props{"id": "errors", "metric": props{
						"metricName": "Errors", "namespace": "AWS/ApplicationELB", "period": 3600.0, "stat": "Sum",
					}}},
				}, "ValidationError: Metrics cannot be checked across more than a week " +
					"(EvaluationPeriods * Period must be <= 604800).",
			},
			"hours":        {props{"period": 3600.0, "evaluationPeriods": 168.0}, ""},
			"no metric":    {props{"metricName": nil}, "metricName: exactly one of [metricName, metricQueries] must be set, got []\nnamespace: must not be set when metricName is <nil>"},
			"no namespace": {props{"namespace": nil}, "namespace: missing required property when metricQueries is <nil>"},
			"no period":    {props{"period": nil}, "period: missing required property when metricQueries is <nil>"},
			"no statistic": {props{"statistic": nil}, "statistic: exactly one of [statistic, extendedStatistic] must be set, got []"},
			"two statistics": {
				props{"extendedStatistic": "p90"},
				"statistic: exactly one of [statistic, extendedStatistic] must be set, got [statistic, extendedStatistic]",
			},
			"no threshold": {props{"threshold": nil}, "threshold: missing required property"},
			"operator": {
				props{"comparisonOperator": ">"}, "comparisonOperator: expected one of [GreaterThanOrEqualToThreshold, " +
					"GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold], got >",
			},
			"period":       {props{"period": 90.0}, "period: expected 10, 20, 30 or a multiple of 60, got 90"},
			"no periods":   {props{"evaluationPeriods": 0.0}, "evaluationPeriods: expected at least 1, got 0"},
			"datapoints":   {props{"datapointsToAlarm": 3.0}, "ValidationError: DatapointsToAlarm must be less than or equal to EvaluationPeriods"},
			"missing data": {props{"treatMissingData": "ok"}, "treatMissingData: expected one of [breaching, notBreaching, ignore, missing], got ok"},
			"more than a day": {
				props{"period": 300.0, "evaluationPeriods": 289.0}, "ValidationError: Metrics cannot be checked across more than " +
					"a day (EvaluationPeriods * Period must be <= 86400).",
			},
			"more than a week": {
				props{"period": 3600.0, "evaluationPeriods": 169.0}, "ValidationError: Metrics cannot be checked across more than " +
					"a week (EvaluationPeriods * Period must be <= 604800).",
			},
			"dimensions": {props{"dimensions": dimensions}, "ValidationError: The collection Dimensions must not have a size greater than 30."},
			"percentile beyond": {
				props{"statistic": nil, "extendedStatistic": "p101"}, `extendedStatistic: "p101" does not match ` +
					`^((p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,10})?|100)|IQM|(PR|TC|TM|TS|WM)\([\d.%]*:[\d.%]*\))$`,
			},
			"statistic": {props{"statistic": "Mean"}, "statistic: expected one of [SampleCount, Average, Sum, Minimum, Maximum], got Mean"},
			"no ARN":    {actions("alarms"), `alarmActions[0]: "alarms" does not match ^arn:`},
			"short ARN": {actions("arn:aws:sns"), "ValidationError: Invalid arn syntax: arn:aws:sns"},
			"another region": {
				actions("arn:aws:sns:us-east-1:123456789012:alarms"),
				"ValidationError: Invalid region us-east-1 specified. Only eu-west-2 is supported.",
			},
			"six actions": {
				actions("arn:a", "arn:b", "arn:c", "arn:d", "arn:e", "arn:f"), "alarmActions: expected at most 5 items, got 6",
			},
			"metric and math": {
				props{"metricQueries": []any{rate}},
				"metricName: exactly one of [metricName, metricQueries] must be set, got [metricName, metricQueries]",
			},
			"nothing returned": {math(props{"id": "a", "metric": metric}), "metricQueries: exactly one query returns its data, got 0"},
			"empty query": {
				math(props{"id": "a", "returnData": true}),
				"metricQueries[0].expression: exactly one of [expression, metric] must be set, got []",
			},
			"id of a query": {
				math(props{"id": "Rate", "expression": "1", "returnData": true}),
				`metricQueries[0].id: "Rate" does not match ^[a-z][A-Za-z0-9_]*$`,
			},
			"period of a query": {
				math(rate, props{"id": "a", "metric": props{"metricName": "E", "namespace": "N", "stat": "Sum", "period": 45.0}}),
				"metricQueries[1].metric.period: expected 10, 20, 30 or a multiple of 60, got 45",
			},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	named := props{"name": "cpu"}
	for name, v := range anAlarm {
		named[name] = v
	}
	require.NoError(t, a.Make(alarm, "alarm", named))
	require.EqualError(t, a.Make(alarm, "twin", named),
		"an alarm named 'cpu' exists already; PutMetricAlarm would silently overwrite it")
	fill(a, alarm, 4999, nil)
	require.EqualError(t, a.Make(alarm, "more", anAlarm),
		"LimitExceeded: The quota for alarms for this customer has already been reached.")
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	body := func(widgets string) props { return props{"dashboardBody": `{"widgets": [` + widgets + `]}`} }
	metric := `{"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {"region": "eu-west-2",
 "metrics": [["AWS/ECS", "CPUUtilization", "ClusterName", "beats", {"stat": "p99"}], [{"expression": "m1*2"}]]}}`
	change := func(old, replacement string) props { return body(strings.Replace(metric, old, replacement, 1)) }
	invalid := func(path, message string) string {
		return "InvalidParameterInput: The dashboard body is invalid, there are 1 validation errors:\n[\n  {\n" +
			`    "dataPath": "` + path + `",` + "\n" + `    "message": "` + message + `"` + "\n  }\n]"
	}
	sandboxtest.Breaks{
		Token: dashboard, Good: props{"dashboardName": "beats", "dashboardBody": `{"widgets": [` + metric + `]}`},
		Update: body(""),
		Cases: map[string]sandboxtest.Break{
			"text":          {body(`{"type": "text", "properties": {"markdown": "# Beats"}}`), ""},
			"name":          {props{"dashboardName": "live beats"}, `dashboardName: "live beats" does not match ^[A-Za-z0-9_-]+$`},
			"no JSON":       {props{"dashboardBody": "widgets"}, "dashboardBody: contains invalid JSON"},
			"no object":     {props{"dashboardBody": "[]"}, invalid("/", "Should be an object with a list of widgets")},
			"no widgets":    {props{"dashboardBody": "{}"}, invalid("", "Should have required property 'widgets'")},
			"no type":       {body(`{"properties": {}}`), invalid("/widgets/0", "Should have required property 'type'")},
			"type":          {body(`{"type": "graph", "properties": {}}`), invalid("/widgets/0/type", "Should be equal to one of the allowed values")},
			"no properties": {body(`{"type": "text"}`), invalid("/widgets/0", "Should have required property 'properties'")},
			"no markdown":   {body(`{"type": "text", "properties": {}}`), invalid("/widgets/0/properties", "Should have required property 'markdown'")},
			"no region":     {change(`"region": "eu-west-2",`, ""), invalid("/widgets/0/properties", "Should have required property 'region'")},
			"no metrics":    {change(`"metrics"`, `"m"`), invalid("/widgets/0/properties", "Should have required property 'metrics'")},
			"too wide":      {change("12", "25"), invalid("/widgets/0/width", `Should be \u003c= 24`)},
			"too flat":      {change(`"height": 6`, `"height": 0`), invalid("/widgets/0/height", `Should be \u003e= 1`)},
			"half":          {change("12", "12.5"), invalid("/widgets/0/width", "Should be integer")},
			"dimensions as an object": {
				change(`"ClusterName", "beats", {"stat": "p99"}`, `{"ClusterName": "beats"}, {}`),
				invalidTwo("/widgets/0/properties/metrics/0", "Should NOT have more than 2 items",
					"/widgets/0/properties/metrics/0/2", "Invalid metric field type, only 'String' type is allowed"),
			},
			"dimension without a value": {
				change(`"ClusterName", "beats"`, `"ClusterName"`),
				invalid("/widgets/0/properties/metrics/0", "Should NOT have more than 2 items"),
			},
			"namespace alone": {
				change(`"AWS/ECS", "CPUUtilization", "ClusterName", "beats"`, `"AWS/ECS"`),
				invalid("/widgets/0/properties/metrics/0", "Should NOT have fewer than 2 items"),
			},
		},
	}.Run(t)
	a := sandboxtest.New(t)
	in := props{"dashboardName": "beats", "dashboardBody": `{"widgets": []}`}
	require.NoError(t, a.Make(dashboard, "dashboard", in))
	require.Equal(t, "arn:aws:cloudwatch::123456789012:dashboard/beats", a.Got("dashboard").State["dashboardArn"])
	require.EqualError(t, a.Make(dashboard, "twin", in),
		"a dashboard named 'beats' exists already; PutDashboard would silently overwrite it")
}

func invalidTwo(path, message, path2, message2 string) string {
	return fmt.Sprintf("InvalidParameterInput: The dashboard body is invalid, there are 2 validation errors:\n[\n"+
		"  {\n    \"dataPath\": %q,\n    \"message\": %q\n  },\n  {\n    \"dataPath\": %q,\n    \"message\": %q\n  }\n]",
		path, message, path2, message2)
}
