package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func (a *app) events() *cobra.Command {
	var last int
	cmd := &cobra.Command{
		Use:   "events [ID]",
		Short: "List the API calls that the providers made, as CloudTrail does: all, or the calls for an id or name",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			w, _, err := a.open()
			if err != nil {
				return err
			}
			events, err := w.Events()
			if err != nil {
				return err
			}
			if len(args) > 0 {
				events = slices.DeleteFunc(events, func(e world.Event) bool { return e.ID != args[0] && e.Name != args[0] })
			}
			if last > 0 {
				events = events[max(0, len(events)-last):]
			}
			return a.printEvents(events)
		},
	}
	cmd.Flags().IntVar(&last, "last", 0, "show only this many calls, the most recent ones")
	return cmd
}

func (a *app) printEvents(events []world.Event) error {
	if a.json {
		return a.print(append([]world.Event{}, events...))
	}
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, e := range events {
		outcome := cmp.Or(e.Error, "ok")
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", e.Time.Format("15:04:05"), e.Operation, e.Call,
			cmp.Or(e.ID, e.Name), strings.ReplaceAll(outcome, "\n", " "))
	}
	return table.Flush()
}

// open opens the stack's world for reading, which needs no lock.
func (a *app) open() (world *sandbox.World, region string, err error) {
	p, err := a.load()
	if err != nil {
		return nil, "", err
	}
	world, err = sandbox.Open(p.Sandbox())
	return world, p.Region(), err
}
