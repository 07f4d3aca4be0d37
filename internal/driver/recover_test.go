package driver

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	urn     = "urn:pulumi:staging::p::aws:ssm/parameter:Parameter::secret"
	pending = `{"urn": "` + urn + `", "custom": true, "inputs": {"name": "a", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}, "__defaults": []}}`
)

// TestSettle resolves pending operations against what the world says a killed run created.
func TestSettle(t *testing.T) {
	t.Parallel()
	adopted := `{"urn": "` + urn + `", "custom": true, "id": "new", "inputs": {"name": "a", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}, "__defaults": []},
 "outputs": {"name": "a", "arn": "arn-new", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}}}`
	entry := func(rest string) string { return `{"urn": "` + urn + `", ` + rest + `}` }
	old, same := entry(`"id": "old", "outputs": {"arn": "a"}`), entry(`"id": "new", "outputs": {"arn": "arn-new"}`)
	replaced := entry(`"id": "old", "outputs": {"arn": "a"}, "delete": true`)
	room := entry(`"id": "new", "outputs": {"arn": "arn-new"}, "pendingReplacement": true`)
	tests := map[string]struct{ op, before, found, after, says string }{
		"created":    {"creating", "", "new", adopted, "it exists as new, adopted"},
		"nothing":    {"creating", "", "", "", "nothing was created"},
		"known":      {"creating", same, "new", same, "nothing was created"},
		"replacing":  {"creating", old, "new", replaced + "," + adopted, "adopted"},
		"made room":  {"creating", room, "new", adopted, "adopted"},
		"updating":   {"updating", old, "", old, "updating aws:ssm/parameter:Parameter secret: its state is read back"},
		"unimproved": {"reading", old, "", old, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			e := &Engine{log: &syncWriter{w: &log}, Options: Options{
				Project: &Project{},
				Created: func(string, string) (string, map[string]any, error) {
					if test.found == "" {
						return "", nil, nil
					}
					return test.found, map[string]any{"name": "a", "arn": "arn-new"}, nil
				},
			}}
			latest := object{}
			require.NoError(t, json.Unmarshal([]byte(`{"resources": [`+test.before+`],
 "pending_operations": [{"type": "`+test.op+`", "resource": `+pending+`}]}`), &latest))
			stale, err := e.settle(latest)
			require.NoError(t, err)
			require.Equal(t, test.op == "updating", len(stale) == 1)
			require.Contains(t, log.String(), test.says)
			got, err := json.Marshal(latest)
			require.NoError(t, err)
			require.JSONEq(t, `{"resources": [`+test.after+`]}`, string(got))
		})
	}
}

// TestRemoveLocks finds them in a directory whose name would be a pattern.
func TestRemoveLocks(t *testing.T) {
	t.Parallel()
	lock := "a[b]/.sandbox/state/.pulumi/locks/organization/live-beats/staging/1.json"
	dir := newDir(t, map[string]string{
		"a[b]/Pulumi.yaml": "name: live-beats\nruntime: go\n", "a[b]/Pulumi.staging.yaml": stagingFile, lock: "{}",
	})
	p := load(t, filepath.Join(dir, "a[b]"))
	e := &Engine{log: &syncWriter{w: &bytes.Buffer{}}, dir: workdir(p.Sandbox()), Options: Options{Project: p}}
	require.NoError(t, e.removeLocks())
	require.NoFileExists(t, filepath.Join(dir, lock))
}

// TestRecoverStaysInPlace: a state holds what nobody else is to find in the temporary directory. Not parallel: the
// environment belongs to the process.
func TestRecoverStaysInPlace(t *testing.T) {
	e, _ := fakeEngine(t, "")
	e.Created = func(string, string) (string, map[string]any, error) { return "", nil, nil }
	path := statePath(e.Project)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(`{"checkpoint": {"latest": {"pending_operations": [
 {"type": "creating", "resource": `+pending+`}]}}}`), 0o600))
	temp, before := t.TempDir(), time.Unix(1, 0)
	require.NoError(t, os.Chtimes(temp, before, before))
	t.Setenv("TMPDIR", temp)
	require.NoError(t, e.recover(t.Context(), nil))
	require.JSONEq(t, `{"checkpoint": {"latest": {}}}`, read(t, path))
	info, err := os.Stat(temp)
	require.NoError(t, err)
	require.Equal(t, before, info.ModTime(), "something was made there")
}
