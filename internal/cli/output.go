package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

func (a *app) output() *cobra.Command {
	var showSecrets bool
	cmd := &cobra.Command{
		Use:   "output [NAME]",
		Short: "Print the stack's outputs, or the bare value of one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if showSecrets {
				return a.withEngine(cmd, func(ctx context.Context, s *session) error {
					outputs, err := s.engine.Outputs(ctx)
					if err != nil {
						return err
					}
					return a.printOutputs(outputs, args)
				})
			}
			p, err := a.load()
			if err != nil {
				return err
			}
			state, err := driver.ReadState(p)
			if err != nil {
				return err
			}
			return a.printOutputs(state.Outputs(), args)
		},
	}
	cmd.Flags().BoolVar(&showSecrets, "show-secrets", false, "print secret outputs in clear")
	return cmd
}

func (a *app) printOutputs(outputs map[string]any, args []string) error {
	if len(outputs) == 0 {
		return fmt.Errorf("read outputs of stack %q: nothing is deployed: run up first", a.stack)
	}
	var value any = outputs
	if len(args) > 0 {
		var ok bool
		if value, ok = outputs[args[0]]; !ok {
			return unknownOutput(args[0], slices.Sorted(maps.Keys(outputs)))
		}
	}
	switch {
	case a.json:
		return a.print(value)
	case len(args) == 0:
		return printTable(a.stdout, outputs)
	default:
		_, err := fmt.Fprintln(a.stdout, bare(value))
		return err
	}
}

func unknownOutput(name string, names []string) error {
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("read output %q: no such output: did you mean %q?", name, near)
	}
	return fmt.Errorf("read output %q: no such output: there are %s", name, strings.Join(names, ", "))
}
