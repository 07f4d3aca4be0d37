// Package suite runs the whole program as a user does, with the built binary, the real Pulumi engine and the sandbox.
package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// Binary is the path of the program. It is empty until Main has built the program.
var Binary string

// Main builds the program, runs a package's tests and returns the exit code for TestMain. If the build fails, it prints
// the error and returns 1.
func Main(m *testing.M) int {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build compiles the program into the module's bin directory, which all packages share. A file lock lets only one
// package build at a time. For the others the binary is then up to date.
func build() error {
	root, err := Root()
	if err != nil {
		return err
	}
	if err := statSources(root); err != nil {
		return err
	}
	Binary = filepath.Join(root, "bin", "live-beats")
	if err := os.MkdirAll(filepath.Dir(Binary), 0o755); err != nil { //nolint:gosec // The mode that go build uses.
		return err
	}
	lock := flock.New(Binary + ".lock")
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	cmd := exec.Command("go", "build", "-o", Binary, ".")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	return cmd.Run()
}

// statSources calls Stat on every source file of the program. The tests run the program as a separate process, so this
// is how go test learns that they depend on these files, and does not reuse a cached result after a change.
func statSources(root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "bin" || name == "tests"):
			return filepath.SkipDir
		case entry.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		_, err = os.Stat(path)
		return err
	})
}

// Root returns the directory of the module, the first one with a go.mod at or above the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("find the module: no go.mod in the working directory or above it")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Project is a copy of the project's files with its own sandbox.
type Project struct {
	*testing.T
	Dir string
	Env []string // Environment of the commands that are run.
}

// New copies the project to a temporary directory. Its sandbox is empty.
func New(t *testing.T) *Project {
	t.Helper()
	p := &Project{T: t, Dir: t.TempDir(), Env: os.Environ()}
	root, err := Root()
	require.NoError(t, err)
	require.NoError(t, copyProject(root, p.Dir))
	return p
}

func copyProject(root, dir string) error {
	files, err := filepath.Glob(filepath.Join(root, "Pulumi*.yaml"))
	if err != nil {
		return err
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// deployed caches the sandbox after a first up, by the arguments of the up. It is created once and copied for each
// test.
var deployed sync.Map

// Deployed returns a copy of the project with a sandbox in which up has run with args.
func Deployed(t *testing.T, args ...string) *Project {
	t.Helper()
	p := New(t)
	cached, _ := deployed.LoadOrStore(strings.Join(args, "\x00"), sync.OnceValues(func() (fs.FS, error) {
		dir, err := os.MkdirTemp("", "live-beats-") //nolint:usetesting // Several tests share it.
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if err := copyProject(p.Dir, dir); err != nil {
			return nil, err
		}
		up := exec.Command(Binary, append([]string{"up", "-C", dir}, args...)...)
		if out, err := up.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
		return inMemory(os.DirFS(filepath.Join(dir, ".sandbox")))
	}))
	sandbox, err := cached.(func() (fs.FS, error))()
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(p.Dir, ".sandbox"), sandbox))
	return p
}

// inMemory reads the files of a directory into memory.
func inMemory(dir fs.FS) (fs.FS, error) {
	files := fstest.MapFS{}
	return files, fs.WalkDir(dir, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, path)
		files[path] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
}

// Result is the exit code and the output of a command.
type Result struct {
	*testing.T
	Code           int
	Stdout, Stderr string
}

// Command returns a command that runs the program with args on the project. The end of the test stops it.
func (p *Project) Command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.Context(), Binary, append(args, "-C", p.Dir)...)
	cmd.Env = p.Env
	return cmd
}

// Run runs the program with args to its end, whatever its exit code is.
func (p *Project) Run(args ...string) Result {
	p.Helper()
	cmd := p.Command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(p, err)
	}
	return Result{T: p.T, Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}

// Exits asserts the exit code.
func (r Result) Exits(code int) Result {
	r.Helper()
	require.Equal(r.T, code, r.Code, "stdout:\n%s\nstderr:\n%s", r.Stdout, r.Stderr)
	return r
}

// Says asserts that stderr contains a text. Line breaks and other white space may differ.
func (r Result) Says(text string) Result {
	r.Helper()
	require.Contains(r.T, strings.Join(strings.Fields(r.Stderr), " "), strings.Join(strings.Fields(text), " "))
	return r
}

// JSON decodes stdout, which must be one JSON document.
func (r Result) JSON(into any) {
	r.Helper()
	require.NoError(r.T, json.Unmarshal([]byte(r.Stdout), into), r.Stdout)
}

// Changes returns the counts of changes by operation (create, update, same, ...) of a verb that ran with --json.
func (r Result) Changes() map[string]int {
	r.Helper()
	var doc struct{ Changes map[string]int }
	r.JSON(&doc)
	return doc.Changes
}

// Plan returns the steps in the engine's output as "<operation> <type> <name>". Unchanged resources are left out, and
// so is the second line of a resource that a policy reports about.
func (r Result) Plan() []string {
	var steps []string
	for line := range strings.Lines(r.Stderr) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.ContainsAny(fields[0][:1], "+-~") {
			continue
		}
		step := fields[0] + " " + fields[1] + " " + fields[2]
		if strings.Contains(fields[1], ":") && !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	return steps
}

// World opens the project's sandbox from disk.
func (p *Project) World() *sandbox.World {
	p.Helper()
	w, err := sandbox.Open(filepath.Join(p.Dir, ".sandbox"))
	require.NoError(p, err)
	return w
}

// DeleteSnapshots asserts that databases have left count final snapshots in eu-west-2, and deletes them.
func (p *Project) DeleteSnapshots(count int) {
	p.Helper()
	ids := p.World().Snapshots("eu-west-2")
	require.Len(p, ids, count)
	for _, id := range ids {
		p.Run("sandbox", "delete", id).Exits(0)
	}
}

// File returns the text of a file, by its path in the project.
func (p *Project) File(name string) string {
	p.Helper()
	data, err := os.ReadFile(filepath.Join(p.Dir, name))
	require.NoError(p, err)
	return string(data)
}

// Silent asserts that stderr does not contain a text.
func (r Result) Silent(text string) Result {
	r.Helper()
	require.NotContains(r.T, r.Stderr, text)
	return r
}

// CustomerKey is the ARN of the KMS key that PutKey creates.
const CustomerKey = "arn:aws:kms:eu-west-2:123456789012:key/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"

// PutKey creates the customer key in the sandbox, with the key policy in docs/data.md.
func (p *Project) PutKey() {
	p.Helper()
	root, err := Root()
	require.NoError(p, err)
	text, err := os.ReadFile(filepath.Join(root, "docs", "data.md"))
	require.NoError(p, err)
	_, rest, found := strings.Cut(string(text), "<!-- key.json -->\n```json\n")
	require.True(p, found)
	policy, _, _ := strings.Cut(rest, "```")
	file := filepath.Join(p.Dir, "key.json")
	require.NoError(p, os.WriteFile(file, []byte(policy), 0o600))
	p.Run("sandbox", "put-key", CustomerKey, "--policy", file).Exits(0)
}
