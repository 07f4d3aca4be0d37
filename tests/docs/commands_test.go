package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

var (
	// failure matches the text with which go run and os/exec report that a program failed.
	failure = regexp.MustCompile(`exit status \d+|signal: killed`)
	// ellipsis matches a line of a transcript that stands for any lines.
	ellipsis = regexp.MustCompile(`(?m)^\.\.\.$`)
)

// TestCommands runs the commands of each document in order. Each document has its own sandbox.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, text := range documents(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := suite.New(t)
			found := blocks(text)
			for _, b := range found {
				if b.file != "" {
					require.NoError(t, os.WriteFile(filepath.Join(p.Dir, b.file), []byte(b.text), 0o600))
				}
			}
			for _, s := range steps(found) {
				line := strings.Replace(s.line, program, `exec "$BINARY" `, 1)
				cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
				cmd.Dir, cmd.Env = p.Dir, append(p.Env, "BINARY="+suite.Binary)
				out, err := cmd.CombinedOutput()
				require.NoError(t, s.check(string(out), err), s.line)
			}
		})
	}
}

// check compares the output and the error of a run with the document.
func (s step) check(output string, err error) error {
	ended := ""
	if err != nil {
		ended = err.Error()
		output += ended
	}
	if want := failure.FindString(s.want); want != ended {
		return fmt.Errorf("ended with %q, but the document shows %q:\n%s", ended, want, output)
	}
	rest := words(output)
	for _, part := range ellipsis.Split(s.want, -1) {
		part = words(part)
		_, after, found := strings.Cut(rest, part)
		if !found {
			return fmt.Errorf("%q is missing in the output, or out of order:\n%s", part, output)
		}
		rest = after
	}
	return nil
}

// words returns a text with one space in place of each line break, indent or other white space.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestPrograms compiles the Go programs in the documents.
func TestPrograms(t *testing.T) {
	t.Parallel()
	root, err := suite.Root()
	require.NoError(t, err)
	compiled := 0
	for name, text := range documents(t) {
		for _, b := range blocks(text) {
			if b.language != "go" || !strings.HasPrefix(b.text, "package main\n") {
				continue
			}
			file := filepath.Join(t.TempDir(), "main.go")
			require.NoError(t, os.WriteFile(file, []byte(b.text), 0o600))
			vet := exec.CommandContext(t.Context(), "go", "vet", file)
			vet.Dir = root
			out, err := vet.CombinedOutput()
			require.NoError(t, err, "%s: %s", name, out)
			compiled++
		}
	}
	require.NotZero(t, compiled)
}
