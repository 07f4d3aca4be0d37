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

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// envStuck makes this test binary the command line, with a display that nobody reads.
const envStuck = "CLI_TEST_STUCK"

func TestMain(m *testing.M) {
	if os.Getenv(envStuck) != "" {
		os.Exit(Main(func(*pulumi.Context) error { return nil }, os.Args[1:], io.Discard, stuck{}))
	}
	os.Exit(m.Run())
}

// stuck takes what is written until the engine has begun, and then nothing more for ever.
type stuck struct{}

func (stuck) Write(data []byte) (int, error) {
	if bytes.Contains(data, []byte("creating")) {
		_, _ = os.Stdout.WriteString("stuck\n")
		select {}
	}
	return len(data), nil
}

// TestSecondInterrupt ends at once what the first one cannot end.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	dir := newProject(t, "")
	write(t, filepath.Join(dir, "Pulumi.staging.yaml"),
		"config:\n  aws:region: eu-west-2\n  live-beats:image: 123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:1\n")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "up", "--skip-proofs", "--cwd", dir)
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
		require.Fail(t, "the first interrupt has ended it", err)
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, <-ended)
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	require.Equal(t, syscall.SIGKILL, status.Signal())
}
