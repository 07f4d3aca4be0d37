// Package cloudwatch models what CloudWatch and CloudWatch Logs do beyond the facts: the periods of alarms, the bodies
// of dashboards, the KMS keys of log groups, and filter patterns.
package cloudwatch

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	alarmType          = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboardType      = "aws:cloudwatch/dashboard:Dashboard"
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	metricFilterType   = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	resourcePolicyType = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
)

// Behaviours of alarms, dashboards, log groups, metric filters and resource policies, by type.
var Behaviours = map[string]provider.Behaviour{
	alarmType:          {Check: checkAlarm, Create: admitAlarm, Update: admitAlarm},
	dashboardType:      {Create: admitDashboard, Update: admitDashboard},
	logGroupType:       {Create: admitLogGroup, Update: admitLogGroup, Settle: keepLogGroup},
	metricFilterType:   {Create: admitFilter, Update: admitFilter},
	resourcePolicyType: {Check: checkResourcePolicy, Create: admitResourcePolicy, Update: admitResourcePolicy},
}

func checkAlarm(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	check := func(property string, v any) {
		if period, ok := v.(float64); ok && !validPeriod(period) {
			failures = append(failures, provider.Failure{
				Property: property, Reason: fmt.Sprintf("expected 10, 20, 30 or a multiple of 60, got %v", period),
			})
		}
	}
	check("period", in["period"])
	returned := 0
	queries, _ := in["metricQueries"].([]any)
	for i, item := range queries {
		query, _ := item.(map[string]any)
		metric, _ := query["metric"].(map[string]any)
		check(fmt.Sprintf("metricQueries[%d].period", i), query["period"])
		check(fmt.Sprintf("metricQueries[%d].metric.period", i), metric["period"])
		if query["returnData"] == true || provider.HasUnknown(query["returnData"]) {
			returned++
		}
	}
	if len(queries) > 0 && returned != 1 {
		failures = append(failures, provider.Failure{
			Property: "metricQueries", Reason: fmt.Sprintf("exactly one query returns its data, got %d", returned),
		})
	}
	return failures
}

func validPeriod(period float64) bool {
	return slices.Contains([]float64{10, 20, 30}, period) || period >= 60 && int(period)%60 == 0
}

// Limits of an alarm: the time span that it evaluates, in seconds, and the number of its dimensions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
const (
	hour          = 3600
	day           = 24 * hour
	week          = 7 * day
	maxDimensions = 30
)

func admitAlarm(c *provider.Call) error {
	periods, _ := c.New.Props["evaluationPeriods"].(float64)
	if datapoints, _ := c.New.Props["datapointsToAlarm"].(float64); datapoints > periods {
		// wording is a guess
		return invalidAlarm("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
	}
	period := longestPeriod(c.New.Props)
	switch {
	case period < hour && period*periods > day:
		return invalidAlarm("Metrics cannot be checked across more than a day " +
			"(EvaluationPeriods * Period must be <= 86400).")
	case period*periods > week:
		return invalidAlarm("Metrics cannot be checked across more than a week " +
			"(EvaluationPeriods * Period must be <= 604800).") // wording is a guess
	}
	if dimensions, _ := c.New.Props["dimensions"].(map[string]any); len(dimensions) > maxDimensions {
		return invalidAlarm("The collection Dimensions must not have a size greater than 30.") // wording is a guess
	}
	for _, property := range []string{"alarmActions", "okActions", "insufficientDataActions"} {
		actions, _ := c.New.Props[property].([]any)
		for _, action := range actions {
			if err := admitAction(c.Scope, fmt.Sprint(action)); err != nil {
				return err
			}
		}
	}
	return nil
}

// longestPeriod returns the period of an alarm, or the longest one of its metric queries.
func longestPeriod(alarm map[string]any) float64 {
	longest, _ := alarm["period"].(float64)
	queries, _ := alarm["metricQueries"].([]any)
	for _, item := range queries {
		query, _ := item.(map[string]any)
		metric, _ := query["metric"].(map[string]any)
		for _, v := range []any{query["period"], metric["period"]} {
			if period, ok := v.(float64); ok {
				longest = max(longest, period)
			}
		}
	}
	return longest
}

// admitAction checks that an action is in the alarm's region. It does not check whether the action exists.
func admitAction(s provider.Scope, action string) error {
	parsed, err := arn.Parse(action)
	if err != nil {
		return invalidAlarm("Invalid arn syntax: " + action)
	}
	if parsed.Region != s.Region {
		// The wording is a guess.
		return invalidAlarm(fmt.Sprintf("Invalid region %s specified. Only %s is supported.", parsed.Region, s.Region))
	}
	return nil
}

func invalidAlarm(message string) error { return provider.Errorf("ValidationError", "%s", message) }
