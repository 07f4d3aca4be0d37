package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// session is one use of the engine by a command, on one stack's sandbox.
type session struct {
	*app
	project *driver.Project
	world   *sandbox.World
	engine  *driver.Engine
}

// load reads the project. It prints first that no AWS account is touched, and which stack this run uses.
func (a *app) load() (*driver.Project, error) {
	p, err := driver.Load(a.dir, a.stack, a.config)
	if err != nil {
		fmt.Fprintln(a.stderr, "sandbox: no AWS account is touched")
		return nil, err
	}
	a.stack = p.Stack
	fmt.Fprintf(a.stderr, "sandbox: no AWS account is touched (stack %s, region %s, %s)\n",
		p.Stack, cmp.Or(p.Region(), "missing"), p.Sandbox())
	for _, note := range p.Notes {
		fmt.Fprintln(a.stderr, "note:", note)
	}
	for _, name := range provider.AWSSettings.Meaningless {
		if _, set := p.Values()["aws:"+name]; set {
			fmt.Fprintf(a.stderr, "note: aws:%s has no meaning in the sandbox\n", name)
		}
	}
	return p, nil
}

func locked(p *driver.Project, verb string, f func() error) (err error) {
	lock, err := driver.Acquire(p.Sandbox(), verb)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	return f()
}

// withEngine runs f with the engine. Before the engine starts, it checks everything that it can, the cheapest first.
func (a *app) withEngine(cmd *cobra.Command, f func(context.Context, *session) error) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return locked(p, cmd.Name(), func() error {
		world, err := sandbox.Open(p.Sandbox())
		if err != nil {
			return err
		}
		world.Kill = driver.Die
		engine, err := driver.New(driver.Options{
			Project: p, Program: a.deploy, Providers: world.Providers, API: world.API, Created: world.Created,
			Log: a.stderr, Terminal: isTerminal(a.stderr) && isTerminal(os.Stdin) && os.Getenv("TERM") != "dumb",
			Color: isTerminal(a.stderr) && os.Getenv("NO_COLOR") == "",
		})
		if err != nil {
			return err
		}
		before := world.Snapshots(p.Region())
		err = f(cmd.Context(), &session{app: a, project: p, world: world, engine: engine})
		err = errors.Join(err, world.Flush())
		for _, id := range world.Snapshots(p.Region()) {
			if !slices.Contains(before, id) {
				fmt.Fprintf(a.stderr, "the database is deleted; its final snapshot %[1]s remains, and costs money on AWS; "+
					"to delete it: go run . sandbox delete --stack %[2]s %[1]s\n", id, a.stack)
			}
		}
		return err
	})
}

// change runs an operation of the engine. With --json it prints the counts of changes.
func (a *app) change(cmd *cobra.Command, op func(context.Context, *driver.Engine) (driver.Changes, error)) error {
	return a.withEngine(cmd, func(ctx context.Context, s *session) error {
		changes, err := op(ctx, s.engine)
		if a.json {
			err = errors.Join(err, a.print(result(a.stack, changes, err)))
		}
		return err
	})
}

// isTerminal reports whether stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
