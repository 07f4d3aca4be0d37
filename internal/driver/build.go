package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

const progressEvery = 10 * time.Second

// build compiles the pinned CLI into root/bin. Builds in several processes take turns, and the later ones find the
// CLI made; the binary appears whole or not at all.
func (t *toolchain) build(ctx context.Context, version, root string) error {
	if _, err := exec.LookPath("go"); err != nil {
		return fmt.Errorf("build the Pulumi CLI: the go command is not on PATH: "+
			"install Go, or Pulumi %s or newer, and run again", minimumCLI)
	}
	bin := filepath.Join(root, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return fmt.Errorf("build the Pulumi CLI: %w", err)
	}
	lock := flock.New(filepath.Join(root, "lock"))
	if err := t.await(ctx, lock); err != nil {
		return fmt.Errorf("build the Pulumi CLI: %w", err)
	}
	defer func() { _ = lock.Unlock() }()
	if _, err := command(root); err == nil {
		return nil
	}
	fmt.Fprintf(t.log, "engine: building the Pulumi CLI %s, once per version, about 3 minutes on two cores\n", version)
	partial := filepath.Join(bin, "partial")
	_ = os.Remove(partial) // Go does not overwrite a file that it did not write to its end.
	if err := t.compile(ctx, version, partial); err != nil {
		return fmt.Errorf("build the Pulumi CLI: %w", err)
	}
	return os.Rename(partial, filepath.Join(bin, executable("pulumi")))
}

// await takes the lock, saying so if another process has it.
func (t *toolchain) await(ctx context.Context, lock *flock.Flock) error {
	if got, err := lock.TryLock(); got || err != nil {
		return err
	}
	fmt.Fprintln(t.log, "engine: another process is building the Pulumi CLI, waiting for it")
	defer t.progress()()
	_, err := lock.TryLockContext(ctx, 100*time.Millisecond)
	return err
}

func (t *toolchain) compile(ctx context.Context, version, out string) error {
	ldflags := "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=" + version
	args := []string{"build", "-C", t.tools, "-ldflags", ldflags, "-o", out, cliModule + "/cmd/pulumi"}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // The version is from this project's own go.mod.
	// A workspace or flags meant for the user's own modules would break the build of this one.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	defer t.progress()()
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted: run again to start over")
		}
		return fmt.Errorf("%w\n%s", err, bytes.TrimSpace(output.Bytes()))
	}
	return nil
}

// progress reports the time elapsed every few seconds until the returned function is called.
func (t *toolchain) progress() (stop func()) {
	start, ticker, done, ended := time.Now(), time.NewTicker(progressEvery), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(t.log, "engine: ... %s\n", time.Since(start).Round(time.Second))
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-ended
	}
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
