package cli

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stuck is a writer that blocks forever once the engine creates resources.
type stuck struct{}

func (stuck) Write(data []byte) (int, error) {
	if bytes.Contains(data, []byte("creating")) {
		_, _ = os.Stdout.WriteString("stuck\n")
		select {}
	}
	return len(data), nil
}

// TestSecondInterrupt: the second interrupt kills a run that the first one cannot end.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	dir := newProject(t, "")
	write(t, filepath.Join(dir, "Pulumi.staging.yaml"),
		"config:\n  aws:region: eu-west-2\n  live-beats:image: 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:1\n")
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "up", "--skip-proofs", "--cwd", dir)
	cmd.Env = append(os.Environ(), envStuck+"=yes")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.ReadFull(stdout, make([]byte, len("stuck\n")))
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		require.Fail(t, "the first interrupt has ended the run", err)
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, <-ended)
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.Equal(t, syscall.SIGKILL, status.Signal())
}
