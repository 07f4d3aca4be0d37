package verify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/privilege"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// Explain describes a violation: what will happen on AWS, why, hop by hop, and what to change.
func Explain(f proof.Finding) string {
	first := f.Proofs[0]
	var b strings.Builder
	if first.Symptom != "" {
		fmt.Fprintf(&b, "On AWS:  %s\n", first.Symptom)
	}
	b.WriteString(Path(first, "Because: ", "         "))
	fmt.Fprintf(&b, "Breaks:  %s\n", strings.Join(f.Breaks(), ", "))
	fmt.Fprintf(&b, "Change:  %s", first.Fix)
	return b.String()
}

// ExplainControl describes why a resource fails a security control.
func ExplainControl(r controls.Result, f controls.Finding) string {
	out := fmt.Sprintf("%s (%s): %s\nBecause: %s: %s\n", r.ID, r.Severity, r.Title, f.Resource, f.Why)
	if f.Fix != "" {
		out += "Change:  " + f.Fix + "\n"
	}
	return out + "See:     " + r.Page
}

// ExplainExcess describes a statement that allows more than the checks need.
func ExplainExcess(e privilege.Excess) string {
	what := "statement " + cmp.Or(e.Sid, strconv.Itoa(e.Statement+1)) + " of " + e.Policy
	switch {
	case e.Whole:
		return fmt.Sprintf("%s: no check needs %s: remove it, or document what needs it", e.Role, what)
	case len(e.Actions) > 0:
		return fmt.Sprintf("%s: no check needs %s of %s", e.Role, strings.Join(e.Actions, ", "), what)
	}
	var wide []string
	for _, pattern := range slices.Sorted(maps.Keys(e.Wide)) {
		wide = append(wide, pattern+" (used for "+strings.Join(e.Wide[pattern], ", ")+")")
	}
	return fmt.Sprintf("%s: %s is wider than needed: %s", e.Role, what, strings.Join(wide, "; "))
}

// Path returns the hops of a proof, one per line. A hop that occurs more than once is shown once. first is the indent
// of the first line, rest of the others.
func Path(p proof.Proof, first, rest string) string {
	var b strings.Builder
	shown := map[string]bool{}
	for i, hop := range p.Hops {
		line := hop.What + ": " + hop.By
		if shown[line] {
			continue
		}
		shown[line] = true
		mark, indent := "ok ", rest
		if i == 0 {
			indent = first
		}
		if i == len(p.Hops)-1 && !p.OK() {
			mark = map[bool]string{true: "NO ", false: "?? "}[p.Verdict == awsmodel.Refuted]
		}
		fmt.Fprintf(&b, "%s%s%s\n", indent, mark, line)
	}
	return b.String()
}
