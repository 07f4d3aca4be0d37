package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const ownDatabase = `{"mode": "create", "instanceClass": "%s"}`

// db.t4g.micro allows 80 connections, of which 73 are for the tasks. db.t4g.small allows 187, of which 180 are.
func TestPoolSize(t *testing.T) {
	t.Parallel()
	const schedule = `{"name": "day", "schedule": "rate(1 day)", "max": 9}`
	for name, test := range map[string]struct {
		class, service, autoscaling string
		want                        int
	}{
		"guide's two tasks":    {"db.t4g.micro", `{}`, `{}`, 9},
		"three tasks":          {"db.t4g.micro", `{"desiredCount": 3}`, `{}`, 6},
		"as many as fit":       {"db.t4g.micro", `{"desiredCount": 18}`, `{}`, 1},
		"none":                 {"db.t4g.micro", `{"desiredCount": 0}`, `{}`, 10},
		"enough for the app's": {"db.t4g.small", `{}`, `{}`, 10},
		"given":                {"db.t4g.micro", `{"poolSize": 2}`, `{}`, 2},
		"given, the most":      {"db.t4g.micro", `{"poolSize": 9}`, `{}`, 9},
		"autoscaling":          {"db.t4g.small", `{}`, `{"max": 6, "cpuPercent": 60}`, 7},
		"schedule":             {"db.t4g.small", `{}`, `{"max": 6, "schedules": [` + schedule + `]}`, 5},
		"more at the start":    {"db.t4g.small", `{"desiredCount": 15}`, `{"max": 6, "cpuPercent": 60}`, 3},
		"unknown class":        {"db.x2g.large", `{"desiredCount": 500}`, `{}`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := Parse("staging", with(map[string]string{
				"live-beats:database": fmt.Sprintf(ownDatabase, test.class),
				"live-beats:service":  test.service, "live-beats:autoscaling": test.autoscaling,
			}))
			require.NoError(t, err)
			require.Equal(t, test.want, config.Service.PoolSize)
		})
	}
	for _, mode := range []string{`{}`, `{"mode": "existing", "securityGroupId": "sg-0123abcd"}`} {
		config, err := Parse("staging", with(map[string]string{
			"live-beats:database": mode, "live-beats:service": `{"desiredCount": 500}`,
		}))
		require.NoError(t, err, "the limit of an existing database is not known")
		require.Equal(t, 5, config.Service.PoolSize)
	}
}

func TestTooManyConnectionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ service, problem string }{
		"pool": {
			`{"poolSize": 10}`, `service.poolSize is 10: must be at most 9: ` +
				`2 repos x 10 x 2 tasks x 200 % during a deployment need 80 connections, but db.t4g.micro has 73 for the tasks`,
		},
		"tasks": {
			`{"desiredCount": 19}`, `database.instanceClass is "db.t4g.micro": choose a larger class, or run at most 18 tasks: ` +
				`2 repos x 1 x 19 tasks x 200 % during a deployment need 76 connections, but db.t4g.micro has 73 for the tasks`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("staging", with(map[string]string{
				"live-beats:database": fmt.Sprintf(ownDatabase, "db.t4g.micro"), "live-beats:service": test.service,
			}))
			require.Equal(t, []string{"live-beats:" + test.problem}, problems(t, err))
		})
	}
}

func TestSecretsOfTheDatabase(t *testing.T) {
	t.Parallel()
	parts := func(more map[string]string) map[string]string {
		for _, name := range []string{"username", "password", "host", "port", "name"} {
			more[map[string]string{
				"username": "DB_USERNAME", "password": "DB_PASSWORD", "host": "DB_HOST", "port": "DB_PORT", "name": "DB_NAME",
			}[name]] = "/qa/fly-live-beats/db-" + name
		}
		return more
	}
	for name, test := range map[string]struct {
		database, secrets string
		want              map[string]string
	}{
		"parts instead of the URL": {`{"variant": "parts"}`, `{}`, parts(map[string]string{
			"SECRET_KEY_BASE": "/qa/fly-live-beats/secret-key-base", "RELEASE_COOKIE": "/qa/fly-live-beats/release-cookie",
			"LIVE_BEATS_GITHUB_CLIENT_ID":     "/qa/fly-live-beats/live-beats-github-client-id",
			"LIVE_BEATS_GITHUB_CLIENT_SECRET": "/qa/fly-live-beats/live-beats-github-client-secret",
		})},
		"given secrets alone":  {`{"variant": "parts"}`, `{"A": "/a"}`, map[string]string{"A": "/a"}},
		"the database has its": {`{"mode": "create", "variant": "parts", "forceTls": true}`, `{"A": "/a"}`, parts(map[string]string{"A": "/a"})},
		"its path is given":    {`{"mode": "create"}`, `{"DATABASE_URL": "/a"}`, map[string]string{"DATABASE_URL": "/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := Parse("qa", with(map[string]string{
				"live-beats:database": test.database, "live-beats:secrets": test.secrets,
			}))
			require.NoError(t, err)
			require.Equal(t, test.want, config.Secrets)
		})
	}
	const arn = "arn:aws:ssm:eu-west-2:123456789012:parameter/a"
	_, err := Parse("qa", with(map[string]string{
		"live-beats:secretsMode": "existing", "live-beats:database": `{"mode": "create"}`,
		"live-beats:secrets": `{"DATABASE_URL": "` + arn + `"}`,
	}))
	require.Equal(t, []string{`live-beats:secrets.DATABASE_URL is "` + arn + `": must be a path, not an ARN, when ` +
		`database.mode is create`}, problems(t, err))
}
