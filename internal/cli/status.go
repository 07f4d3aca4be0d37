package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

func (a *app) status() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the service: deployments, tasks, targets",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.runStatus() },
	}
}

// runStatus only reads, so it needs no lock: it works while an up is under way.
func (a *app) runStatus() error {
	p, err := a.load()
	if err != nil {
		return err
	}
	state, err := driver.ReadState(p)
	if err != nil {
		return err
	}
	if _, _, ok := state.Service(); !ok {
		return refuted{fmt.Errorf("read status of stack %q: no service is deployed: run up first", a.stack)}
	}
	world, err := sandbox.Open(p.Sandbox())
	if err != nil {
		return err
	}
	status, err := serviceStatus(p, world, state)
	if err != nil {
		return err
	}
	if a.json {
		err = a.print(status)
	} else {
		_, err = fmt.Fprintln(a.stdout, status)
	}
	if !status.Healthy() {
		err = errors.Join(err, refuted{fmt.Errorf("stack %q: the service is not healthy", a.stack)})
	}
	return err
}

// serviceStatus is nil if the stack has no service.
func serviceStatus(p *driver.Project, world *sandbox.World, state *driver.State) (*sandbox.Status, error) {
	cluster, service, ok := state.Service()
	if !ok {
		return nil, nil
	}
	return world.Status(p.Region(), cluster, service)
}
