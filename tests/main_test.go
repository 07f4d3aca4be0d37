// Package tests runs the whole program as a user does: the built binary, the real Pulumi engine, the sandbox.
package tests

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

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "live-beats-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "live-beats")
	code := 1
	if build(dir) {
		code = m.Run()
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// build compiles the program, and lets it build the Pulumi CLI when there is none, which it says.
func build(dir string) bool {
	fmt.Fprintln(os.Stderr, "building the program (about 80 seconds with cold caches)")
	if err := copyProject(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	for _, command := range []*exec.Cmd{
		exec.Command("go", "build", "-o", binary, ".."),
		exec.Command(binary, "preview", "-C", dir),
	} {
		command.Stderr = os.Stderr
		if err := command.Run(); err != nil {
			fmt.Fprintln(os.Stderr, strings.Join(command.Args, " "), err)
			return false
		}
	}
	return true
}

// project is a copy of the project's files with a sandbox of its own.
type project struct {
	*testing.T
	dir string
	env []string
	// around names what is there before the stack.
	around *strings.Replacer
}

func newProject(t *testing.T) *project {
	t.Helper()
	p := &project{T: t, dir: t.TempDir(), env: os.Environ()}
	require.NoError(t, copyProject(p.dir))
	return p
}

func copyProject(dir string) error {
	files, err := filepath.Glob("../Pulumi*.yaml")
	if err != nil {
		return err
	}
	for _, name := range append(files, "../tools/go.mod", "../tools/go.sum") {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(name, "../"))
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, data, 0o600)); err != nil {
			return err
		}
	}
	return nil
}

// result is what one command left behind.
type result struct {
	*testing.T
	code           int
	stdout, stderr string
}

func (p *project) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.Context(), binary, append(args, "-C", p.dir)...)
	cmd.Env = p.env
	return cmd
}

func (p *project) run(args ...string) result {
	p.Helper()
	cmd := p.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(p, err)
	}
	return result{T: p.T, code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
}

// exits asserts the exit code.
func (r result) exits(code int) result {
	r.Helper()
	require.Equal(r.T, code, r.code, "stdout:\n%s\nstderr:\n%s", r.stdout, r.stderr)
	return r
}

// says asserts that stderr contains a text, however it is wrapped.
func (r result) says(text string) result {
	r.Helper()
	require.Contains(r.T, strings.Join(strings.Fields(r.stderr), " "), strings.Join(strings.Fields(text), " "))
	return r
}

// json decodes the one document on stdout.
func (r result) json(into any) {
	r.Helper()
	require.NoError(r.T, json.Unmarshal([]byte(r.stdout), into), r.stdout)
}

// changes are the counts of a verb run with --json.
func (r result) changes() map[string]int {
	r.Helper()
	var doc struct{ Changes map[string]int }
	r.json(&doc)
	return doc.Changes
}

// plan lists what the engine's output does to which resource, without what stays the same.
func (r result) plan() []string {
	var steps []string
	for line := range strings.Lines(r.stderr) {
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

// world is the sandbox as it is on disk.
func (p *project) world() *sandbox.World {
	p.Helper()
	w, err := sandbox.Open(filepath.Join(p.dir, ".sandbox"))
	require.NoError(p, err)
	return w
}

// deleteSnapshots deletes the final snapshots that databases have left, after counting them.
func (p *project) deleteSnapshots(count int) {
	p.Helper()
	ids := p.world().Snapshots("eu-west-2")
	require.Len(p, ids, count)
	for _, id := range ids {
		p.run("sandbox", "delete", id).exits(0)
	}
}

func (p *project) file(name string) string {
	p.Helper()
	data, err := os.ReadFile(filepath.Join(p.dir, name))
	require.NoError(p, err)
	return string(data)
}
