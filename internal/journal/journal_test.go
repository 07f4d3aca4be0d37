package journal

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func contents(t *testing.T, f *File) (document string, changes []string) {
	t.Helper()
	data, lines, err := f.Read()
	require.NoError(t, err)
	for _, line := range lines {
		changes = append(changes, string(line))
	}
	return string(data), changes
}

func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "world.json")
	f := New(path)
	document, changes := contents(t, f)
	require.Empty(t, document)
	require.Empty(t, changes)

	require.NoError(t, f.Append(false, []byte("a"), []byte("b")))
	require.NoError(t, f.Append(true, []byte("c")))
	document, changes = contents(t, New(path))
	require.Empty(t, document, "another File on the same path reads the changes")
	require.Equal(t, []string{"a", "b", "c"}, changes)

	require.NoError(t, f.Replace([]byte("abc")))
	document, changes = contents(t, New(path))
	require.Equal(t, "abc", document)
	require.Empty(t, changes)
	require.NoFileExists(t, path+".journal")
	require.NoError(t, f.Append(false, []byte("d")))
	_, changes = contents(t, f)
	require.Equal(t, []string{"d"}, changes)
	info, err := os.Stat(path + ".journal")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

// TestKills: wherever a kill cuts the journal off, the complete changes can be read, and Append still works.
func TestKills(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := New(filepath.Join(dir, "whole"))
	require.NoError(t, whole.Replace([]byte("document")))
	require.NoError(t, whole.Append(true, []byte("first"), []byte("second")))
	journal, err := os.ReadFile(whole.journalPath())
	require.NoError(t, err)
	begins := len(digest(nil)) + 1
	for length := range len(journal) + 1 {
		f := New(filepath.Join(dir, "cut"))
		require.NoError(t, f.Replace([]byte("document")))
		require.NoError(t, os.WriteFile(f.journalPath(), journal[:length], 0o600))
		var want []string
		if length >= begins+len("first\n") {
			want = append(want, "first")
		}
		if length == len(journal) {
			want = append(want, "second")
		}
		document, changes := contents(t, f)
		require.Equal(t, "document", document)
		require.Equal(t, want, changes, length)
		require.NoError(t, f.Append(true, []byte("third")))
		_, changes = contents(t, f)
		require.Equal(t, append(want, "third"), changes, length)
	}
}

// TestStaleJournal: a journal that a kill has left beside a new document is ignored.
func TestStaleJournal(t *testing.T) {
	t.Parallel()
	f := New(filepath.Join(t.TempDir(), "it"))
	require.NoError(t, f.Replace([]byte("old")))
	require.NoError(t, f.Append(true, []byte("change")))
	require.NoError(t, os.WriteFile(f.Path(), []byte("new"), 0o600))
	f = New(f.Path())
	document, changes := contents(t, f)
	require.Equal(t, "new", document)
	require.Empty(t, changes)
	require.NoError(t, f.Append(true, []byte("another")))
	_, changes = contents(t, f)
	require.Equal(t, []string{"another"}, changes)
}

// TestRemoved: Append returns an error if it cannot write.
func TestRemoved(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "it")
	f := New(filepath.Join(dir, "it"))
	require.NoError(t, f.Append(true, []byte("a")))
	require.NoError(t, os.RemoveAll(dir))
	require.ErrorIs(t, f.Append(true, []byte("b")), os.ErrNotExist)
}

// TestReadWhileReplaced: Read never combines a document with the changes to another one.
func TestReadWhileReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "it")
	writer, done := New(path), make(chan error, 1)
	go func() {
		var err error
		for i := range 200 {
			text := []byte{'a' + byte(i%26)}
			if err == nil {
				err = writer.Replace(text)
			}
			if err == nil {
				err = writer.Append(false, text)
			}
		}
		done <- err
	}()
	for len(done) == 0 {
		document, changes := contents(t, New(path))
		for _, change := range changes {
			require.Equal(t, document, change)
		}
	}
	require.NoError(t, <-done)
}
