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
	// failure is how go run says that a program failed, and how os/exec does.
	failure = regexp.MustCompile(`exit status \d+|signal: killed`)
	// leftOut stands in a transcript for any lines.
	leftOut = regexp.MustCompile(`(?m)^\.\.\.$`)
)

// TestCommands runs the commands of each document in order, in a sandbox of the document's own.
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

// check compares a run with what the document says.
func (s step) check(output string, err error) error {
	ended := ""
	if err != nil {
		ended = err.Error()
		output += ended
	}
	if said := failure.FindString(s.says); said != ended {
		return fmt.Errorf("ended with %q, the document says %q:\n%s", ended, said, output)
	}
	rest := words(output)
	for _, part := range leftOut.Split(s.says, -1) {
		part = words(part)
		_, after, found := strings.Cut(rest, part)
		if !found {
			return fmt.Errorf("does not print, or not in this order, %q, but:\n%s", part, output)
		}
		rest = after
	}
	return nil
}

// words are a text without its line breaks and indents.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestPrograms compiles the programs.
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
