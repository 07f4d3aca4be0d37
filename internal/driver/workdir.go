package driver

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// spaceNeeded is room for the state and the world of a few operations, in bytes.
const spaceNeeded = 8 << 20

// workdir is the part of a sandbox directory that the engine works in.
type workdir string

func (w workdir) state() string      { return filepath.Join(string(w), "state") }
func (w workdir) home() string       { return filepath.Join(string(w), "home") }
func (w workdir) project() string    { return filepath.Join(string(w), "project") }
func (w workdir) passphrase() string { return filepath.Join(string(w), "passphrase") }

// locks is where the engine's file backend keeps its own.
func (w workdir) locks() string { return filepath.Join(w.state(), ".pulumi", "locks") }

// prepare makes the directory ready for the engine, or says why it cannot be.
func (w workdir) prepare(p *Project) error {
	for _, dir := range []string{w.state(), w.home(), w.project()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("create sandbox directory: %w", err)
		}
	}
	if err := w.probe(); err != nil {
		return fmt.Errorf("write to sandbox directory: %w: it needs write permission and %d MB of free space",
			err, spaceNeeded>>20)
	}
	if err := w.ensurePassphrase(); err != nil {
		return fmt.Errorf("create passphrase: %w", err)
	}
	return w.copyProject(p)
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

// copyProject writes what the engine reads. The engine adds an encryption salt to its stack file, which is kept.
func (w workdir) copyProject(p *Project) error {
	source, err := os.ReadFile(filepath.Join(p.Dir, projectFile))
	if err != nil {
		return fmt.Errorf("copy project: %w", err)
	}
	copied := filepath.Join(w.project(), projectFile)
	if err := os.WriteFile(copied, source, 0o600); err != nil { //nolint:gosec // Below the project's own directory.
		return fmt.Errorf("copy project: %w", err)
	}
	path := p.stackFile(w.project())
	stack, err := workspace.LoadProjectStack(nil, p.settings, path)
	if err != nil {
		return fmt.Errorf("read the engine's copy of stack %q: %w", p.Stack, err)
	}
	stack = &workspace.ProjectStack{EncryptionSalt: stack.EncryptionSalt, Config: p.config}
	if err := stack.Save(path); err != nil {
		return fmt.Errorf("copy stack %q: %w", p.Stack, err)
	}
	return nil
}

// Reset removes everything that the engine keeps in the sandbox directory dir. The caller holds the lock.
func Reset(dir string) error {
	w := workdir(dir)
	var problems []error
	for _, path := range []string{w.state(), w.home(), w.project(), w.passphrase()} {
		problems = append(problems, os.RemoveAll(path))
	}
	return errors.Join(problems...)
}
