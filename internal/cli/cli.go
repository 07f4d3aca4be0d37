// Package cli is the command line: go run . COMMAND, which runs against the sandbox. Each command has its own file.
//
// Data goes to stdout, everything else to stderr. Exit codes: 0 success; 1 error; 2 a policy violation, a rollback, or
// a service that is not healthy.
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
	exitError     = 1
	exitBadResult = 2
)

// maxGarbage is the memory that the process may use before it collects garbage, in bytes.
const maxGarbage = 512 << 20

// badResult marks an error about the result: a policy violation, a rollback, or a service that is not healthy. Any
// other error is about the attempt.
type badResult struct{ error }

// app holds what every command needs: the program to run, the input and output streams, and the shared flags.
type app struct {
	deploy         pulumi.RunFunc
	stdin          io.Reader
	stdout, stderr io.Writer

	args       []string // The command line.
	dir, stack string
	config     []string
	json       bool
	parsed     bool // The command line is valid.
	printed    bool // The JSON document has been printed to stdout.
}

// Main runs the command in args, with deploy as the stack's program, and returns the process's exit code. After the
// first interrupt the engine finishes the operations in progress. The second interrupt kills the process at once.
func Main(deploy pulumi.RunFunc, args []string, stdout, stderr io.Writer) int {
	if os.Getenv("GOGC") == "" { // A command ends before garbage matters. Collecting it would take a third of the time.
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(maxGarbage)
	}
	ctx, stop := interruptible()
	defer stop()
	return (&app{deploy: deploy, stdin: os.Stdin, stdout: stdout, stderr: stderr}).run(ctx, args)
}

// interruptible returns a context that the first interrupt cancels. The second interrupt kills the process.
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
	// If the command line is not valid, parsing may have stopped before --json.
	if (a.json || !a.parsed && slices.Contains(args, "--json")) && !a.printed {
		_ = a.print(result(a.stack, nil, err)) // The exit code reports the failure too.
	}
	if !a.parsed {
		fmt.Fprintf(a.stderr, "see %s --help\n", cmd.CommandPath())
	}
	if errors.As(err, &badResult{}) {
		return exitBadResult
	}
	return exitError
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "live-beats",
		Short:             "Run the Live Beats stack in a sandbox that simulates AWS: no account is touched",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRun:  func(*cobra.Command, []string) { a.parsed = true },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.stack, "stack", "s", "staging", "name of the stack")
	flags.StringArrayVarP(&a.config, "config", "c", nil,
		"set one config value for this run, as KEY=VALUE (repeatable; a dotted key sets a field of an object)")
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
