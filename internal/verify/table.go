package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// Of are the answers to one question.
func (r *Report) Of(id string) []proof.Proof {
	return slices.DeleteFunc(slices.Clone(r.Proofs), func(p proof.Proof) bool { return p.ID != id })
}

// Asked are the ids of the questions that were asked, in their order.
func (r *Report) Asked() []string {
	var ids []string
	for _, p := range r.Proofs {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// String is the report as a table for a terminal, followed by what is refuted, in full.
func (r *Report) String() string {
	parts := []string{r.table().Render()}
	for _, f := range r.Refuted() {
		parts = append(parts, Explain(f))
	}
	return strings.Join(append(parts, r.summary()), "\n\n")
}

// summary counts the security controls, and tells what roles may do for nothing.
func (r *Report) summary() string {
	counts := map[controls.Status]int{}
	for _, c := range r.Controls {
		counts[c.Status]++
	}
	lines := []string{fmt.Sprintf("security controls: %d pass, %d fail, %d undecided, %d not applicable "+
		"(verify --controls)", counts[controls.Pass], counts[controls.Fail], counts[controls.Undecided],
		counts[controls.NotApplicable])}
	for _, e := range r.Privilege.Excess {
		lines = append(lines, "least privilege: "+ExplainExcess(e))
	}
	switch {
	case len(r.Undecided()) > 0:
		lines = append(lines, "least privilege: cannot be told while questions are open")
	case len(r.Privilege.Excess) == 0:
		lines = append(lines, "least privilege: every statement of every role is used by a proof")
	}
	return strings.Join(lines, "\n")
}

// ControlsTable is the table of the security controls: what failed, why and what to change.
func (r *Report) ControlsTable() table.Writer {
	t := newTable("CONTROL", "SEVERITY", "TITLE", "STATUS", "WHY, AND WHAT TO CHANGE")
	for _, c := range r.Controls {
		t.AppendRow(table.Row{c.ID, c.Severity, c.Title, c.Status, controlReason(c)})
	}
	return t
}

func controlReason(c controls.Result) string {
	if len(c.Findings) == 0 {
		return c.Reason
	}
	first := c.Findings[0]
	out := first.Resource + ": " + first.Why
	if more := len(c.Findings) - 1; more > 0 {
		out += fmt.Sprintf(" (and %d more)", more)
	}
	if first.Fix != "" {
		out += "; " + first.Fix
	}
	return out
}

// Markdown is the table for a pull request.
func (r *Report) Markdown() string { return r.table().RenderMarkdown() }

const widestReason = 90

// newTable has a last column of text that wraps.
func newTable(columns ...string) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	header := table.Row{}
	for _, column := range columns {
		header = append(header, column)
	}
	t.AppendHeader(header)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Number: len(columns), WidthMax: widestReason, WidthMaxEnforcer: text.WrapSoft},
	})
	return t
}

func (r *Report) table() table.Writer {
	t := newTable("ID", "QUESTION", "ANSWER", "WHY")
	service := ""
	for _, p := range r.Proofs {
		if p.Service != service && service != "" {
			t.AppendSeparator()
		}
		service = p.Service
		t.AppendRow(table.Row{p.ID, p.Question, p.Verdict, reason(p)})
	}
	return t
}

// reason is the hop that decides: of a proof, the last one and how many there are.
func reason(p proof.Proof) string {
	if p.OK() && len(p.Hops) > 1 {
		return fmt.Sprintf("%d steps, the last one: %s", len(p.Hops), p.Why())
	}
	return p.Why()
}

// Proof draws one answer in full.
func Proof(p proof.Proof) string {
	out := fmt.Sprintf("%s: %s %s\n%s", p.Service, p.Question, p.Verdict, Path(p, "  ", "  "))
	if p.Symptom != "" {
		out += "  on AWS: " + p.Symptom + "\n"
	}
	if p.Fix != "" {
		out += "  change: " + p.Fix + "\n"
	}
	return out
}
