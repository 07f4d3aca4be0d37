package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// Of returns the results of one check, one per service.
func (r *Report) Of(id string) []proof.Proof {
	return slices.DeleteFunc(slices.Clone(r.Proofs), func(p proof.Proof) bool { return p.ID != id })
}

// Asked returns the ids of the checks that were made, in order.
func (r *Report) Asked() []string {
	var ids []string
	for _, p := range r.Proofs {
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// String returns the report as a table for a terminal, followed by every violation in full.
func (r *Report) String() string {
	parts := []string{r.table().Render()}
	for _, f := range r.Refuted() {
		parts = append(parts, Explain(f))
	}
	return strings.Join(append(parts, r.summary()), "\n\n")
}

// summary counts the security controls, and lists permissions of roles that no check needs.
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
	case !r.PermissionsDecided():
		lines = append(lines, "least privilege: cannot be decided while checks are undecided")
	case len(r.Privilege.Excess) == 0:
		lines = append(lines, "least privilege: every statement of every role is needed by a check")
	}
	if len(r.Unread) > 0 {
		unread := make([]string, len(r.Unread))
		for i, resource := range r.Unread {
			unread[i] = resource.String()
		}
		lines = append(lines, fmt.Sprintf("not read: %d resources, of types or properties that no check knows: %s",
			len(unread), strings.Join(unread, ", ")))
	}
	return strings.Join(lines, "\n")
}

// ControlsTable returns the table of the security controls: what failed, why and what to change.
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

// Markdown returns the table of checks in Markdown, for a pull request.
func (r *Report) Markdown() string { return r.table().RenderMarkdown() }

const widestReason = 90

// newTable returns a table whose last column wraps its text.
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
	t := newTable("ID", "CHECK", "RESULT", "WHY")
	service := ""
	for _, p := range r.Proofs {
		if p.Service != service && service != "" {
			t.AppendSeparator()
		}
		service = p.Service
		t.AppendRow(table.Row{p.ID, p.Question, result(p.Verdict), reason(p)})
	}
	return t
}

// result returns a verdict in words for people. In JSON a violation is "refuted".
func result(v awsmodel.Verdict) string {
	if v == awsmodel.Refuted {
		return "violation"
	}
	return string(v)
}

// reason returns the hop that decides. If everything holds, it is the last hop, with the number of hops.
func reason(p proof.Proof) string {
	if p.OK() && len(p.Hops) > 1 {
		return fmt.Sprintf("%d steps, the last one: %s", len(p.Hops), p.Why())
	}
	return p.Why()
}

// Proof returns one result in full.
func Proof(p proof.Proof) string {
	out := fmt.Sprintf("%s: %s %s\n%s", p.Service, p.Question, result(p.Verdict), Path(p, "  ", "  "))
	if p.Symptom != "" {
		out += "  on AWS: " + p.Symptom + "\n"
	}
	if p.Fix != "" {
		out += "  change: " + p.Fix + "\n"
	}
	return out
}
