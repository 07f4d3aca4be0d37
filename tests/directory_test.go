package tests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOddDirectory: the project may lie where every character means something to a URL or a pattern, and nothing is
// written outside of it.
func TestOddDirectory(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	home, dir := p.TempDir(), filepath.Join(p.TempDir(), "a b#c%d[e]?")
	require.NoError(t, os.Rename(p.Dir, dir))
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	p.Dir, p.Env = dir, append(os.Environ(), "XDG_CACHE_HOME="+cache, "HOME="+home)
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
	written, err := os.ReadDir(home)
	require.NoError(t, err)
	require.Empty(t, written)
}
