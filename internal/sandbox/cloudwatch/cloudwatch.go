// Package cloudwatch is what CloudWatch and CloudWatch Logs do beyond the facts: periods of alarms, bodies of
// dashboards, keys of log groups and filter patterns.
package cloudwatch

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

const (
	alarmType          = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboardType      = "aws:cloudwatch/dashboard:Dashboard"
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	metricFilterType   = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	resourcePolicyType = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
)

// Behaviours of alarms, dashboards, log groups and what belongs to them.
var Behaviours = map[string]provider.Behaviour{
	alarmType:          {Check: checkAlarm, Create: admitAlarm, Update: admitAlarm},
	dashboardType:      {Create: admitDashboard, Update: admitDashboard},
	logGroupType:       {Create: admitLogGroup, Update: admitLogGroup, Settle: keepLogGroup},
	metricFilterType:   {Create: admitFilter, Update: admitFilter},
	resourcePolicyType: {Check: checkResourcePolicy, Create: admitResourcePolicy, Update: admitResourcePolicy},
}
