package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOptionsOnAndOff switches one option after the other on and off again on a running stack. Each time the next
// preview is empty, and nothing is replaced but the task definition.
func TestOptionsOnAndOff(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("up").exits(0)
	for name, config := range map[string]string{
		"database":    `live-beats:database={"mode": "create"}`,
		"parts":       `live-beats:database={"mode": "create", "variant": "parts", "forceTls": true, "maxStorage": 0, "finalSnapshot": false}`,
		"uploads":     `live-beats:uploads={"mode": "efs", "appPatched": true}`,
		"autoscaling": `live-beats:autoscaling={"max": 4, "cpuPercent": 60, "requestsPerTarget": 500, "schedules": [{"name": "night", "schedule": "cron(0 20 ? * MON-FRI *)", "timezone": "Europe/London"}]}`,
		"alarms":      `live-beats:observability={"alarms": true, "alarmEmail": "ops@example.com"}`,
		"access logs": `live-beats:observability={"accessLogs": true}`,
		"spot":        "live-beats:service.spotWeight=3",
		"disk":        "live-beats:service.ephemeralStorage=50",
		"no exec":     "live-beats:service.exec=false",
		"no migrate":  "live-beats:service.migrate=false",
	} {
		for _, args := range [][]string{{"--config", config}, nil} {
			for _, step := range p.run(append([]string{"up"}, args...)...).exits(0).plan() {
				replaces := strings.HasPrefix(step, "+-") || strings.HasPrefix(step, "++") || strings.HasPrefix(step, "--")
				require.False(t, replaces && !strings.Contains(step, "TaskDefinition"), "%s: %s", name, step)
			}
			p.run(append([]string{"preview", "--expect-no-changes"}, args...)...).exits(0)
		}
	}
	p.run("destroy").exits(0)
	p.deleteSnapshots(1)
	require.True(t, p.world().Empty())
}

// TestExampleStacks brings every environment of the repository up and takes it down again.
func TestExampleStacks(t *testing.T) {
	t.Parallel()
	unprotected := []string{"--config", "live-beats:protect=false"}
	for _, stack := range []string{"guide", "production"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			on := func(args ...string) result { return p.run(append(args, "--stack", stack)...).exits(0) }
			on("up")
			on("preview", "--expect-no-changes")
			require.Zero(t, on("refresh", "--json").changes()["update"])
			on("status")
			on(append([]string{"up"}, unprotected...)...)
			on(append([]string{"destroy"}, unprotected...)...)
			p.deleteSnapshots(map[string]int{"guide": 0, "production": 1}[stack])
			require.True(t, p.world().Empty())
		})
	}
}
