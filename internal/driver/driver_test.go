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

// newDir is a directory with the given files, by path.
func newDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func newProject(t *testing.T, staging string) string {
	t.Helper()
	return newDir(t, map[string]string{
		"Pulumi.yaml":         "name: live-beats\nruntime: go\n",
		"Pulumi.staging.yaml": staging,
		"deep/er/file":        "",
	})
}

func load(t *testing.T, dir string, overrides ...string) *Project {
	t.Helper()
	p, err := Load(dir, "staging", overrides)
	require.NoError(t, err)
	return p
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	require.NoError(t, err)
	return string(data)
}

// sprintfDir fills dir, quoted, into a message that may hold %q.
func sprintfDir(message, dir string) string {
	return strings.ReplaceAll(message, "%q", strconv.Quote(dir))
}
