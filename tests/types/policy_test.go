package types

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

// TestPolicyPack runs the policy pack as an executable, as the official CLI does, on a program other than this
// project's. The checks that depend on facts about its unknown image are reported as undecided.
func TestPolicyPack(t *testing.T) {
	t.Parallel()
	pack := filepath.Join(t.TempDir(), "policy")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", pack, "github.com/live-beats/live-beats-aws/policy").CombinedOutput()
	require.NoError(t, err, string(out))
	a := newAccount(t)
	d := a.deployment(run(production()))
	_, err = d.Preview(t.Context(), driver.PreviewOptions{PolicyPack: pack})
	require.NoError(t, err)
	require.Contains(t, d.log.String(), "Cannot decide registry, secrets, image")
	_, err = d.Preview(t.Context(), driver.PreviewOptions{PolicyPack: pack + "-missing"})
	require.Error(t, err, "without the executable there is no policy pack")
}
