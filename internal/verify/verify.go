// Package verify checks whether a stack will work, before or after its deployment, and why.
package verify

import (
	"io"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/privilege"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/plan"
)

// Report holds the results of all checks of a stack.
type Report struct {
	Proofs   []proof.Proof     `json:"proofs"`
	Controls []controls.Result `json:"controls"`
	// Privilege lists permissions of roles that no check needs, and who may assume the roles.
	Privilege privilege.Report `json:"privilege"`
	// Unread are the AWS resources that nothing here reads.
	Unread []graph.Unread `json:"unread,omitempty"`

	stack *plan.Stack
}

// Resources checks a stack from its resources in the engine.
func Resources(resources []plan.Resource) (*Report, error) {
	stack, err := plan.Read(resources)
	if err != nil {
		return nil, err
	}
	subject := proof.Stack{
		Graph: stack.Graph, Partition: stack.Partition, Account: stack.Account, Unresolved: stack.Unresolved,
		Unread: stack.Unread,
	}
	report := &Report{
		Proofs: subject.Check(stack.Owned(graph.Service)), Controls: controls.Check(stack.Graph), Unread: stack.Unread,
		stack: stack,
	}
	answers := make([]awsmodel.Answer, len(report.Proofs))
	for i, p := range report.Proofs {
		answers[i] = p.Answer
	}
	report.Privilege = privilege.Review(stack.Graph, answers...)
	if !report.PermissionsDecided() {
		report.Privilege.Excess = nil // The undecided checks may need the permissions.
	}
	return report, nil
}

// PermissionsDecided reports whether every check that uses permissions is decided.
func (r *Report) PermissionsDecided() bool {
	return !slices.ContainsFunc(r.Proofs, func(p proof.Proof) bool {
		return p.Verdict == awsmodel.Undecided && slices.Contains(usesPermissions, p.ID)
	})
}

// usesPermissions are the checks that ask what roles may do.
var usesPermissions = []string{"registry", "secrets", "image", "volumes", "logs", "discovery", "exec", "flow-logs"}

// State checks a stack from its exported state, or from the engine's own state file. Several states are checked
// together: what one stack exports, another may use.
func State(files ...io.Reader) (*Report, error) {
	var resources []plan.Resource
	for _, file := range files {
		read, err := plan.Export(file)
		if err != nil {
			return nil, err
		}
		resources = append(resources, read...)
	}
	return Resources(resources)
}

// Refuted returns the violations: the causes why the stack will not work.
func (r *Report) Refuted() []proof.Finding { return proof.Findings(r.Proofs, awsmodel.Refuted) }

// Undecided returns the checks that cannot be decided, grouped by what is missing.
func (r *Report) Undecided() []proof.Finding { return proof.Findings(r.Proofs, awsmodel.Undecided) }

// URN returns the engine's name of a resource that a proof is about.
func (r *Report) URN(resource *graph.Resource) string { return r.stack.URN(resource) }

// URNOf returns the engine's name of a resource from its type and id; "" if the stack does not own the resource.
func (r *Report) URNOf(typ, id string) string {
	for _, resource := range r.stack.Graph.All(typ) {
		if resource.ID == id {
			return r.stack.URN(resource)
		}
	}
	return ""
}
