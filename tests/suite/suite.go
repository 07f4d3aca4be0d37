// Package suite runs the whole program as a user does: the built binary, the real Pulumi engine, the sandbox.
package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// Binary is the program, built once by Main.
var Binary string

// Main builds the program, runs a package's tests and returns their exit code: what TestMain exits with.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "live-beats-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	Binary = filepath.Join(dir, "live-beats")
	code := 1
	if build(dir) {
		code = m.Run()
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

// build compiles the program, and lets it build the Pulumi CLI when there is none, which it says.
func build(dir string) bool {
	fmt.Fprintln(os.Stderr, "building the program (about 80 seconds with cold caches)")
	root, err := Root()
	if err == nil {
		err = copyProject(root, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	for _, command := range []*exec.Cmd{
		exec.Command("go", "build", "-o", Binary, root),
		exec.Command(Binary, "preview", "-C", dir),
	} {
		command.Stderr = os.Stderr
		if err := command.Run(); err != nil {
			fmt.Fprintln(os.Stderr, strings.Join(command.Args, " "), err)
			return false
		}
	}
	return true
}

// Root is the directory of the module.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("find the module: no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// Project is a copy of the project's files with a sandbox of its own.
type Project struct {
	*testing.T
	Dir string
	Env []string // Of the commands that are run.
}

// New copies the project.
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
	for _, name := range append(files, filepath.Join(root, "tools", "go.mod"), filepath.Join(root, "tools", "go.sum")) {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(name, root))
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, data, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

// Result is what one command left behind.
type Result struct {
	*testing.T
	Code           int
	Stdout, Stderr string
}

// Command is the program with some arguments, on the project.
func (p *Project) Command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.Context(), Binary, append(args, "-C", p.Dir)...)
	cmd.Env = p.Env
	return cmd
}

// Run runs the program to its end.
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

// Says asserts that stderr contains a text, however it is wrapped.
func (r Result) Says(text string) Result {
	r.Helper()
	require.Contains(r.T, strings.Join(strings.Fields(r.Stderr), " "), strings.Join(strings.Fields(text), " "))
	return r
}

// JSON decodes the one document on stdout.
func (r Result) JSON(into any) {
	r.Helper()
	require.NoError(r.T, json.Unmarshal([]byte(r.Stdout), into), r.Stdout)
}

// Changes are the counts of a verb run with --json.
func (r Result) Changes() map[string]int {
	r.Helper()
	var doc struct{ Changes map[string]int }
	r.JSON(&doc)
	return doc.Changes
}

// Plan lists what the engine's output does to which resource, without what stays the same.
func (r Result) Plan() []string {
	var steps []string
	for line := range strings.Lines(r.Stderr) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.ContainsAny(fields[0][:1], "+-~") {
			continue
		}
		if strings.Contains(fields[1], ":") {
			steps = append(steps, fields[0]+" "+fields[1]+" "+fields[2])
		}
	}
	return steps
}

// World is the sandbox as it is on disk.
func (p *Project) World() *sandbox.World {
	p.Helper()
	w, err := sandbox.Open(filepath.Join(p.Dir, ".sandbox"))
	require.NoError(p, err)
	return w
}

// DeleteSnapshots deletes the final snapshots that databases have left, after counting them.
func (p *Project) DeleteSnapshots(count int) {
	p.Helper()
	ids := p.World().Snapshots("eu-west-2")
	require.Len(p, ids, count)
	for _, id := range ids {
		p.Run("sandbox", "delete", id).Exits(0)
	}
}

// File reads a file of the project.
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

// CustomerKey is the ARN of the key of PutKey.
const CustomerKey = "arn:aws:kms:eu-west-2:123456789012:key/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"

// PutKey makes the key with the policy in docs/data.md.
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
