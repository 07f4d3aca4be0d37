package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrepare(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile), "host=live.example.com")
	w := workdir(p.Sandbox())
	phrase, err := w.prepare()
	require.NoError(t, err)
	require.Equal(t, stagingFile, read(t, p.Dir, "Pulumi.staging.yaml"))
	require.Equal(t, phrase, read(t, w.passphrase()))
	info, err := os.Stat(w.passphrase())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	again, err := w.prepare()
	require.NoError(t, err)
	require.Equal(t, phrase, again)
}

func TestPrepareUnwritable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		obstacle string // A directory in place of a file, or a file in place of a directory.
		file     bool
		want     string
	}{
		"directory": {"state", true, "create sandbox directory: mkdir %s: not a directory"},
		"file": {
			"probe", false,
			"write to sandbox directory: open %s: is a directory: it needs write permission and 1 MB of free space",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, newProject(t, stagingFile))
			path := filepath.Join(p.Sandbox(), test.obstacle)
			require.NoError(t, os.MkdirAll(filepath.Join(p.Sandbox(), "x"), 0o700))
			if test.file {
				require.NoError(t, os.WriteFile(path, nil, 0o600))
			} else {
				require.NoError(t, os.MkdirAll(filepath.Join(path, "x"), 0o700))
			}
			_, err := workdir(p.Sandbox()).prepare()
			require.EqualError(t, err, fmt.Sprintf(test.want, path))
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	_, err := workdir(p.Sandbox()).prepare()
	require.NoError(t, err)
	require.NoError(t, Reset(p.Sandbox()))
	entries, err := os.ReadDir(p.Sandbox())
	require.NoError(t, err)
	require.Empty(t, entries)
}
