package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const testImage = "livebeats/app:1"

func ptr(n int) *int { return &n }

// TestHowImagesBehave breaks one property of an image at a time.
func TestHowImagesBehave(t *testing.T) {
	t.Parallel()
	unhealthy := "Task failed ELB health checks in (target-group "
	for name, test := range map[string]struct {
		image ecs.Image
		want  string
	}{
		"as it is":               {ecs.Image{}, ""},
		"crashes":                {ecs.Image{Exit: ptr(137)}, "Essential container in task exited (container app: exit code 137)"},
		"ends well, which is no": {ecs.Image{Exit: ptr(0)}, "Essential container in task exited (container app: exit code 0)"},
		"listens elsewhere":      {ecs.Image{Port: 8080}, "Health checks failed"},
		"other status":           {ecs.Image{Paths: map[string]int{"/signin": 500}}, "Health checks failed with these codes: [500]"},
		"slow":                   {ecs.Image{StartSeconds: 60}, ""},
		"too slow":               {ecs.Image{StartSeconds: 600}, unhealthy},
		"not pushed": {ecs.Image{Missing: true}, "CannotPullContainerError: pull image manifest has been retried 1 time(s): " +
			"failed to resolve ref " + testImage + ": " + testImage + ": not found"},
		"more environment": {ecs.Image{Requires: []string{"NONE"}}, "Essential container in task exited (container app: exit code 1)"},
		"other architecture": {ecs.Image{Architectures: []string{"ARM64"}}, "CannotPullContainerError: pull image manifest has " +
			"been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'"},
		"its architecture": {ecs.Image{Architectures: []string{"X86_64"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, ecs.DeclareImage(a.World, testImage, test.image))
			err := a.Deploy(sandboxtest.Set("service", "healthCheckGracePeriodSeconds", 120.0))
			if test.want == "" {
				require.NoError(t, err)
				require.True(t, status(t, a).Healthy())
				return
			}
			require.ErrorContains(t, err, test.want)
			ecs.ForgetImage(a.World, testImage)
			require.Empty(t, ecs.Images(a.World))
			require.NoError(t, a.Change("service", provider.Props{"forceNewDeployment": true}), "it is healthy again")
		})
	}
}

// TestOtherPrograms: what Live Beats needs and answers is not asked of another program.
func TestOtherPrograms(t *testing.T) {
	t.Parallel()
	const other = `[{"name": "web", "image": "nginx:1.27", "portMappings": [{"containerPort": 8080}], "healthCheck":
 {"command": ["CMD-SHELL", "curl -f http://localhost:8080/"]}}]`
	balancers := []any{provider.Props{"targetGroupArn": "$targets.arn", "containerName": "web", "containerPort": 8080.0}}
	for name, test := range map[string]struct {
		containers string
		image      ecs.Image
		want       string
	}{
		"not declared":     {other, ecs.Image{}, ""},
		"its own variable": {strings.Replace(other, `"healthCheck"`, `"environment": [{"name": "PORT", "value": "81"}], "healthCheck"`, 1), ecs.Image{}, "Health checks failed"},
		"declared port":    {other, ecs.Image{Port: 81}, "Health checks failed"},
		"declared status":  {other, ecs.Image{Paths: map[string]int{"/signin": 500}}, "Health checks failed with these codes: [500]"},
		"declared crash":   {other, ecs.Image{Exit: ptr(1)}, "Essential container in task exited (container web: exit code 1)"},
		"variables":        {other, ecs.Image{Requires: []string{"NONE"}}, "Essential container in task exited (container web: exit code 1)"},
		"Live Beats":       {strings.Replace(other, "nginx", "live-beats", 1), ecs.Image{}, "Essential container in task exited (container web: exit code 1)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, ecs.DeclareImage(a.World, "nginx:1.27", test.image))
			changes := sandboxtest.Set("service", "loadBalancers", balancers)
			changes["task"] = provider.Props{"containerDefinitions": test.containers}
			changes["app"] = provider.Props{"fromPort": 8080.0, "toPort": 8080.0}
			changes["in"] = changes["app"]
			err := a.Deploy(changes)
			if test.want == "" {
				require.NoError(t, err)
				require.True(t, status(t, a).Healthy())
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestImagesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for want, image := range map[string]ecs.Image{
		"exit 256 must be an exit code from 0 to 255":                                                  {Exit: ptr(256)},
		"migrateExit -1 must be an exit code from 0 to 255":                                            {MigrateExit: -1},
		"startSeconds -1 must not be negative":                                                         {StartSeconds: -1},
		"port 65536 must be 1 to 65535":                                                                {Port: 65536},
		`path "signin" with status 200 must be a path that begins with / and a status from 100 to 599`: {Paths: map[string]int{"signin": 200}},
		`architecture "arm" must be X86_64 or ARM64`:                                                   {Architectures: []string{"arm"}},
	} {
		require.EqualError(t, image.Check(), want)
	}
	a := sandboxtest.New(t)
	require.ErrorContains(t, ecs.DeclareImage(a.World, "A", ecs.Image{}), `parse image "A"`)
	require.Error(t, ecs.DeclareImage(a.World, testImage, ecs.Image{Port: -1}))
	require.Empty(t, ecs.Images(a.World))
}

func TestRequiredEnvironment(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]string{
		"DATABASE_URL": `"DATABASE_URL"`, "LIVE_BEATS_GITHUB_CLIENT_ID": `"LIVE_BEATS_GITHUB_CLIENT_ID"`,
		"LIVE_BEATS_GITHUB_CLIENT_SECRET": `"LIVE_BEATS_GITHUB_CLIENT_SECRET"`, "SECRET_KEY_BASE": `"SECRET_KEY_BASE"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			containers := strings.Replace(sandboxtest.Containers, without, `"OTHER"`, 1)
			require.ErrorContains(t, a.Deploy(sandboxtest.Set("task", "containerDefinitions", containers)),
				"Essential container in task exited (container app: exit code 1)")
			require.Equal(t, `** (System.EnvError) could not fetch environment variable "`+name+`" because it is not set`,
				status(t, a).Tasks[0].LastLog)
		})
	}
	alone := strings.Replace(sandboxtest.Containers, `"DATABASE_URL"`, `"DB_HOST"`, 1)
	require.ErrorContains(t, sandboxtest.New(t).Deploy(sandboxtest.Set("task", "containerDefinitions", alone)),
		"Essential container in task exited (container app: exit code 1)", "without DB_USERNAME")
	other := strings.Replace(alone, `"environment": [`, `"environment": [{"name": "DB_USERNAME", "value": "u"},
 {"name": "DB_PASSWORD", "value": "p"}, {"name": "DB_PORT", "value": "5432"},`, 1)
	require.NoError(t, sandboxtest.New(t).Deploy(sandboxtest.Set("task", "containerDefinitions", other)), "the other variant")
}

// migrating returns the stack's containers with a migration before the app.
func migrating(image string) string {
	app := strings.Replace(sandboxtest.Containers, `"name": "app"`,
		`"name": "app", "dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}]`, 1)
	app = strings.Replace(app, testImage, image, 1)
	migrate := strings.Replace(sandboxtest.Containers, `"name": "app"`,
		`"name": "migrate", "essential": false, "command": ["/app/bin/migrate"]`, 1)
	migrate = strings.Replace(strings.Replace(migrate, testImage, image, 1), `"portMappings": [{"containerPort": 4000}],`, "", 1)
	return strings.TrimSuffix(app, "]") + "," + strings.TrimPrefix(migrate, "[")
}

// TestMigrationInTheApp runs the migration in an essential container. Alone, it ends the task. Before the server, it
// counts only if the shell uses its exit code.
func TestMigrationInTheApp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		command string
		exit    int
		want    string
	}{
		"alone":           {"/app/bin/migrate", 0, "Essential container in task exited (container app: exit code 0)"},
		"before":          {"/app/bin/migrate; /app/bin/server", 3, ""},
		"and then":        {"/app/bin/migrate && /app/bin/live_beats start", 0, ""},
		"failed, so not":  {"/app/bin/migrate && /app/bin/server", 3, "Essential container in task exited (container app: exit code 3)"},
		"no migration":    {"/app/bin/server", 3, ""},
		"by another name": {"/app/bin/live_beats eval LiveBeats.Release.migrate", 0, "exit code 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, ecs.DeclareImage(a.World, testImage, ecs.Image{MigrateExit: test.exit}))
			err := a.Deploy(sandboxtest.Set("task", "containerDefinitions", strings.Replace(sandboxtest.Containers,
				`"name": "app"`, `"name": "app", "command": ["sh", "-c", "`+test.command+`"]`, 1)))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestStartTimeout: the app gives up if the migration takes longer than the migration's startTimeout.
func TestStartTimeout(t *testing.T) {
	t.Parallel()
	slow := func(limit string) error {
		a := sandboxtest.New(t)
		require.NoError(t, ecs.DeclareImage(a.World, testImage, ecs.Image{MigrateSeconds: 90}))
		containers := strings.Replace(migrating(testImage), `"essential": false`, `"essential": false`+limit, 1)
		return a.Deploy(sandboxtest.Set("task", "containerDefinitions", containers))
	}
	require.NoError(t, slow(""), "without a limit")
	require.NoError(t, slow(`, "startTimeout": 90`))
	require.ErrorContains(t, slow(`, "startTimeout": 89`), "dependency graph: container ordering dependency "+
		"[migrate("+testImage+")] for target [app("+testImage+")] has timed out.")
}

// TestFailedMigrationKeepsTheOldTasks deploys a release with a failing migration after one that works.
func TestFailedMigrationKeepsTheOldTasks(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Set("task", "containerDefinitions", migrating(testImage)))
	before := status(t, a).Tasks
	require.NoError(t, ecs.DeclareImage(a.World, "livebeats/app:2", ecs.Image{MigrateExit: 3}))
	next := sandboxtest.With("task", provider.Props{"containerDefinitions": migrating("livebeats/app:2")})
	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "next", next))
	require.NoError(t, a.Change("service", provider.Props{"taskDefinition": "$next.arn"}), "steady, with the old revision")
	s := status(t, a)
	require.False(t, s.Healthy())
	require.Equal(t, before, s.Tasks[:2])
	require.Len(t, s.Targets, 2)
	require.Equal(t, "Essential container in task exited: CannotStartContainerError: dependency graph: failed to resolve "+
		"container ordering dependency [migrate(livebeats/app:2) (STOPPED->RUNNING) - Exit: 3] for target "+
		"[app(livebeats/app:2) (NONE->RUNNING)] as dependency did not exit successfully.", s.Tasks[2].StoppedReason)
	require.Equal(t, "migration ended with code 3", s.Tasks[2].LastLog)
}
