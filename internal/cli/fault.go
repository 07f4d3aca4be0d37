package cli

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func (a *app) fault() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "Make API calls fail, or kill the process during a run",
		Long: "Make API calls fail, or kill the process during a run, to see how the next up recovers.\n\n" +
			"A fault stands for an error that remains after the real provider's retries. If the call that makes the change " +
			"fails, or an earlier call, nothing has changed. If a later call fails (such as reading the resource back), the " +
			"resource exists and the operation has failed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.faultAdd(), &cobra.Command{
		Use:   "list",
		Short: "List the faults that still apply",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.faults() },
	}, &cobra.Command{
		Use:   "clear [CALL]",
		Short: "Remove all faults, or the faults of one call",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, _ string) error {
				cleared, err := w.ClearFaults(strings.Join(args, ""))
				fmt.Fprintf(a.stderr, "faults cleared: %d\n", cleared)
				return err
			})
		},
	})
	return cmd
}

func (a *app) faultAdd() *cobra.Command {
	var fault world.Fault
	cmd := &cobra.Command{
		Use:     "add CALL",
		Short:   "Make an API call fail with an AWS error, or kill the process right after it took effect",
		Example: "  sandbox fault add CreateListener --error ThrottlingException\n  sandbox fault add CreateService --crash",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, region string) error {
				calls, err := w.Calls(region)
				if err != nil {
					return err
				}
				if fault.Call = args[0]; !slices.Contains(calls, fault.Call) {
					return unknownCall(fault.Call, calls)
				}
				return w.AddFault(fault)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&fault.Code, "error", "", "AWS's error code, such as ThrottlingException or InvalidGroup.NotFound")
	flags.StringVar(&fault.Message, "message", "", "AWS's error message (default: the usual message for the code)")
	flags.IntVar(&fault.Times, "times", 0, "how many calls fail (default 1)")
	flags.Float64Var(&fault.Probability, "probability", 0,
		"each call fails with this probability, until the fault is cleared")
	flags.StringVar(&fault.Seed, "seed", "", "with --probability: the seed that decides which calls fail")
	flags.BoolVar(&fault.Crash, "crash", false, "kill the process right after the call took effect")
	return cmd
}

func unknownCall(name string, calls []string) error {
	if near := nearest(name, calls); near != "" {
		return fmt.Errorf("add fault: the providers make no call %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("add fault: the providers make no call %q; sandbox events lists the calls of the last runs", name)
}

// faults only reads, so it needs no lock.
func (a *app) faults() error {
	w, _, err := a.open()
	if err != nil {
		return err
	}
	faults, err := w.Faults()
	if err != nil {
		return err
	}
	if a.json {
		return a.print(append([]*world.Fault{}, faults...))
	}
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, f := range faults {
		what, when := f.Error(), fmt.Sprintf("%d times", f.Times)
		if f.Crash {
			what = "kills the process"
		}
		if f.Probability > 0 {
			when = fmt.Sprintf("with probability %v, seed %q", f.Probability, f.Seed)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Call, what, when)
	}
	return table.Flush()
}
