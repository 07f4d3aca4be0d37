// Package controls evaluates controls of AWS Security Hub on a resource graph: the controls of its Foundational
// Security Best Practices, and of its other standards as far as they concern resources of a Fargate application. Check
// evaluates one table of all controls.
//
// Ids, severities and meanings were compared with copies of Security Hub's user guide of 2026, not with AWS itself.
// The table leaves out the controls on tags (each organization chooses its own required tags), ECS.16 and ECS.19 (task
// sets and capacity on EC2 instances, which do not exist on Fargate), ECS.21 (Windows), and ECS.1, which is missing in
// the newest copy.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html
package controls

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// Severity is AWS's own rating of a control.
type Severity string

// AWS's severities.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Status is the outcome of a control, on all resources or on one.
type Status string

// The outcomes. A control that depends on a value that is not known yet never counts as passed.
const (
	Pass          Status = "pass"
	Fail          Status = "fail"
	NotApplicable Status = "not applicable"
	Undecided     Status = "undecided"
)

// Control is one row of the table.
type Control struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"` // In this project's words; Page has AWS's title.
	// Fix describes what to change in this project's config or components.
	Fix string `json:"fix,omitempty"`

	types  []string // The types of the resources that it evaluates.
	check  check
	beyond string // Why a graph cannot decide the control, which then is never applicable.
}

// Page returns the URL of AWS's documentation of the control.
func (c Control) Page() string {
	service, number, _ := strings.Cut(strings.ToLower(c.ID), ".")
	return fmt.Sprintf("https://docs.aws.amazon.com/securityhub/latest/userguide/%[1]s-controls.html#%[1]s-%[2]s",
		service, number)
}

// Finding is a resource on which a control failed, or could not be decided.
type Finding struct {
	Status   Status `json:"status"`
	Type     string `json:"type"`
	Resource string `json:"resource"`
	Property string `json:"property,omitempty"`
	Why      string `json:"why"`
	Fix      string `json:"fix,omitempty"` // Empty unless the control failed.
}

// Result is the outcome of a control.
type Result struct {
	Control
	Page     string    `json:"page"`
	Status   Status    `json:"status"`
	Reason   string    `json:"reason,omitempty"` // Why it is not applicable.
	Findings []Finding `json:"findings,omitempty"`
}

// IDs returns the ids of all controls.
func IDs() []string {
	var all []string
	for _, c := range table() {
		all = append(all, c.ID)
	}
	return all
}

func table() []Control {
	return slices.Concat(ecsControls, elbControls, ec2Controls, efsControls, rdsControls, iamControls, s3Controls,
		otherControls)
}

// Check evaluates every control on a graph, in the table's order.
func Check(g *graph.Graph) []Result {
	var results []Result
	for _, c := range table() {
		r := Result{Control: c, Page: c.Page(), Status: NotApplicable, Reason: c.beyond}
		if c.beyond == "" {
			r.evaluate(g)
		}
		results = append(results, r)
	}
	return results
}

// evaluate evaluates the control on every resource of its types. The control fails if it fails on one resource; else it
// is undecided if it is undecided on one.
func (r *Result) evaluate(g *graph.Graph) {
	r.Reason = "there is no " + strings.Join(r.types, " and no ")
	for _, typ := range r.types {
		for _, resource := range g.All(typ) {
			o := r.check(subject{resource, g})
			switch o.status {
			case NotApplicable:
				r.Reason = o.why
			case Pass:
				r.raise(Pass)
			default:
				f := Finding{
					Status: o.status, Type: typ, Resource: resource.ID, Property: o.property, Why: o.why,
				}
				if o.status == Fail {
					f.Fix = r.Fix
				}
				r.Findings = append(r.Findings, f)
				r.raise(o.status)
			}
		}
	}
	if r.Status != NotApplicable {
		r.Reason = ""
	}
}

func (r *Result) raise(status Status) {
	order := []Status{NotApplicable, Pass, Undecided, Fail}
	if slices.Index(order, status) > slices.Index(order, r.Status) {
		r.Status = status
	}
}
