package features

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// runOn runs a command on a stack other than staging.
func (p *project) runOn(stack string, args ...string) suite.Result {
	p.Helper()
	return p.Run(append(args, "--stack", stack)...)
}

// variables returns the environment variables of the tasks, and the parameter paths of their secrets by name, in the
// newest revision of the task definition.
func (p *project) variables() (environment, secrets map[string]string) {
	p.Helper()
	revisions := p.World().List("aws:ecs/taskDefinition:TaskDefinition", "eu-west-2")
	newest := slices.MaxFunc(revisions, func(a, b *world.Object) int {
		return int(a.Props["revision"].(float64) - b.Props["revision"].(float64))
	})
	var containers []struct {
		Name                 string
		Environment, Secrets []map[string]string
	}
	require.NoError(p, json.Unmarshal([]byte(newest.Props["containerDefinitions"].(string)), &containers))
	environment, secrets = map[string]string{}, map[string]string{}
	for _, c := range containers {
		for _, v := range c.Environment {
			environment[v["name"]] = v["value"]
		}
		for _, v := range c.Secrets {
			secrets[v["name"]] = v["valueFrom"][strings.Index(v["valueFrom"], "/"):]
		}
	}
	return environment, secrets
}

// TestProtection: no protected resource is deleted or replaced, and the error comes before anything is changed.
func TestProtection(t *testing.T) {
	t.Parallel()
	const stack = "production"
	p := newProject(t)
	p.runOn(stack, "up").Exits(0)
	before := p.File(".sandbox/world/world.json")
	refused := func(text string, args ...string) {
		t.Helper()
		p.runOn(stack, args...).Exits(1).Says(text)
		require.Equal(t, before, p.File(".sandbox/world/world.json"), args)
	}
	refused(`destroy stack "production": nothing was deleted: 9 resources are protected`, "destroy")
	refused("set live-beats:protect to false, run up, and then destroy", "destroy")
	refused(`database" cannot be deleted because it is protected`, "preview", "--config", `database={"mode": "none"}`)
	const next = "nothing was changed; to delete or replace a protected resource, set live-beats:protect to false, " +
		"run up, and then make the change"
	for name, config := range map[string]string{
		"live-beats-production-database":       `database={"mode": "none"}`,
		"live-beats-production-uploads":        "uploads.mode=none",
		"live-beats-production-access-logs":    "observability.accessLogs=false",
		"live-beats-production-release-cookie": "secretsMode=existing",
	} {
		refused("::"+name+`" cannot be deleted because it is protected`, "up", "--config", config)
	}
	refused("unable to replace resource", "up", "--config", "secrets.RELEASE_COOKIE=/moved")
	refused(next, "up", "--config", "secrets.RELEASE_COOKIE=/moved")
	p.runOn(stack, "status").Exits(0)

	// A resource that is only retained leaves the stack, but stays in the account.
	logs := func() int { return len(p.World().List("aws:cloudwatch/logGroup:LogGroup", "eu-west-2")) }
	count := logs()
	p.runOn(stack, "up", "--config", "service.exec=false").Exits(0)
	require.Equal(t, count, logs())
	p.runOn(stack, "up").Exits(0)
	require.Equal(t, count+1, logs(), "a new log group is created, and the retained one stays")

	for _, protect := range []string{"false", "true", "false"} {
		for _, step := range p.runOn(stack, "up", "--config", "protect="+protect).Exits(0).Plan() {
			require.True(t, strings.HasPrefix(step, "~ "), step)
		}
	}
	p.runOn(stack, "preview", "--config", "protect=false", "--expect-no-changes").Exits(0)
	p.runOn(stack, "destroy").Exits(0).Says("its final snapshot live-beats-production-final-").
		Says("remains, and costs money on AWS; to delete it: go run . sandbox delete")
	p.DeleteSnapshots(1)
	for _, o := range p.World().List("aws:cloudwatch/logGroup:LogGroup", "eu-west-2") {
		p.Run("sandbox", "delete", o.ID).Exits(0)
	}
	require.True(t, p.World().Empty())
}

// TestFinalSnapshots: each time the database is deleted it leaves a final snapshot.
func TestFinalSnapshots(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	for range 2 {
		p.Run("up", "--config", "database.mode=create").Exits(0)
		p.Run("destroy").Exits(0)
	}
	p.DeleteSnapshots(2)
	require.True(t, p.World().Empty())
}

// TestDatabaseVariants switches a running app from DATABASE_URL to one variable for each part of the connection.
func TestDatabaseVariants(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const path = "/staging/fly-live-beats/"
	for _, test := range []struct {
		config string
		want   map[string]string
	}{
		{`{"mode": "create"}`, map[string]string{"DATABASE_URL": path + "database-url"}},
		{`{"mode": "create", "variant": "parts", "forceTls": false}`, map[string]string{
			"DB_HOST": path + "db-host", "DB_NAME": path + "db-name", "DB_PASSWORD": path + "db-password",
			"DB_PORT": path + "db-port", "DB_USERNAME": path + "db-username",
		}},
	} {
		config := []string{"--config", "live-beats:database=" + test.config, "--config", "live-beats:secrets={}"}
		p.Run(append([]string{"up"}, config...)...).Exits(0)
		p.Run(append([]string{"preview", "--expect-no-changes"}, config...)...).Exits(0)
		environment, secrets := p.variables()
		require.Equal(t, "9", environment["POOL_SIZE"], "from the connections of db.t4g.micro")
		for _, name := range []string{
			"SECRET_KEY_BASE", "RELEASE_COOKIE", "LIVE_BEATS_GITHUB_CLIENT_ID", "LIVE_BEATS_GITHUB_CLIENT_SECRET",
		} {
			require.Contains(t, secrets, name)
			delete(secrets, name)
		}
		require.Equal(t, test.want, secrets)
	}
	p.Run("up").Exits(0)
	environment, _ := p.variables()
	require.Equal(t, "5", environment["POOL_SIZE"])
	p.Run("destroy").Exits(0)
	p.DeleteSnapshots(1)
	require.True(t, p.World().Empty())
}

func TestConnectionBudget(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	own := []string{"--config", "database.mode=create"}
	p.Run(append([]string{"preview", "--config", "service.poolSize=10"}, own...)...).Exits(1).
		Says("live-beats:service.poolSize is 10: must be at most 9: 2 repos x 10 x 2 tasks x 200 % during a deployment " +
			"need 80 connections, but db.t4g.micro has 73 for the tasks")
	p.Run(append([]string{"preview", "--config", "database.instanceClass=db.x2g.large"}, own...)...).
		Says("the connection limit of instance class db.x2g.large is not known")
}

// TestAnyStackName: resource names fit the limits of every service, whatever the name of the stack is.
func TestAnyStackName(t *testing.T) {
	t.Parallel()
	const stack = "My-Stack-With-A-Very-Long-Name-For-Everything-1"
	p := newProject(t)
	data := strings.Replace(p.File("Pulumi.production.yaml"), "protect: true", "protect: false", 1)
	require.NoError(t, os.WriteFile(filepath.Join(p.Dir, "Pulumi."+stack+".yaml"), []byte(data), 0o600))
	p.runOn(stack, "up").Exits(0)
	p.runOn(stack, "preview", "--expect-no-changes").Exits(0)
	p.runOn(stack, "destroy").Exits(0)
	p.DeleteSnapshots(1)
	require.True(t, p.World().Empty())
}

// TestNightsAndWeekends: schedules stop all tasks and start them again. An up in between does not start them.
func TestNightsAndWeekends(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	example, found := uncomment(p.File("Pulumi.staging.yaml"), "live-beats:autoscaling:")
	require.True(t, found)
	require.NoError(t, os.WriteFile(filepath.Join(p.Dir, "Pulumi.staging.yaml"), []byte(example), 0o600))
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
	actions := p.World().List("aws:appautoscaling/scheduledAction:ScheduledAction", "eu-west-2")
	target := p.World().List("aws:appautoscaling/target:Target", "eu-west-2")[0].ID
	require.Len(t, actions, 2)
	// The sandbox does not wait for night: the test sets the bounds that the schedules would set.
	bounds := func(set ...string) {
		for _, bound := range set {
			p.Run("sandbox", "drift", target, bound).Exits(0)
		}
	}
	desired := func() int {
		var status struct{ DesiredCount int }
		p.Run("status", "--json").Exits(0).JSON(&status)
		return status.DesiredCount
	}
	require.Equal(t, 2, desired())
	bounds("minCapacity=0", "maxCapacity=0")
	require.Zero(t, desired(), "night")
	p.Run("up").Exits(0)
	require.Zero(t, desired(), "up must not start tasks at night")
	bounds("maxCapacity=2", "minCapacity=2")
	require.Equal(t, 2, desired(), "morning")
	require.Equal(t, map[string]any{"minCapacity": 0.0, "maxCapacity": 0.0}, actions[1].Props["scalableTargetAction"])
	require.Equal(t, map[string]any{"minCapacity": 2.0, "maxCapacity": 2.0}, actions[0].Props["scalableTargetAction"])
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// uncomment removes the comment signs from a key and from the lines under it.
func uncomment(file, key string) (text string, found bool) {
	lines := strings.Split(file, "\n")
	for i, line := range lines {
		bare, isComment := strings.CutPrefix(line, "  # ")
		found = found && isComment && strings.HasPrefix(bare, " ") || bare == key
		if found {
			lines[i] = "  " + bare
		}
	}
	return strings.Join(lines, "\n"), strings.Contains(strings.Join(lines, "\n"), "\n  "+key+"\n")
}
