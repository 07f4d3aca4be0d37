package components

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func observabilityArgs() ObservabilityArgs {
	return ObservabilityArgs{
		Account: testAccount, ClusterName: pulumi.String("cluster"), ServiceName: pulumi.String("app"),
		Target:   testTarget,
		MinTasks: 2,
	}
}

// allAlarms has every option.
func allAlarms() ObservabilityArgs {
	args := observabilityArgs()
	args.DatabaseIdentifier, args.DatabaseMaxConnections = pulumi.String("db"), 80
	args.DatabaseBurstable, args.AlarmEmail = true, "ops@example.com"
	return args
}

func recordObservability(t *testing.T, args ObservabilityArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		o, err := NewObservability(ctx, "app", &args)
		if err != nil {
			return err
		}
		r.capture("topicArn", o.TopicArn)
		r.capture("alarmNames", o.AlarmNames)
		r.capture("dashboardName", o.DashboardName)
		r.capture("metricNamespace", pulumi.String(o.MetricNamespace).ToStringOutput())
		return nil
	})
}

func TestObservability(t *testing.T) {
	t.Parallel()
	r := recordObservability(t, observabilityArgs())
	require.Equal(t, []string{
		"app", "app-alarms", "app-alarms-policy", "app-cpu", "app-dashboard", "app-elb-5xx", "app-memory",
		"app-running-tasks", "app-target-5xx", "app-unhealthy-hosts",
	}, r.names())
	require.Empty(t, r.inputs(t, "app-alarms"))
	require.Equal(t, map[string]any{
		"arn": "app-alarms.arn",
		"policy": `{"Version":"2012-10-17","Statement":[{"Sid":"Alarms","Effect":"Allow",` +
			`"Principal":{"Service":["cloudwatch.amazonaws.com"]},"Action":["sns:Publish"],"Resource":["app-alarms.arn"],` +
			`"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:cloudwatch:eu-west-2:123456789012:alarm:*"]},` +
			`"StringEquals":{"aws:SourceAccount":["123456789012"]}}}]}`,
	}, r.inputs(t, "app-alarms-policy"))
	require.Equal(t, map[string]any{
		"topicArn": "app-alarms.arn", "alarmNames": []string{"app-target-5xx-0000000", "app-unhealthy-hosts-0000000"},
		"dashboardName": "app-eu-west-2", "metricNamespace": "LiveBeats/app",
	}, r.outputs)
	require.Contains(t, r.dependencies("app-cpu"), "app-alarms-policy", "an alarm must not go off before it may publish")
}

func TestObservabilityEmail(t *testing.T) {
	t.Parallel()
	r := recordObservability(t, allAlarms())
	require.Equal(t, map[string]any{
		"topic": "app-alarms.arn", "protocol": "email", "endpoint": "ops@example.com",
	}, r.inputs(t, "app-alarms-email"))
}

func TestObservabilityAlarms(t *testing.T) {
	t.Parallel()
	r := recordObservability(t, allAlarms())
	targets := map[string]any{"LoadBalancer": "app/lb/1", "TargetGroup": "targetgroup/tg/2"}
	service := map[string]any{"ClusterName": "cluster", "ServiceName": "app"}
	database := map[string]any{"DBInstanceIdentifier": "db"}
	const atLeast, below = "GreaterThanOrEqualToThreshold", "LessThanThreshold"
	for name, want := range map[string]struct {
		namespace, metric, statistic, comparison string
		threshold, period                        float64
		datapoints, periods                      float64
		dimensions                               map[string]any
		missing                                  string
	}{
		"target-5xx":           {"AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", atLeast, 10, 60, 2, 3, targets, "notBreaching"},
		"unhealthy-hosts":      {"AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", atLeast, 1, 60, 3, 3, targets, "notBreaching"},
		"elb-5xx":              {"AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", atLeast, 10, 60, 3, 5, map[string]any{"LoadBalancer": "app/lb/1"}, "notBreaching"},
		"cpu":                  {"AWS/ECS", "CPUUtilization", "Average", atLeast, 90, 300, 3, 3, service, "notBreaching"},
		"memory":               {"AWS/ECS", "MemoryUtilization", "Maximum", atLeast, 90, 300, 3, 3, service, "notBreaching"},
		"running-tasks":        {"ECS/ContainerInsights", "RunningTaskCount", "Maximum", below, 2, 60, 5, 5, service, "breaching"},
		"database-connections": {"AWS/RDS", "DatabaseConnections", "Maximum", atLeast, 64, 60, 5, 5, database, "breaching"},
		"database-storage":     {"AWS/RDS", "FreeStorageSpace", "Minimum", below, 1073741824, 300, 3, 3, database, "notBreaching"},
		"database-credits":     {"AWS/RDS", "CPUCreditBalance", "Minimum", below, 20, 300, 3, 3, database, "notBreaching"},
	} {
		got := r.inputs(t, "app-"+name)
		require.NotEmpty(t, got["alarmDescription"], name)
		delete(got, "alarmDescription")
		require.Equal(t, map[string]any{
			"namespace": want.namespace, "metricName": want.metric, "dimensions": want.dimensions,
			"statistic": want.statistic, "comparisonOperator": want.comparison, "threshold": want.threshold,
			"period": want.period, "evaluationPeriods": want.periods, "datapointsToAlarm": want.datapoints,
			"treatMissingData": want.missing,
			"alarmActions":     []any{"app-alarms.arn"}, "okActions": []any{"app-alarms.arn"},
		}, got, name)
	}
}

// Each option adds its alarms.
func TestObservabilityOptions(t *testing.T) {
	t.Parallel()
	with := func(edit func(*ObservabilityArgs)) []string {
		args := allAlarms()
		edit(&args)
		return recordObservability(t, args).names()
	}
	require.NotContains(t, with(func(a *ObservabilityArgs) { a.MinTasks = 0 }), "app-running-tasks")
	require.NotContains(t, with(func(a *ObservabilityArgs) { a.AlarmEmail = "" }), "app-alarms-email")
	steady := with(func(a *ObservabilityArgs) { a.DatabaseBurstable = false })
	require.Contains(t, steady, "app-database-storage")
	require.NotContains(t, steady, "app-database-credits")
	none := with(func(a *ObservabilityArgs) { a.DatabaseIdentifier = nil })
	require.False(t, slices.ContainsFunc(none, func(name string) bool { return strings.Contains(name, "database") }))
}

func TestObservabilityDashboard(t *testing.T) {
	t.Parallel()
	inputs := recordObservability(t, allAlarms()).inputs(t, "app-dashboard")
	require.Equal(t, "app-eu-west-2", inputs["dashboardName"])
	text := inputs["dashboardBody"].(string)
	require.Contains(t, text, `{"widgets":[{"type":"metric","x":0,"y":0,"width":8,"height":6,"properties":{`+
		`"title":"Errors of the application (5xx)","region":"eu-west-2","view":"timeSeries","stat":"Sum","period":60,`+
		`"metrics":[["AWS/ApplicationELB","HTTPCode_Target_5XX_Count","LoadBalancer","app/lb/1",`+
		`"TargetGroup","targetgroup/tg/2"]],"annotations":{"horizontal":[{"label":"Alarm","value":10}]}}},`)
	require.Contains(t, text, `"metrics":[["LiveBeats/app","OriginsRefused"]]`)
	var board dashboard
	require.NoError(t, json.Unmarshal([]byte(text), &board))
	places := map[[2]int]bool{}
	for _, w := range board.Widgets {
		require.LessOrEqual(t, w.X+w.Width, 24)
		places[[2]int{w.X, w.Y}] = true
	}
	require.Len(t, board.Widgets, len(allAlarms().alarms())+len(logAlarms("")))
	require.Len(t, places, len(board.Widgets), "no widget covers another")
}

func TestObservabilityRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		name string
		edit func(*ObservabilityArgs)
		want string
	}{
		"name":       {"a.b", func(*ObservabilityArgs) {}, `name "a.b" must be 1-200 letters, digits, _ and -`},
		"account":    {"app", func(a *ObservabilityArgs) { a.Account.Id = "1" }, `Account.Id "1" must be 12 digits`},
		"no cluster": {"app", func(a *ObservabilityArgs) { a.ClusterName = nil }, "ClusterName must be given"},
		"no service": {"app", func(a *ObservabilityArgs) { a.ServiceName = nil }, "ServiceName must be given"},
		"no lb":      {"app", func(a *ObservabilityArgs) { a.Target.LoadBalancerArnSuffix = nil }, "Target.LoadBalancerArnSuffix must be given"},
		"no targets": {"app", func(a *ObservabilityArgs) { a.Target.TargetGroupArnSuffix = nil }, "Target.TargetGroupArnSuffix must be given"},
		"tasks":      {"app", func(a *ObservabilityArgs) { a.MinTasks = -1 }, "MinTasks -1 must be 0 to 5000"},
		"connections": {
			"app", func(a *ObservabilityArgs) { a.DatabaseIdentifier = pulumi.String("db") },
			"DatabaseMaxConnections 0 must be at least 1 with DatabaseIdentifier",
		},
		"e-mail": {"app", func(a *ObservabilityArgs) { a.AlarmEmail = "ops" }, `AlarmEmail "ops" must be an e-mail address`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := observabilityArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewObservability(ctx, test.name, &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Observability "`+test.name+`": `+test.want)
		})
	}
}

func TestLogAlarms(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		_, err := NewLogAlarms(ctx, "app", &LogAlarmsArgs{
			LogGroupName: pulumi.String("/ecs/app"), TopicArn: pulumi.String("arn:topic"), MetricNamespace: "LiveBeats/app",
		})
		return err
	})
	require.Equal(t, []string{
		"app", "app-connections-refused", "app-connections-refused-filter", "app-nodes-unconnected",
		"app-nodes-unconnected-filter", "app-origins-refused", "app-origins-refused-filter",
	}, r.names())
	patterns := map[string]string{}
	for _, alarm := range logAlarms("LiveBeats/app") {
		filter, inputs := r.inputs(t, "app-"+alarm.role+"-filter"), r.inputs(t, "app-"+alarm.role)
		patterns[alarm.metric] = filter["pattern"].(string)
		require.Equal(t, map[string]any{
			"logGroupName": "/ecs/app", "pattern": filter["pattern"], "metricTransformation": map[string]any{
				"namespace": inputs["namespace"], "name": inputs["metricName"], "value": "1", "defaultValue": "0",
			},
		}, filter)
		require.Equal(t, "LiveBeats/app", inputs["namespace"])
		require.NotContains(t, inputs, "dimensions")
		require.Equal(t, "notBreaching", inputs["treatMissingData"])
		require.Equal(t, []any{"arn:topic"}, inputs["alarmActions"])
	}
	require.Equal(t, map[string]string{
		"ConnectionsRefused": `"FATAL 53300"`,
		"NodesUnconnected":   `"unable to connect to"`,
		"OriginsRefused":     `"Could not check origin"`,
	}, patterns)
	require.ElementsMatch(t, slices.Collect(maps.Keys(logPatterns)), slices.Collect(maps.Keys(patterns)))
}

func TestLogAlarmsRefuses(t *testing.T) {
	t.Parallel()
	err := refuse(t, func(ctx *pulumi.Context) error {
		_, err := NewLogAlarms(ctx, "app", nil)
		return err
	})
	require.EqualError(t, err, `check args of livebeats:index:LogAlarms "app": LogGroupName must be given
TopicArn must be given
MetricNamespace "" must be 1-255 letters, digits and _ . / # -`)
}
