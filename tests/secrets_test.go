package tests

import (
	"io/fs"
	"os"
	"path/filepath"
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

// TestExistingSecrets shows what happens when they do not exist, and that the stack comes up once they do.
func TestExistingSecrets(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	existing := []string{"up", "--config", "live-beats:secretsMode=existing"}
	p.run(existing...).exits(2).says("unable to retrieve secrets from ssm").says("invalid parameters: /staging/fly-live-beats/")
	for _, name := range []string{
		"secret-key-base", "database-url", "live-beats-github-client-id", "live-beats-github-client-secret", "release-cookie",
	} {
		p.run("sandbox", "put-parameter", "/staging/fly-live-beats/"+name, "v").exits(0)
	}
	again := p.run(existing...).exits(2)
	require.Contains(t, again.stdout, "go run . sandbox redeploy live-beats-staging", "ECS does not try again by itself")
	p.run("sandbox", "redeploy", "live-beats-staging").exits(0)
	p.run(existing...).exits(0)
	p.run("status").exits(0)
	p.run("destroy").exits(0)
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
