package features

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

const secretValue = "ecto://user:correct-horse-battery@db.example.com/live_beats"

// TestSecretsAreNeverInPlainText sets a secret outside of Pulumi: it appears in no output and in no file.
func TestSecretsAreNeverInPlainText(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	said := p.Run("up").Exits(0)
	put := p.Command("sandbox", "put-parameter", "/staging/fly-live-beats/database-url", "-")
	put.Stdin = openText(t, secretValue)
	output, err := put.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Contains(t, string(output), "is now at version 2")

	for _, r := range []suite.Result{said, p.Run("refresh").Exits(0), p.Run("up").Exits(0), p.Run("preview", "--diff").Exits(0)} {
		require.NotContains(t, r.Stdout+r.Stderr, secretValue)
	}
	require.NoError(t, filepath.WalkDir(p.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NotContains(t, string(data), secretValue, path)
		return err
	}))
	p.Run("preview", "--expect-no-changes").Exits(0)
}

// TestSecretVersions: the next preview sees a value that was set outside of Pulumi, and up replaces the tasks.
func TestSecretVersions(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	for _, name := range []string{"database-url", "secret-key-base"} {
		p.Run("sandbox", "put-parameter", "/staging/fly-live-beats/"+name, secretValue).Exits(0)
		task := "aws:ecs:TaskDefinition live-beats-staging-task"
		preview := p.Run("preview").Exits(0)
		require.ElementsMatch(t, []string{ // The engine prints parallel steps in any order.
			"~ livebeats:index:LiveBeatsService live-beats-staging", "++ " + task, "+- " + task,
			"~ aws:ecs:Service live-beats-staging-service", "-- " + task,
		}, preview.Plan())
		require.NotContains(t, preview.Stderr+preview.Stdout, secretValue)
		p.Run("up").Exits(0)
		p.Run("preview", "--expect-no-changes").Exits(0)
		p.Run("refresh").Exits(0)
		p.Run("preview", "--expect-no-changes").Exits(0)
	}
	p.Run("preview", "--diff", "--config", "live-beats:secrets.SENTRY_DSN=/staging/sentry").Exits(0).
		Says(`live-beats.secret-version.SENTRY_DSN : "1"`)
	p.Run("sandbox", "fault", "add", "GetParameter", "--error", "AccessDeniedException").Exits(0)
	p.Run("preview").Exits(1).Says("look up the version of live-beats:secrets.").Says("AccessDeniedException")
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestExistingSecrets: nothing is created while a parameter is missing, and the error has the command that creates it.
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
		return "live-beats:secrets." + variable + ": parameter \"" + path + "\" does not exist in region eu-west-2, and " +
			"secretsMode is existing: create it first, with aws ssm put-parameter --region eu-west-2 --type SecureString --name "
	}
	refused := p.Run(existing...).Exits(1).Says(missing("DATABASE_URL", names[1]) + names[1]).
		Says(missing("RELEASE_COOKIE", "arn:aws:ssm:eu-west-2:123456789012:parameter/shared/cookie") + names[4])
	require.Equal(t, 5, strings.Count(refused.Stderr, "does not exist in region"))
	require.True(t, p.World().Empty(), "nothing was created")
	put := func(name string) { p.Run("sandbox", "put-parameter", name, "v").Exits(0) }
	for _, name := range names {
		put(name)
	}
	p.Run(existing...).Exits(0)
	p.Run(append([]string{"preview", "--expect-no-changes"}, existing[1:]...)...).Exits(0)
	put(names[4])
	require.Contains(t, p.Run(existing...).Exits(0).Plan(), "+- aws:ecs:TaskDefinition live-beats-staging-task")

	p.Run("sandbox", "delete", names[1]).Exits(0)
	p.Run(existing...).Exits(1).Says(missing("DATABASE_URL", names[1]))
	p.Run("destroy").Exits(0)
}

// TestParametersElsewhere: parameters in another region are not looked up, and the sandbox does not have them.
func TestParametersElsewhere(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	up := p.Run("up", "--skip-proofs", "--config", "live-beats:secretsMode=existing", "--config",
		`live-beats:secrets={"RELEASE_COOKIE": "arn:aws:ssm:us-east-1:123456789012:parameter/shared/cookie"}`).Exits(2)
	require.Contains(t, up.Stdout, "invalid parameters: /shared/cookie")
	require.Contains(t, up.Stdout, "go run . sandbox redeploy live-beats-staging", "ECS does not try again by itself")
	require.NotContains(t, p.Run("sandbox", "events").Exits(0).Stdout, "GetParameter")
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
