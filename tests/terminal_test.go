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

// terminal is a pseudo-terminal. A command writes to tty; the test reads what is shown from control and types keys
// there.
type terminal struct {
	*testing.T
	tty, control *os.File
	shown        bytes.Buffer
	ended        chan struct{}
}

// newTerminal opens a terminal. As soon as text is shown on it, keys are typed.
func newTerminal(t *testing.T, text, keys string) *terminal {
	t.Helper()
	control, tty, err := pty.Open()
	require.NoError(t, err)
	require.NoError(t, pty.Setsize(control, &pty.Winsize{Rows: 50, Cols: 160}))
	s := &terminal{T: t, tty: tty, control: control, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		buffer := make([]byte, 1<<16)
		for typed := keys == ""; ; {
			n, err := control.Read(buffer)
			s.shown.Write(buffer[:n])
			if err != nil { // The other side is closed.
				return
			}
			if !typed && bytes.Contains(s.shown.Bytes(), []byte(text)) {
				_, _ = control.WriteString(keys)
				typed = true
			}
		}
	}()
	return s
}

// run runs a command to its end and asserts that the terminal's settings are the same as before. It returns what was
// shown, and the exit code.
func (s *terminal) run(cmd *exec.Cmd) (shown string, code int) {
	s.Helper()
	before, err := term.GetState(int(s.tty.Fd()))
	require.NoError(s, err)
	cmd.Stderr, cmd.Env = s.tty, append(cmd.Env, "TERM=xterm-256color")
	_ = cmd.Run() // The exit code is returned.
	after, err := term.GetState(int(s.tty.Fd()))
	require.NoError(s, err)
	require.Equal(s, before, after, "the command changed the settings of the terminal")
	require.NoError(s, s.tty.Close())
	<-s.ended
	require.NoError(s, s.control.Close())
	return s.shown.String(), cmd.ProcessState.ExitCode()
}

// hideCursor is the escape sequence at the start of a tree that is redrawn.
const hideCursor = "\x1b[?25l"

// TestTerminal: on a terminal, up draws a tree of resources and redraws it as they change.
func TestTerminal(t *testing.T) {
	t.Parallel()
	s, cmd := newTerminal(t, "", ""), newProject(t).Command("up")
	cmd.Stdin = s.tty
	shown, code := s.run(cmd)
	require.Zero(t, code, shown)
	require.Contains(t, shown, hideCursor)
	require.Contains(t, shown, "created")
}

// TestTerminalInterrupt: while the tree is drawn, Ctrl-C reaches the program as a key. A second Ctrl-C ends the run at
// once. A machine under load may deliver the keys only after the up has ended: then the test tries again.
func TestTerminalInterrupt(t *testing.T) {
	t.Parallel()
	for keys, says := range map[string]string{
		"\x03":     "interrupted: all finished steps are recorded; run again to continue",
		"\x03\x03": "creating",
	} {
		t.Run(fmt.Sprintf("%q", keys), func(t *testing.T) {
			t.Parallel()
			for range 5 {
				p := newProject(t)
				s, cmd := newTerminal(t, "creating", keys), p.Command("up")
				cmd.Stdin = s.tty
				shown, code := s.run(cmd)
				if code == 0 {
					continue
				}
				require.Contains(t, shown, says)
				p.Run("up").Exits(0)
				return
			}
			require.Fail(t, "each up ended before it was interrupted")
		})
	}
}

// TestTerminalWithoutKeys: the tree is not drawn if stdin is no terminal, because then Ctrl-C could not be read as a
// key.
func TestTerminalWithoutKeys(t *testing.T) {
	t.Parallel()
	s := newTerminal(t, "", "")
	shown, code := s.run(newProject(t).Command("up")) // Its stdin is /dev/null.
	require.Zero(t, code, shown)
	require.NotContains(t, shown, hideCursor)
}
