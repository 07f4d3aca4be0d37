package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

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
