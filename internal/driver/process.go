package driver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// process runs the CLI so that it does not outlive this process. The Automation API's own command does: after a kill it
// would go on for a moment without its providers, and record that a creation under way had come to nothing.
type process struct {
	auto.PulumiCommand
	path string
}

var running = struct {
	sync.Mutex
	engines []*os.Process
}{}

// Die ends this process and the engine that it runs, as a power cut would.
func Die() {
	running.Lock() // For good: no engine is to start or end from here on.
	for _, engine := range running.engines {
		_ = engine.Kill()
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// Run runs one command of the CLI. When ctx ends, the CLI is interrupted and may finish what it has begun.
func (p *process) Run(
	ctx context.Context, dir string, stdin io.Reader, stdouts, stderrs []io.Writer, env []string, args ...string,
) (string, string, int, error) {
	const unknownCode = -2
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, p.path, append([]string{"--non-interactive"}, args...)...) //nolint:gosec // The CLI.
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = slices.Concat(os.Environ(), env, []string{"PULUMI_AUTOMATION_API=true"})
	cmd.Stdout = io.MultiWriter(append(slices.Clone(stdouts), &stdout)...)
	cmd.Stderr = io.MultiWriter(append(slices.Clone(stderrs), &stderr)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	// A process that is to die with its parent dies with the thread that started it. In a group of its own it does not
	// hear the terminal's interrupt beside ours: to the engine the second one means to end at once.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	setAttributes(cmd)
	if err := start(cmd); err != nil {
		return "", "", unknownCode, err
	}
	err := cmd.Wait()
	ended(cmd.Process)
	code := unknownCode
	if errors.As(err, new(*exec.ExitError)) || err == nil {
		code = cmd.ProcessState.ExitCode()
	}
	return stdout.String(), stderr.String(), code, err
}

func start(cmd *exec.Cmd) error {
	running.Lock()
	defer running.Unlock()
	err := cmd.Start()
	if err == nil {
		running.engines = append(running.engines, cmd.Process)
	}
	return err
}

func ended(p *os.Process) {
	running.Lock()
	defer running.Unlock()
	running.engines = slices.DeleteFunc(running.engines, func(other *os.Process) bool { return other == p })
}
