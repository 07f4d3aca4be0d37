package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

func (a *app) output() *cobra.Command {
	var showSecrets bool
	cmd := &cobra.Command{
		Use:   "output [NAME]",
		Short: "Print the stack's outputs, or only the value of one",
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
	cmd.Flags().BoolVar(&showSecrets, "show-secrets", false, "print secret outputs in plain text")
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
	return fmt.Errorf("read output %q: no such output: the outputs are %s", name, strings.Join(names, ", "))
}

// document is the JSON output of a command that runs the engine, and of any command that fails before it prints its
// own.
type document struct {
	Stack   string          `json:"stack"`
	Changes driver.Changes  `json:"changes,omitzero"`
	Outputs map[string]any  `json:"outputs,omitempty"`
	Status  *sandbox.Status `json:"status,omitempty"`
	Error   string          `json:"error,omitempty"`
}

func result(stack string, changes driver.Changes, err error) document {
	d := document{Stack: stack, Changes: changes}
	if err != nil {
		d.Error = err.Error()
	}
	return d
}

func (a *app) print(value any) error {
	a.printed = true
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func printTable(w io.Writer, values map[string]any) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(table, "%s\t%s\n", name, bare(values[name]))
	}
	return table.Flush()
}

// bare formats a value for shell scripts: a string without quotes, anything else as JSON.
func bare(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

// nearest returns the name that is most similar to text, or "" if none is similar.
func nearest(text string, names []string) string {
	best, score := "", 0.5
	for _, name := range names {
		if s := levenshtein.Match(text, name, nil); s > score {
			best, score = name, s
		}
	}
	return best
}
