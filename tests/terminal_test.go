package tests

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/term"
)

// terminal is one that a test looks at, with somebody who types as soon as a text is shown.
type terminal struct {
	*testing.T
	theirs, ours *os.File
	shown        bytes.Buffer
	ended        chan struct{}
}

// newTerminal has keys typed once a text is shown.
func newTerminal(t *testing.T, text, keys string) *terminal {
	t.Helper()
	ours, theirs, err := pty.Open()
	require.NoError(t, err)
	require.NoError(t, pty.Setsize(ours, &pty.Winsize{Rows: 50, Cols: 160}))
	s := &terminal{T: t, theirs: theirs, ours: ours, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		buffer := make([]byte, 1<<16)
		for typed := keys == ""; ; {
			n, err := ours.Read(buffer)
			s.shown.Write(buffer[:n])
			if err != nil { // The other side is closed.
				return
			}
			if !typed && bytes.Contains(s.shown.Bytes(), []byte(text)) {
				_, _ = ours.WriteString(keys)
				typed = true
			}
		}
	}()
	return s
}

// runs a command to its end, and holds that the terminal is as it was. It returns what was shown, and the exit code.
func (s *terminal) runs(cmd *exec.Cmd) (shown string, code int) {
	s.Helper()
	before, err := term.GetState(int(s.theirs.Fd()))
	require.NoError(s, err)
	cmd.Stderr, cmd.Env = s.theirs, append(cmd.Env, "TERM=xterm-256color")
	_ = cmd.Run() // Its exit code is asked for.
	after, err := term.GetState(int(s.theirs.Fd()))
	require.NoError(s, err)
	require.Equal(s, before, after, "the terminal is left as it was found")
	require.NoError(s, s.theirs.Close())
	<-s.ended
	require.NoError(s, s.ours.Close())
	return s.shown.String(), cmd.ProcessState.ExitCode()
}

// hideCursor is what a tree that is drawn again and again begins with.
const hideCursor = "\x1b[?25l"

// TestTerminal shows a person the tree of resources as it grows.
func TestTerminal(t *testing.T) {
	t.Parallel()
	s, cmd := newTerminal(t, "", ""), newProject(t).Command("up")
	cmd.Stdin = s.theirs
	shown, code := s.runs(cmd)
	require.Zero(t, code, shown)
	require.Contains(t, shown, hideCursor)
	require.Contains(t, shown, "created")
}

// TestTerminalInterrupt: Ctrl-C is a key of a terminal that the tree is drawn on; two end the run at once. A machine
// under load may deliver them only after the up has ended: then it is tried again.
func TestTerminalInterrupt(t *testing.T) {
	t.Parallel()
	for keys, says := range map[string]string{
		"\x03":     "interrupted: what was done is recorded, run again to go on",
		"\x03\x03": "creating",
	} {
		t.Run(fmt.Sprintf("%q", keys), func(t *testing.T) {
			t.Parallel()
			for range 5 {
				p := newProject(t)
				s, cmd := newTerminal(t, "creating", keys), p.Command("up")
				cmd.Stdin = s.theirs
				shown, code := s.runs(cmd)
				if code == 0 {
					continue
				}
				require.Contains(t, shown, says)
				p.Run("up").Exits(0)
				return
			}
			require.Fail(t, "no up could be interrupted")
		})
	}
}

// TestTerminalWithoutKeys: a tree that nobody can interrupt is not drawn.
func TestTerminalWithoutKeys(t *testing.T) {
	t.Parallel()
	s := newTerminal(t, "", "")
	shown, code := s.runs(newProject(t).Command("up")) // Its stdin is /dev/null.
	require.Zero(t, code, shown)
	require.NotContains(t, shown, hideCursor)
}
