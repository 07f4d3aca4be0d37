package driver

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// spaceNeeded is room for what one operation adds to the state and the world, in bytes.
const spaceNeeded = 1 << 20

// workdir is the part of a sandbox directory that the engine works in.
type workdir string

func (w workdir) state() string      { return filepath.Join(string(w), "state") }
func (w workdir) passphrase() string { return filepath.Join(string(w), "passphrase") }
func (w workdir) key() string        { return filepath.Join(string(w), "passphrase.key") }

func (w workdir) stateFile(project, stack string) string {
	return filepath.Join(w.state(), project, stack+".json")
}

// previousStateFile is where the Pulumi CLI's file backend kept a state.
func (w workdir) previousStateFile(project, stack string) string {
	return filepath.Join(w.state(), ".pulumi", "stacks", project, stack+".json")
}

// outdated are what the Pulumi CLI needed, which versions of this program before ran.
func (w workdir) outdated() []string {
	return []string{filepath.Join(string(w), "home"), filepath.Join(string(w), "project")}
}

// prepare makes the directory ready for the engine, or says why it cannot be. It returns the passphrase that the
// secrets in the state are encrypted with.
func (w workdir) prepare() (passphrase string, err error) {
	if err := os.MkdirAll(w.state(), 0o700); err != nil {
		return "", fmt.Errorf("create sandbox directory: %w", err)
	}
	if err := w.probe(); err != nil {
		return "", fmt.Errorf("write to sandbox directory: %w: it needs write permission and %d MB of free space",
			err, spaceNeeded>>20)
	}
	if err := w.ensurePassphrase(); err != nil {
		return "", fmt.Errorf("create passphrase: %w", err)
	}
	text, err := os.ReadFile(w.passphrase())
	if err != nil {
		return "", fmt.Errorf("read passphrase: %w", err)
	}
	for _, path := range w.outdated() {
		if err := os.RemoveAll(path); err != nil {
			return "", fmt.Errorf("remove what is not used any more: %w", err)
		}
	}
	return strings.TrimSpace(string(text)), nil
}

func (w workdir) probe() error {
	path := filepath.Join(string(w), "probe")
	defer func() { _ = os.Remove(path) }()
	return os.WriteFile(path, make([]byte, spaceNeeded), 0o600)
}

// ensurePassphrase keeps one passphrase for the life of the state, which is encrypted with it.
func (w workdir) ensurePassphrase() error {
	file, err := os.OpenFile(w.passphrase(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(rand.Text())
	return errors.Join(err, file.Close())
}

// Reset removes everything that the engine keeps in the sandbox directory dir. The caller holds the lock.
func Reset(dir string) error {
	w := workdir(dir)
	var problems []error
	for _, path := range append(w.outdated(), w.state(), w.passphrase(), w.key()) {
		problems = append(problems, os.RemoveAll(path))
	}
	return errors.Join(problems...)
}

// Lock is the right to work in a sandbox directory, held by one run at a time.
type Lock struct {
	file   *flock.Flock
	holder string
}

// Acquire takes the lock of the sandbox directory dir for command, creating dir if needed. It never waits: while
// another run holds the lock, the error names that run.
func Acquire(dir, command string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create sandbox directory: %w", err)
	}
	l := &Lock{file: flock.New(filepath.Join(dir, "lock")), holder: filepath.Join(dir, "lock.holder")}
	got, err := l.file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock sandbox directory %q: %w", dir, err)
	}
	if !got {
		holder, _ := os.ReadFile(l.holder)
		return nil, fmt.Errorf("lock sandbox directory %q: another run is at work here (%s): wait for it to end",
			dir, strings.TrimSpace(string(holder)))
	}
	text := fmt.Sprintf("%s, process %d\n", command, os.Getpid())
	if err := os.WriteFile(l.holder, []byte(text), 0o600); err != nil {
		_ = l.file.Unlock()
		return nil, fmt.Errorf("lock sandbox directory %q: %w", dir, err)
	}
	return l, nil
}

// Release gives the lock back. The operating system does so too when the process ends in any other way.
func (l *Lock) Release() error {
	_ = os.Remove(l.holder)
	return l.file.Unlock()
}
