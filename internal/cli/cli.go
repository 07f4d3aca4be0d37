// Package cli is the command line: go run . VERB, against the sandbox. One file per verb.
//
// Data goes to stdout, everything else to stderr. Exit codes: 0 done; 1 error; 2 the service is not healthy or was
// rolled back.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

const (
	exitError   = 1
	exitRefuted = 2
)

// maxGarbage is how much memory is taken before any is given back, in bytes.
const maxGarbage = 512 << 20

// refuted marks an error about what was deployed, as opposed to one about the attempt.
type refuted struct{ error }

// app is what every verb needs: the program to run, where to talk, and the flags that all verbs share.
type app struct {
	deploy         pulumi.RunFunc
	stdin          io.Reader
	stdout, stderr io.Writer

	args       []string // The command line.
	dir, stack string
	config     []string
	json       bool
	began      bool // The command line was understood.
	printed    bool // The one JSON document is on stdout.
}

// Main runs the verb in args with deploy as the stack's program and returns the process's exit code. The first
// interrupt lets the engine finish what it has begun, the second one ends the process at once.
func Main(deploy pulumi.RunFunc, args []string, stdout, stderr io.Writer) int {
	if os.Getenv("GOGC") == "" { // A verb is done before garbage matters; to collect it would take a third of its time.
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(maxGarbage)
	}
	ctx, stop := interruptible()
	defer stop()
	return (&app{deploy: deploy, stdin: os.Stdin, stdout: stdout, stderr: stderr}).run(ctx, args)
}

// interruptible is a context that the first interrupt cancels. The second one ends the process.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupts
		cancel()
		<-interrupts
		driver.Die()
	}()
	return ctx, cancel
}

func (a *app) run(ctx context.Context, args []string) int {
	a.args = args
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	if ended := new(endedError); errors.As(err, &ended) {
		return ended.code
	}
	fmt.Fprintln(a.stderr, "error:", err)
	// A command line that is not understood may not have been read as far as the flag.
	if (a.json || !a.began && slices.Contains(args, "--json")) && !a.printed {
		_ = a.print(result(a.stack, nil, err)) // The exit code tells as well.
	}
	if !a.began {
		fmt.Fprintf(a.stderr, "see %s --help\n", cmd.CommandPath())
	}
	if errors.As(err, &refuted{}) {
		return exitRefuted
	}
	return exitError
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "live-beats",
		Short:             "Try the Live Beats stack in a sandbox of AWS: no account is touched",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRun:  func(*cobra.Command, []string) { a.began = true },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.stack, "stack", "s", "staging", "stack to work on")
	flags.StringArrayVarP(&a.config, "config", "c", nil,
		"set one config value for this run, as KEY=VALUE (repeatable; a dotted key reaches into an object)")
	flags.BoolVar(&a.json, "json", false, "print one JSON document on stdout")
	flags.StringVarP(&a.dir, "cwd", "C", ".", "directory of the project")
	root.SetFlagErrorFunc(suggestFlag)
	root.AddCommand(a.up(), a.preview(), a.refresh(), a.destroy(), a.output(), a.status(), a.verify(), a.sandbox())
	return root
}

func suggestFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	if name := nearest(unknown.GetSpecifiedName(), names); name != "" {
		return fmt.Errorf("%w: did you mean --%s?", err, name)
	}
	return err
}
