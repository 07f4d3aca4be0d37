package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/backend/display"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"golang.org/x/term"
)

// view is where and how one step is shown.
type view struct {
	to   io.Writer // Nil: the engine's Log.
	diff bool      // Show each changed property instead of one line per resource.
}

// events receives what the engine reports during one step.
type events struct {
	sink       chan engine.Event // Never closed: an interrupt may still send to it.
	violations []engine.PolicyViolationEventPayload

	done      chan bool     // Closed once the display has shown everything.
	quit      chan struct{} // Closed to stop forwarding.
	forwarded chan struct{} // Closed once forwarding has stopped.
}

// show starts Pulumi's own display of one step.
func (o *operation) show(s step) *events {
	e := &events{
		sink: make(chan engine.Event), done: make(chan bool), quit: make(chan struct{}), forwarded: make(chan struct{}),
	}
	label := backend.ActionLabel(s.kind, s.dryRun)
	options := o.displayOptions(s.view)
	fmt.Fprint(options.Stdout, options.Color.Colorize(
		fmt.Sprintf("%s%s (%s):%s\n", colors.SpecHeadline, label, o.Project.Stack, colors.Reset)))
	shown := make(chan engine.Event)
	go display.ShowEvents(strings.ToLower(label), s.kind, tokens.MustParseStackName(o.Project.Stack),
		tokens.PackageName(o.Project.Name()), "", shown, e.done, options, s.dryRun)
	go e.forward(shown)
	return e
}

// forward passes the engine's events to the display, and keeps the policy violations.
func (e *events) forward(display chan<- engine.Event) {
	defer close(e.forwarded)
	defer close(display)
	for {
		var event engine.Event
		select {
		case event = <-e.sink:
		case <-e.quit:
			return
		}
		if event.Type == engine.PolicyLoadEvent { // The pack is in this process: nothing is loaded.
			continue
		}
		if event.Type == engine.PolicyViolationEvent {
			e.violations = append(e.violations, event.Payload().(engine.PolicyViolationEventPayload))
		}
		select {
		case display <- event:
		case <-e.done: // The event came too late to be shown.
		}
	}
}

func (o *operation) displayOptions(v view) display.Options {
	options := display.Options{
		Color: colors.Never, Stdin: os.Stdin, Stdout: v.to, Stderr: v.to, SuppressOutputs: true, SuppressProgress: true,
	}
	if v.to == nil {
		options.Stdout, options.Stderr, options.IsInteractive = o.Log, o.Log, o.Terminal
	}
	if o.Color {
		options.Color = colors.Always
	}
	if v.diff {
		options.Type, options.IsInteractive = display.DisplayDiff, false
	}
	return options
}

// close waits until everything is shown.
func (e *events) close() {
	<-e.done
	close(e.quit)
	<-e.forwarded
}

// interruptible shows the user, once ctx is canceled, that the interrupt was received, and then calls cancel.
func (e *events) interruptible(ctx context.Context, cancel func()) (stop func() bool) {
	return context.AfterFunc(ctx, func() {
		select {
		case e.sink <- engine.NewEvent(engine.StdoutEventPayload{
			Message: "interrupted: finishing the operations in progress; interrupt again to stop at once\n", Color: colors.Never,
		}):
		case <-e.done:
		}
		cancel()
	})
}

// terminal is the state of the terminal before the display changed it.
var terminal struct {
	fd    int
	state *term.State
}

// rememberTerminal saves the state of the terminal that log writes to, so that Die can restore it.
func rememberTerminal(log io.Writer) {
	if file, ok := log.(*os.File); ok {
		terminal.fd = int(file.Fd())
		terminal.state, _ = term.GetState(terminal.fd)
	}
}

// Die kills this process at once, as a power cut would, after restoring the terminal. It does not return.
func Die() {
	if terminal.state != nil {
		_ = term.Restore(terminal.fd, terminal.state)
		fmt.Fprint(os.Stderr, "\x1b[?25h\n") // The cursor was hidden.
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// ServiceArn returns the ARN of the ECS service of a stack on AWS. It reads the state through the user's own Pulumi
// CLI, not the stack's outputs, because a stack whose first up failed has no outputs. Errors: no pulumi on PATH, an
// error of the CLI, a stack without an ECS service.
func ServiceArn(ctx context.Context, dir, stack string) (string, error) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return "", fmt.Errorf("find the service of stack %q: pulumi is not on PATH", stack)
	}
	//nolint:gosec // The user's own CLI.
	cmd := exec.CommandContext(ctx, cli, "stack", "export", "--stack", stack, "--cwd", dir, "--non-interactive")
	data, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("find the service of stack %q: pulumi stack export: %s", stack,
			strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("find the service of stack %q: %w", stack, err)
	}
	var file struct{ Deployment apitype.DeploymentV3 }
	if err := json.Unmarshal(data, &file); err != nil {
		return "", fmt.Errorf("find the service of stack %q: read its export: %w", stack, err)
	}
	for _, r := range file.Deployment.Resources {
		if r.Type == serviceType && !r.Delete {
			return r.ID.String(), nil
		}
	}
	return "", fmt.Errorf("find the service of stack %q: the stack has no ECS service", stack)
}
