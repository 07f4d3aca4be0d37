package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/agext/levenshtein"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// document is what an engine's verb prints with --json, and any verb that fails before it has printed its own.
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

// bare is a value as a shell script wants it: a string without quotes, anything else as JSON.
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

// nearest is the name most like text, or empty if none is much like it.
func nearest(text string, names []string) string {
	best, score := "", 0.5
	for _, name := range names {
		if s := levenshtein.Match(text, name, nil); s > score {
			best, score = name, s
		}
	}
	return best
}
