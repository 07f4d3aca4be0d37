// Package controls judges a resource graph by controls of AWS Security Hub: those of its Foundational Security Best
// Practices, and of its other standards where they speak of what a Fargate application is made of. One path, Check,
// goes over one table of data.
//
// Ids, severities and meanings were compared with copies of Security Hub's user guide of 2026, not with AWS itself.
// Left out are the controls on tags (which tags there have to be is an organization's own matter), ECS.16 and ECS.19
// (task sets and capacity on EC2 instances, which Fargate has not), ECS.21 (Windows), and ECS.1, which the newest copy
// has no more.
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

// Status is the outcome of a control, or of one on one resource.
type Status string

// The outcomes. What is not known yet is never taken for passed.
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
	Title    string   `json:"title"` // In our words; Page has AWS's.
	// Fix is what to change, in words of this project's config and components.
	Fix string `json:"fix,omitempty"`

	types  []string // Of the resources that it judges.
	check  check
	beyond string // Why no graph can tell: such a control is never applicable.
}

// Page is AWS's documentation of the control.
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
	Fix      string `json:"fix,omitempty"` // Empty where nothing has failed.
}

// Result is the outcome of a control.
type Result struct {
	Control
	Page     string    `json:"page"`
	Status   Status    `json:"status"`
	Reason   string    `json:"reason,omitempty"` // Why it is not applicable.
	Findings []Finding `json:"findings,omitempty"`
}

// IDs are those of all controls.
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

// Check judges a graph by every control, in the table's order.
func Check(g *graph.Graph) []Result {
	var results []Result
	for _, c := range table() {
		r := Result{Control: c, Page: c.Page(), Status: NotApplicable, Reason: c.beyond}
		if c.beyond == "" {
			r.judge(g)
		}
		results = append(results, r)
	}
	return results
}

// judge asks the control of every resource of its types: one that fails decides, then one that is undecided.
func (r *Result) judge(g *graph.Graph) {
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
