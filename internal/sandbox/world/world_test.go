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

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	w, err := Open(t.TempDir())
	require.NoError(t, err)
	w.Put(&Object{Type: "t", ID: "a", Props: map[string]any{"list": []any{map[string]any{"n": 1.0}}}})
	restore := w.Checkpoint()
	w.Edit(w.Get("t", "", "a"))
	w.Get("t", "", "a").Props["list"].([]any)[0].(map[string]any)["n"] = 2.0
	w.Put(&Object{Type: "t", ID: "b"})
	w.NextGeneration("urn")
	w.Advance(time.Minute)
	restore()
	require.Equal(t, map[string]any{"list": []any{map[string]any{"n": 1.0}}}, w.Get("t", "", "a").Props)
	require.Nil(t, w.Get("t", "", "b"))
	require.Zero(t, w.Generation("urn"))
	require.Equal(t, epoch.Add(time.Minute), w.Now())
}

// TestRestoreIsSaved: changes that were saved and then undone are removed from the file too.
func TestRestoreIsSaved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := Open(dir)
	require.NoError(t, err)
	w.Put(&Object{Type: "t", ID: "a", Props: map[string]any{"n": 1.0}})
	w.Put(&Object{Type: "t", ID: "c"})
	w.NextGeneration("urn")
	require.NoError(t, w.Save())
	restore := w.Checkpoint()
	w.Edit(w.Get("t", "", "a"))
	w.Get("t", "", "a").Props["n"] = 2.0
	w.Put(&Object{Type: "t", ID: "b"})
	w.Delete(w.Get("t", "", "c"))
	w.NextGeneration("urn")
	w.NextGeneration("other")
	require.NoError(t, w.Save())
	restore()
	require.NoError(t, w.Save())
	for range 2 {
		again, err := Open(dir)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"n": 1.0}, again.Get("t", "", "a").Props)
		require.Nil(t, again.Get("t", "", "b"))
		require.NotNil(t, again.Get("t", "", "c"))
		require.Equal(t, 1, again.Generation("urn"))
		require.Zero(t, again.Generation("other"))
		require.NoError(t, w.Flush(), "the document has the same content as the journal")
	}
}

// TestCheckEdits finds a change that Save would lose.
func TestCheckEdits(t *testing.T) {
	t.Parallel()
	w, err := Open(t.TempDir())
	require.NoError(t, err)
	w.CheckEdits = true
	w.Put(&Object{Type: "t", ID: "a", Props: map[string]any{"n": 1.0}})
	require.NoError(t, w.Save())
	w.Get("t", "", "a").Props["n"] = 2.0
	require.EqualError(t, w.Save(), "t a was changed in place without World.Edit")
	w.Edit(w.Get("t", "", "a"))
	require.NoError(t, w.Save())
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, want string }{
		"newer":   {`{"version": 99, "objects": "another shape"}`, "written by a newer version: it has layout 99"},
		"damaged": {`{"version": 1, "obj`, "start over with `sandbox reset`"},
		"odd":     {`{"version": 1, "objects": 3}`, "cannot unmarshal number"},
		"null":    {`null`, "it has no version, so it is not a world; start over with `sandbox reset`"},
		"old":     {`{"version": 0}`, "it has no version"},
		"nothing": {`{"version": 1, "objects": [null]}`, "object 0 has no type or id; start over with `sandbox reset`"},
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
			require.Equal(t, test.file, string(data), "the file is unchanged")
		})
	}
}

func TestOpenNeedsAWritableDirectory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err := Open(path)
	require.ErrorContains(t, err, "world")
}

// TestSaveStaysInPlace: a killed run leaves nothing in the temporary directory. Not parallel: the environment belongs
// to the process.
func TestSaveStaysInPlace(t *testing.T) {
	dir, temp, before := t.TempDir(), t.TempDir(), time.Unix(1, 0)
	require.NoError(t, os.Chtimes(temp, before, before))
	t.Setenv("TMPDIR", temp)
	w, err := Open(dir)
	require.NoError(t, err)
	require.NoError(t, w.SetFaults([]*Fault{{Call: "CreateRole", Crash: true}}))
	info, err := os.Stat(temp)
	require.NoError(t, err)
	require.Equal(t, before, info.ModTime(), "something was created there")
}

func TestDigestSeparatesItsParts(t *testing.T) {
	t.Parallel()
	require.Len(t, Digest(17, "a"), 17)
	require.Equal(t, "facdde7a", Digest(8, "a", "b"), "ids in existing worlds do not change")
	require.NotEqual(t, Digest(8, "ab", "c"), Digest(8, "a", "bc"))
}
