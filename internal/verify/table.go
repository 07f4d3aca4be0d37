package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

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
	if len(r.Proofs) == 0 {
		return "no ECS service: nothing to prove"
	}
	parts := []string{r.table().Render()}
	for _, f := range r.Refuted() {
		parts = append(parts, Explain(f))
	}
	return strings.Join(parts, "\n\n")
}

// Markdown is the table for a pull request.
func (r *Report) Markdown() string { return r.table().RenderMarkdown() }

const widestReason = 90

func (r *Report) table() table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"ID", "QUESTION", "ANSWER", "WHY"})
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 4, WidthMax: widestReason, WidthMaxEnforcer: text.WrapSoft}})
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
