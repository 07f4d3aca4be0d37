package world

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWorldSurvives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := Open(dir)
	require.NoError(t, err)
	w.Put(&Object{Type: "t", Region: "eu-west-2", ID: "b", Props: map[string]any{"n": 1.0}})
	w.Put(&Object{Type: "t", Region: "eu-west-2", ID: "a"})
	w.Put(&Object{Type: "t", Region: "eu-west-1", ID: "c"})
	w.Put(&Object{Type: "t", Region: "eu-west-2", ID: "b", Props: map[string]any{"n": 2.0}})
	w.NextGeneration("urn")
	w.Advance(time.Minute)
	require.NoError(t, w.Save())

	again, err := Open(dir)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": 2.0}, again.Get("t", "eu-west-2", "b").Props)
	require.Len(t, again.List("t", "eu-west-2"), 2)
	require.Equal(t, "a", again.List("t", "eu-west-2")[0].ID)
	require.Nil(t, again.Get("t", "eu-west-2", "c"))
	require.Equal(t, 1, again.Generation("urn"))
	require.Equal(t, epoch.Add(time.Minute), again.Now())

	again.Delete(&Object{Type: "t", Region: "eu-west-2", ID: "b"})
	require.Nil(t, again.Get("t", "eu-west-2", "b"))
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, want string }{
		"newer":   {`{"version": 99, "objects": "another shape"}`, "written by a newer version: it has layout 99"},
		"damaged": {`{"version": 1, "obj`, "start over with `sandbox reset`"},
		"odd":     {`{"version": 1, "objects": 3}`, "cannot unmarshal number"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, fileName)
			require.NoError(t, os.WriteFile(path, []byte(test.file), 0o600))
			_, err := Open(dir)
			require.ErrorContains(t, err, test.want)
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, test.file, string(data), "the file is left as it was")
		})
	}
}

func TestOpenNeedsAWritableDirectory(t *testing.T) {
	t.Parallel()
	_, err := Open(filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, err, "write world")
}

func TestDigestSeparatesItsParts(t *testing.T) {
	t.Parallel()
	require.Len(t, Digest(17, "a"), 17)
	require.Equal(t, "facdde7a", Digest(8, "a", "b"), "ids in worlds that exist stay what they are")
	require.NotEqual(t, Digest(8, "ab", "c"), Digest(8, "a", "bc"))
}
