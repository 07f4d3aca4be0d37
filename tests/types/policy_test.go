package types

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
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
	endsWithItsEngine(t, pack)
}

// endsWithItsEngine starts the pack with the address of an engine, as the CLI does, and then stops the engine.
func endsWithItsEngine(t *testing.T, pack string) {
	t.Helper()
	stop := make(chan bool)
	engine, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{Cancel: stop})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, pack, fmt.Sprintf("127.0.0.1:%d", engine.Port))
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var port int
	_, err = fmt.Fscanln(out, &port)
	require.NoError(t, err, "the pack prints the port that it listens on")
	close(stop)
	require.NoError(t, <-engine.Done)
	require.NoError(t, command.Wait(), "the pack ends by itself, without an error")
}
