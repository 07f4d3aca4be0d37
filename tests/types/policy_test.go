package types

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

// TestPolicyPack starts the policy pack as the executable that the official CLI is given, over a program that is
// none of this project's. Its service is named, and what nobody can know of its image is left open.
func TestPolicyPack(t *testing.T) {
	t.Parallel()
	pack := filepath.Join(t.TempDir(), "policy")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", pack, "github.com/live-beats/live-beats-aws/policy").CombinedOutput()
	require.NoError(t, err, string(out))
	a := newAccount(t)
	d := a.deployment(run(production()))
	_, err = d.Preview(t.Context(), driver.PreviewOptions{PolicyPack: pack})
	require.NoError(t, err)
	require.Contains(t, d.log.String(), "Cannot tell roles, registry, secrets")
	_, err = d.Preview(t.Context(), driver.PreviewOptions{PolicyPack: pack + "-missing"})
	require.Error(t, err, "it is the executable that speaks")
}
