package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAcquire(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "sandbox")
	lock, err := Acquire(dir, "up")
	require.NoError(t, err)
	_, err = Acquire(dir, "reset")
	require.EqualError(t, err, fmt.Sprintf(
		"lock sandbox directory %q: another run holds the lock (up, process %d): wait until it ends", dir, os.Getpid()))
	require.NoError(t, lock.Release())
	lock, err = Acquire(dir, "reset")
	require.NoError(t, err)
	require.NoError(t, lock.Release())
}

func TestAcquireInFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(newDir(t, map[string]string{"sandbox": ""}), "sandbox")
	_, err := Acquire(path, "up")
	require.EqualError(t, err, fmt.Sprintf("create sandbox directory: mkdir %s: not a directory", path))
}
