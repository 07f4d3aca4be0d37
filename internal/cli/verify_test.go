package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVerifyNothing: a gate on the wrong file fails, and says on which.
func TestVerifyNothing(t *testing.T) {
	t.Parallel()
	dir := newProject(t, deployed)
	file := filepath.Join(dir, "state.json")
	write(t, file, `{"version": 3, "deployment": {"resources": []}}`)
	const nothing = ": there is no ECS service, so nothing to prove\n"
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

// TestExplainIsText: what would be ignored is refused.
func TestExplainIsText(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--markdown", "--controls"} {
		got := run(t, newProject(t, deployed), "", "verify", "--explain", "secrets", flag)
		require.Equal(t, 1, got.code)
		require.Empty(t, got.stdout)
		require.Contains(t, got.stderr, "if any flags in the group [explain "+flag[2:]+"] are set none of the others can be")
	}
}
