package config

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestParseRefusesValuesWithoutEffect sets one key with a condition in each row, and nothing else.
func TestParseRefusesValuesWithoutEffect(t *testing.T) {
	t.Parallel()
	const (
		existing, dedicated = "network.mode is existing", "network.mode is dedicated"
		created, scaled     = "database.mode is create", "autoscaling.max is given"
		schedule            = `[{"name": "night", "schedule": "rate(1 day)"}]`
	)
	rows := map[string]struct{ value, unless, also string }{
		"tls.hostedZone":      {`"Z0123456789ABC"`, "host is given", ""},
		"tls.request":         {`true`, "host is given", ""},
		"tls.additionalHosts": {`["www.example.com"]`, "tls.hostedZone is given or tls.request is true", ""},
		"tls.policy": {
			`"ELBSecurityPolicy-TLS13-1-2-2021-06"`,
			"tls.certificateArn is given or tls.hostedZone is given or tls.request is true", "",
		},
		"network.vpcId":                 {`"vpc-0123abcd"`, existing, ""},
		"network.publicSubnetIds":       {`["` + subnetA + `"]`, existing, ""},
		"network.privateSubnetIds":      {`["` + subnetA + `"]`, existing, ""},
		"network.natGateways":           {`"single"`, dedicated, ""},
		"network.endpoints":             {`true`, dedicated, ""},
		"network.zones":                 {`3`, dedicated, ""},
		"network.flowLogs":              {`true`, dedicated, ""},
		"repository.keepImages":         {`10`, "repository.name is given", ""},
		"autoscaling.min":               {`2`, scaled, ""},
		"autoscaling.cpuPercent":        {`60`, scaled, ""},
		"autoscaling.memoryPercent":     {`60`, scaled, ""},
		"autoscaling.requestsPerTarget": {`100`, scaled, ""},
		"autoscaling.schedules":         {schedule, scaled, ""},
		"database.securityGroupId":      {`"sg-0123456789abcdef0"`, "database.mode is existing", ""},
		"database.port": {
			`5433`, "database.mode is none or database.mode is existing", `, "mode": "create"`,
		},
		"database.forceTls":      {`true`, created, ""},
		"database.instanceClass": {`"db.t4g.small"`, created, ""},
		"database.multiAz":       {`true`, created, ""},
		"database.storage":       {`100`, created, ""},
		"database.maxStorage":    {`0`, created, ""},
		"database.backupDays":    {`0`, created, ""},
		"database.version":       {`16`, created, ""},
		"database.finalSnapshot": {`false`, created, ""},
		"uploads.mountPath":      {`"/app/songs"`, "uploads.mode is efs", ""},
		"uploads.backup":         {`false`, "uploads.mode is efs", ""},
		"uploads.appPatched":     {`true`, "uploads.mode is efs", ""},
		"observability.alarmEmail": {
			`"a@example.com"`, "observability.alarms is true or observability.budgetMonthly is given", "",
		},
		"observability.accessLogDays": {`30`, "observability.accessLogs is true", ""},
	}
	var conditional []string
	for _, key := range Docs() {
		for _, field := range key.Fields {
			if strings.Contains(field.Description, ". Only if ") {
				conditional = append(conditional, strings.TrimPrefix(field.Name, Namespace+":"))
			}
		}
	}
	require.ElementsMatch(t, conditional, slices.Collect(maps.Keys(rows)), "each key with a condition has a row")
	for key, row := range rows {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			object, field, _ := strings.Cut(key, ".")
			_, err := Parse("staging", with(map[string]string{Namespace + ":" + object: `{"` + field + `": ` + row.value + row.also + `}`}))
			given := row.value
			if given == schedule {
				given = "given"
			}
			require.Equal(t, []string{Namespace + ":" + key + " is " + given + ": must be left out unless " + row.unless},
				problems(t, err))
		})
	}
}
