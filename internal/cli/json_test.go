package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

// TestJSONErrors: with --json, stdout has the error as JSON, however early a command fails.
func TestJSONErrors(t *testing.T) {
	t.Parallel()
	const undeployed = ": no service is deployed: run up first"
	tests := map[string]struct {
		args    string
		prepare func(t *testing.T, dir string)
		code    int
		want    string
	}{
		"bad config":      {"up -c service.cpu=255", nil, 1, "live-beats:service.cpu is 255"},
		"bad override":    {"preview -c region", nil, 1, `override config "region": must be KEY=VALUE`},
		"held":            {"destroy -c image=a/b:1", hold, 1, "another run holds the lock (up, process"},
		"held sandbox":    {"sandbox put-parameter /a b", hold, 1, "another run holds the lock (up, process"},
		"unwritable":      {"refresh -c image=a/b:1", block, 1, "create sandbox directory: mkdir"},
		"nothing":         {"status", nil, 2, `read status of stack "staging"` + undeployed},
		"nothing proven":  {"verify", nil, 1, `verify stack "staging"` + undeployed},
		"no file":         {"verify --state none", nil, 1, `verify file "none": open state: open none: no such file`},
		"no outputs":      {"output", nil, 1, "nothing is deployed: run up first"},
		"no event":        {"sandbox fault add Boil --error X", nil, 1, `the providers make no call "Boil"`},
		"no such flag":    {"preview --diffs", nil, 1, "unknown flag: --diffs: did you mean --diff?"},
		"no such verb":    {"upp", nil, 1, `unknown command "upp"`},
		"no sandbox verb": {"sandbox", nil, 1, "the sandbox command is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newProject(t, "")
			if test.prepare != nil {
				test.prepare(t, dir)
			}
			got := run(t, dir, "", append(strings.Fields(test.args), "--json")...)
			require.Equal(t, test.code, got.code, got.stderr)
			var doc map[string]string
			require.NoError(t, json.Unmarshal([]byte(got.stdout), &doc), got.stdout)
			require.Equal(t, "staging", doc["stack"])
			require.Contains(t, doc["error"], test.want)
			require.Len(t, doc, 2)
			require.Contains(t, got.stderr, "error: "+doc["error"]+"\n")
		})
	}
}

// hold holds the sandbox's lock, as a running command does.
func hold(t *testing.T, dir string) {
	t.Helper()
	lock, err := driver.Acquire(filepath.Join(dir, ".sandbox"), "up")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, lock.Release()) })
}

// block creates a file at the path of the sandbox directory.
func block(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".sandbox"), nil, 0o600))
}
