package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVerifyNothing: verify fails on a state without a service, and names the file.
func TestVerifyNothing(t *testing.T) {
	t.Parallel()
	dir := newProject(t, deployed)
	file := filepath.Join(dir, "state.json")
	write(t, file, `{"version": 3, "deployment": {"resources": []}}`)
	const nothing = ": it has no ECS service, so there is nothing to check\n"
	for _, args := range []string{"verify", "verify --controls", "verify --markdown", "verify --json"} {
		want := "file \"" + file + "\""
		got := run(t, dir, "", append(strings.Fields(args), "--state", file)...)
		require.Equal(t, 1, got.code, args)
		require.Equal(t, want+": read only, no AWS account is touched\nerror: verify "+want+nothing, got.stderr, args)
	}
	got := run(t, dir, `{"plan": []}`, "verify", "--state", "-")
	require.Equal(t, outcome{
		1, "", "stdin: read only, no AWS account is touched\nerror: verify stdin" + nothing,
	}, got)
	got = run(t, dir, "", "verify")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "error: verify stack \"staging\": no service is deployed: run up first")
}

// TestExplainIsText: flags that --explain would ignore are refused.
func TestExplainIsText(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--markdown", "--controls"} {
		got := run(t, newProject(t, deployed), "", "verify", "--explain", "secrets", flag)
		require.Equal(t, 1, got.code)
		require.Empty(t, got.stdout)
		require.Contains(t, got.stderr, "if any flags in the group [explain "+flag[2:]+"] are set none of the others can be")
	}
}
