package verify

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// Explain tells of something that is wrong: what will happen on AWS, why, hop by hop, and what to change.
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

// Path draws the hops of a proof, one a line. One that several steps take is drawn once.
func Path(p proof.Proof, first, rest string) string {
	var b strings.Builder
	drawn := map[string]bool{}
	for i, hop := range p.Hops {
		line := hop.What + ": " + hop.By
		if drawn[line] {
			continue
		}
		drawn[line] = true
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
