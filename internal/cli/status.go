package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

func (a *app) status() *cobra.Command {
	var live liveFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the service: deployments, tasks, targets, nodes, last events and likely causes of problems",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if live.aws {
				return a.runLiveStatus(cmd.Context(), live)
			}
			return a.runStatus()
		},
	}
	live.add(cmd)
	return cmd
}

// runStatus only reads, so it needs no lock and works while an up is running.
func (a *app) runStatus() error {
	p, err := a.load()
	if err != nil {
		return err
	}
	state, err := driver.ReadState(p)
	if err != nil {
		return err
	}
	if _, ok := state.Service(); !ok {
		return badResult{fmt.Errorf("read status of stack %q: no service is deployed: run up first", a.stack)}
	}
	world, err := sandbox.Open(p.Sandbox())
	if err != nil {
		return err
	}
	status, err := serviceStatus(world, state)
	if err != nil {
		return err
	}
	return a.showStatus(status)
}

// showStatus prints a status. A service that is not healthy is an error.
func (a *app) showStatus(status *sandbox.Status) (err error) {
	if a.json {
		err = a.print(status)
	} else {
		_, err = fmt.Fprintln(a.stdout, status)
	}
	if !status.Healthy() {
		err = errors.Join(err, badResult{fmt.Errorf("stack %q: the service is not healthy", a.stack)})
	}
	return err
}

// serviceStatus returns the status of the stack's service, or nil if the stack has none.
func serviceStatus(world *sandbox.World, state *driver.State) (*sandbox.Status, error) {
	service, ok := state.Service()
	if !ok {
		return nil, nil
	}
	return world.Status(service.Region, service.Cluster, service.Name)
}
