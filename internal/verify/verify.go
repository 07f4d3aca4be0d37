// Package verify judges a stack, before or after its deployment: whether it will work, and why.
package verify

import (
	"io"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/privilege"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/plan"
)

// Report is what is known of a stack.
type Report struct {
	Proofs   []proof.Proof     `json:"proofs"`
	Controls []controls.Result `json:"controls"`
	// Privilege is what roles may do beyond what the proofs need, and who may take them on.
	Privilege privilege.Report `json:"privilege"`
	// Unread are the AWS resources of types that nothing here reads: "TYPE NAME".
	Unread []string `json:"unread,omitempty"`

	stack *plan.Stack
}

// Resources judges a stack by what the engine knows of its resources.
func Resources(resources []plan.Resource) (*Report, error) {
	stack, err := plan.Read(resources)
	if err != nil {
		return nil, err
	}
	asked := proof.Stack{
		Graph: stack.Graph, Partition: stack.Partition, Account: stack.Account, Unresolved: stack.Unresolved,
		Unread: stack.Unread,
	}
	report := &Report{
		Proofs: asked.Check(stack.Owned(graph.Service)), Controls: controls.Check(stack.Graph), Unread: stack.Unread, stack: stack,
	}
	answers := make([]awsmodel.Answer, len(report.Proofs))
	for i, p := range report.Proofs {
		answers[i] = p.Answer
	}
	report.Privilege = privilege.Review(stack.Graph, answers...)
	if len(report.Undecided()) > 0 {
		report.Privilege.Excess = nil // What is open may be what needs them.
	}
	return report, nil
}

// State judges an exported state, or the engine's own state file.
func State(file io.Reader) (*Report, error) {
	resources, err := plan.Export(file)
	if err != nil {
		return nil, err
	}
	return Resources(resources)
}

// Refuted are the causes for which the stack will not work.
func (r *Report) Refuted() []proof.Finding { return proof.Findings(r.Proofs, awsmodel.Refuted) }

// Undecided are the questions that cannot be answered, by what is missing.
func (r *Report) Undecided() []proof.Finding { return proof.Findings(r.Proofs, awsmodel.Undecided) }

// URN is the engine's name of a resource that a proof is about.
func (r *Report) URN(resource *graph.Resource) string { return r.stack.URN(resource) }

// URNOf is the engine's name of a resource by its type and id; "" for one that the stack does not own.
func (r *Report) URNOf(typ, id string) string {
	for _, resource := range r.stack.Graph.All(typ) {
		if resource.ID == id {
			return r.stack.URN(resource)
		}
	}
	return ""
}
