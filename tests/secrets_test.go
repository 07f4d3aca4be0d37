package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const secretValue = "ecto://user:correct-horse-battery@db.example.com/live_beats"

// TestSecretsAreNeverInTheClear sets a secret outside of Pulumi and looks for it in everything that is written.
func TestSecretsAreNeverInTheClear(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	said := p.run("up").exits(0)
	put := p.command("sandbox", "put-parameter", "/staging/fly-live-beats/database-url", "-")
	put.Stdin = openText(t, secretValue)
	output, err := put.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Contains(t, string(output), "is now at version 2")

	for _, r := range []result{said, p.run("refresh").exits(0), p.run("up").exits(0), p.run("preview", "--diff").exits(0)} {
		require.NotContains(t, r.stdout+r.stderr, secretValue)
	}
	require.NoError(t, filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NotContains(t, string(data), secretValue, path)
		return err
	}))
	p.run("preview", "--expect-no-changes").exits(0)
}

// TestSecretVersions: a value that is set outside of Pulumi is seen by the next preview, and rolls the service.
func TestSecretVersions(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("up").exits(0)
	for _, name := range []string{"database-url", "secret-key-base"} {
		p.run("sandbox", "put-parameter", "/staging/fly-live-beats/"+name, secretValue).exits(0)
		task := "aws:ecs:TaskDefinition live-beats-staging-task"
		preview := p.run("preview").exits(0)
		require.Equal(t, []string{
			"~ livebeats:index:LiveBeatsService live-beats-staging", "++ " + task, "+- " + task,
			"~ aws:ecs:Service live-beats-staging-service", "-- " + task,
		}, preview.plan())
		require.NotContains(t, preview.stderr+preview.stdout, secretValue)
		p.run("up").exits(0)
		p.run("preview", "--expect-no-changes").exits(0)
		p.run("refresh").exits(0)
		p.run("preview", "--expect-no-changes").exits(0)
	}
	p.run("preview", "--diff", "--config", "live-beats:secrets.SENTRY_DSN=/staging/sentry").exits(0).
		says(`live-beats.secret-version.SENTRY_DSN : "1"`)
	p.run("sandbox", "fault", "add", "GetParameter", "--error", "AccessDeniedException").exits(0)
	p.run("preview").exits(1).says("look up the version of live-beats:secrets.").says("AccessDeniedException")
	p.run("destroy").exits(0)
	require.True(t, p.world().Empty())
}

// TestExistingSecrets: nothing is made while one of them is missing, and the message has the command that makes it.
func TestExistingSecrets(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	existing := []string{
		"up", "--config", "live-beats:secretsMode=existing", "--config",
		"live-beats:secrets.RELEASE_COOKIE=arn:aws:ssm:eu-west-2:123456789012:parameter/shared/cookie",
	}
	names := []string{
		"/staging/fly-live-beats/secret-key-base", "/staging/fly-live-beats/database-url",
		"/staging/fly-live-beats/live-beats-github-client-id", "/staging/fly-live-beats/live-beats-github-client-secret",
		"/shared/cookie",
	}
	missing := func(variable, path string) string {
		return "live-beats:secrets." + variable + ": parameter \"" + path + "\" is not there in region eu-west-2, and " +
			"secretsMode is existing: make it first, with aws ssm put-parameter --region eu-west-2 --type SecureString --name "
	}
	refused := p.run(existing...).exits(1).says(missing("DATABASE_URL", names[1]) + names[1]).
		says(missing("RELEASE_COOKIE", "arn:aws:ssm:eu-west-2:123456789012:parameter/shared/cookie") + names[4])
	require.Equal(t, 5, strings.Count(refused.stderr, "is not there in region"))
	require.True(t, p.world().Empty(), "nothing was made")
	put := func(name string) { p.run("sandbox", "put-parameter", name, "v").exits(0) }
	for _, name := range names {
		put(name)
	}
	p.run(existing...).exits(0)
	p.run(append([]string{"preview", "--expect-no-changes"}, existing[1:]...)...).exits(0)
	put(names[4])
	require.Contains(t, p.run(existing...).exits(0).plan(), "+- aws:ecs:TaskDefinition live-beats-staging-task")

	p.run("sandbox", "delete", names[1]).exits(0)
	p.run(existing...).exits(1).says(missing("DATABASE_URL", names[1]))
	p.run("destroy").exits(0)
}

// TestParametersElsewhere: those of another region are not looked up, and the sandbox has none of them.
func TestParametersElsewhere(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	up := p.run("up", "--config", "live-beats:secretsMode=existing", "--config",
		`live-beats:secrets={"RELEASE_COOKIE": "arn:aws:ssm:us-east-1:123456789012:parameter/shared/cookie"}`).exits(2)
	require.Contains(t, up.stdout, "invalid parameters: /shared/cookie")
	require.Contains(t, up.stdout, "go run . sandbox redeploy live-beats-staging", "ECS does not try again by itself")
	require.NotContains(t, p.run("sandbox", "events").exits(0).stdout, "GetParameter")
}

func openText(t *testing.T, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "value")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	return file
}
