package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzJournal starts with any document and any journal, which a crash may have cut off. A change that is appended then
// is the last one read, after those that could be read before.
func FuzzJournal(f *testing.F) {
	f.Add([]byte("{}"), []byte(digest([]byte("{}"))+"\n1\n2\n3"), []byte("4"))
	f.Add([]byte("{}"), []byte(digest([]byte("[]"))+"\n1\n"), []byte("4"))
	f.Add([]byte(""), []byte(""), []byte(""))
	f.Add([]byte("{}"), []byte(digest([]byte("{}"))), []byte("4"))
	f.Fuzz(func(t *testing.T, document, journal, change []byte) {
		if bytes.ContainsRune(change, '\n') {
			return
		}
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, document, 0o600))
		for _, lines := range [][]byte{journal, append([]byte(digest(document)+"\n"), journal...)} {
			require.NoError(t, os.WriteFile(path+".journal", lines, 0o600))
			_, before, err := New(path).Read()
			require.NoError(t, err)
			require.NoError(t, New(path).Append(false, change))
			read, after, err := New(path).Read()
			require.NoError(t, err)
			require.Equal(t, string(document), string(read))
			require.Equal(t, texts(append(before, change)), texts(after))
		}
	})
}

func texts(lines [][]byte) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = string(line)
	}
	return out
}
