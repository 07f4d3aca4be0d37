package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
)

func TestPrepare(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile), "host=live.example.com")
	w := workdir(p.Sandbox())
	require.NoError(t, w.prepare(p))
	require.Equal(t, stagingFile, read(t, p.Dir, "Pulumi.staging.yaml"))
	require.Equal(t, read(t, p.Dir, "Pulumi.yaml"), read(t, w.project(), "Pulumi.yaml"))
	require.Equal(t, `config:
  aws:region: eu-west-2
  live-beats:host: live.example.com
  live-beats:image: 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest
  live-beats:service:
    cpu: 256
`, read(t, w.project(), "Pulumi.staging.yaml"))
	info, err := os.Stat(w.passphrase())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestPrepareKeepsWhatTheEngineNeeds(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile+"encryptionsalt: v1:theirs\nsecretsprovider: awskms://alias/theirs\n"))
	w := workdir(p.Sandbox())
	require.NoError(t, w.prepare(p))
	passphrase, path := read(t, w.passphrase()), p.stackFile(w.project())
	salted := &workspace.ProjectStack{EncryptionSalt: "v1:ours"}
	require.NoError(t, salted.Save(path))
	require.NoError(t, w.prepare(p))
	require.Equal(t, passphrase, read(t, w.passphrase()))
	require.Equal(t, "encryptionsalt: v1:ours\n"+stagingFile, read(t, path))
}

func TestPrepareUnwritable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		obstacle string // A directory where a file must go, or a file where a directory must.
		file     bool
		want     string
	}{
		"directory": {"state", true, "create sandbox directory: mkdir %s: not a directory"},
		"file": {
			"probe", false,
			"write to sandbox directory: open %s: is a directory: it needs write permission and 8 MB of free space",
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
			require.EqualError(t, workdir(p.Sandbox()).prepare(p), fmt.Sprintf(test.want, path))
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	require.NoError(t, workdir(p.Sandbox()).prepare(p))
	require.NoError(t, Reset(p.Sandbox()))
	entries, err := os.ReadDir(p.Sandbox())
	require.NoError(t, err)
	require.Empty(t, entries)
}
