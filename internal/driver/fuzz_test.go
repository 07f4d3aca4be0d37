package driver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzStackFile reads any file as a stack's config, with any override. It never writes the file, and an error names the
// file, the key or the override.
func FuzzStackFile(f *testing.F) {
	for _, file := range []string{
		stagingFile, "", "config:\n\tlive-beats:host: a\n", "\ufeffconfig:\n  live-beats:host: a\n", "config: 3\n", "null",
		"config:\n  live-beats:host: a\n  live-beats:host: b\n", "config:\n  a: &a [1]\n  live-beats:tags: {b: *a}\n",
		"config:\n  live-beats:service: {cpu: 99999999999999999999999}\n", "config:\n  live-beats:host: {secure: a}\n",
		"encryptionsalt: v1:a\nconfig:\n  aws:region: {secure: 3}\n", "a: &a [*a]\n", "config: {1: 2}\n",
	} {
		f.Add(file, "live-beats:service.cpu=1024")
		f.Add(file, `tags["a"][0]=[1, {}]`)
	}
	dir := newProject(f, "")
	path := filepath.Join(dir, "Pulumi.staging.yaml")
	f.Fuzz(func(t *testing.T, file, change string) {
		require.NoError(t, os.WriteFile(path, []byte(file), 0o600))
		p, err := Load(dir, "staging", []string{change})
		if err == nil {
			err = p.Validate()
		}
		require.Equal(t, file, read(t, path))
		if err != nil {
			named := strings.Contains(err.Error(), "staging") || strings.Contains(err.Error(), "config")
			require.True(t, named, "%v", err)
		}
	})
}
