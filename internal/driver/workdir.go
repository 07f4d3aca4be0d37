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

// spaceNeeded is the free space that one operation needs for the state and the world, in bytes.
const spaceNeeded = 1 << 20

// workdir is a sandbox directory, with the paths that the engine uses in it.
type workdir string

func (w workdir) state() string      { return filepath.Join(string(w), "state") }
func (w workdir) passphrase() string { return filepath.Join(string(w), "passphrase") }
func (w workdir) key() string        { return filepath.Join(string(w), "passphrase.key") }

func (w workdir) stateFile(project, stack string) string {
	return filepath.Join(w.state(), project, stack+".json")
}

// previousStateFile is where the Pulumi CLI's file backend kept a state: the previous layout.
func (w workdir) previousStateFile(project, stack string) string {
	return filepath.Join(w.state(), ".pulumi", "stacks", project, stack+".json")
}

// outdated are directories for the Pulumi CLI, which earlier versions of this program ran.
func (w workdir) outdated() []string {
	return []string{filepath.Join(string(w), "home"), filepath.Join(string(w), "project")}
}

// prepare makes the directory ready for the engine. It returns the passphrase that encrypts the secrets in the state.
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
			return "", fmt.Errorf("remove outdated directory: %w", err)
		}
	}
	return strings.TrimSpace(string(text)), nil
}

func (w workdir) probe() error {
	path := filepath.Join(string(w), "probe")
	defer func() { _ = os.Remove(path) }()
	return os.WriteFile(path, make([]byte, spaceNeeded), 0o600)
}

// ensurePassphrase creates the passphrase if it does not exist. It never changes it: the state is encrypted with it.
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

// Reset deletes everything that the engine keeps in the sandbox directory dir. The caller holds the lock.
func Reset(dir string) error {
	w := workdir(dir)
	var problems []error
	for _, path := range append(w.outdated(), w.state(), w.passphrase(), w.key()) {
		problems = append(problems, os.RemoveAll(path))
	}
	return errors.Join(problems...)
}

// Lock is the lock of a sandbox directory. One run at a time holds it.
type Lock struct {
	file   *flock.Flock
	holder string
}

// Acquire takes the lock of the sandbox directory dir for command, and creates dir if needed. It does not wait: if
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
		return nil, fmt.Errorf("lock sandbox directory %q: another run holds the lock (%s): wait until it ends",
			dir, strings.TrimSpace(string(holder)))
	}
	text := fmt.Sprintf("%s, process %d\n", command, os.Getpid())
	if err := os.WriteFile(l.holder, []byte(text), 0o600); err != nil {
		_ = l.file.Unlock()
		return nil, fmt.Errorf("lock sandbox directory %q: %w", dir, err)
	}
	return l, nil
}

// Release releases the lock. If the process ends without it, the operating system releases the lock.
func (l *Lock) Release() error {
	_ = os.Remove(l.holder)
	return l.file.Unlock()
}
