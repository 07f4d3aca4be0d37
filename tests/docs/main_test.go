// Package docs tests that the documents match the program: their commands, programs, links and config keys.
package docs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

func TestMain(m *testing.M) { os.Exit(suite.Main(m)) }

// documents returns the texts of README.md, CONTRIBUTING.md and docs/*.md, by their path in the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	root, err := suite.Root()
	require.NoError(t, err)
	paths, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	texts := map[string]string{}
	for _, path := range append(paths, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		texts[filepath.ToSlash(name)] = string(data)
	}
	return texts
}
