package world

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzWorld opens any files as a world with its journal. If they are one, it is the same when it is written and opened
// again; if not, the files stay as they are.
func FuzzWorld(f *testing.F) {
	const object = `{"type": "t", "region": "r", "id": "a", "created": "2026-01-01T00:00:00Z", "props": {"n": 1}}`
	for _, journal := range []string{
		"", `{"clock": "2026-01-01T00:00:00Z", "put": [` + object + `], "generations": {"a": 1, "b": 0}}`,
		`{"delete": [{"type": "t", "region": "r", "id": "a"}]}`, `{"put": [null]}`, `null`,
	} {
		f.Add([]byte(`{"version": 1, "generations": {"a": 2}, "objects": [`+object+`]}`), []byte(journal))
	}
	for _, world := range []string{`null`, `{"version": 0}`, `{"version": 1, "objects": [null]}`, `{"version": 99}`, ``} {
		f.Add([]byte(world), []byte{})
	}
	f.Fuzz(func(t *testing.T, document, line []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, fileName)
		require.NoError(t, os.WriteFile(path, document, 0o600))
		w, err := Open(dir)
		if err != nil {
			kept, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.Equal(t, string(document), string(kept))
			return
		}
		if w.apply(line) != nil {
			return
		}
		require.NoError(t, w.write())
		first, err := os.ReadFile(path)
		require.NoError(t, err)
		again, err := Open(dir)
		require.NoError(t, err)
		require.NoError(t, again.write())
		second, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	})
}
