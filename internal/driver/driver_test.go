package driver

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const stagingFile = `config:
  aws:region: eu-west-2
  live-beats:image: 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest
  live-beats:service:
    cpu: 256
`

// newDir creates a directory with the given files, by path.
func newDir(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(tb, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func newProject(tb testing.TB, staging string) string {
	tb.Helper()
	return newDir(tb, map[string]string{
		"Pulumi.yaml":         "name: live-beats\nruntime: go\n",
		"Pulumi.staging.yaml": staging,
		"deep/er/file":        "",
	})
}

func load(tb testing.TB, dir string, overrides ...string) *Project {
	tb.Helper()
	p, err := Load(dir, "staging", overrides)
	require.NoError(tb, err)
	return p
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	require.NoError(t, err)
	return string(data)
}

// sprintfDir replaces %q, if it occurs in message, by the quoted dir.
func sprintfDir(message, dir string) string {
	return strings.ReplaceAll(message, "%q", strconv.Quote(dir))
}
