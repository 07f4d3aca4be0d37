package plan

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// order sets what is created before each service: the resources that it depends on, directly or by way of others.
func (r *reader) order() {
	for _, e := range r.entries {
		if e.node.Type == graph.Service && e.DependsOn != nil {
			e.node.After = map[*graph.Resource]bool{}
			r.before(e, e.node.After)
		}
	}
}

// before adds what is created before a resource: its parent, unless that is a component, and its dependencies.
func (r *reader) before(e *entry, after map[*graph.Resource]bool) {
	if parent := r.byURN[e.Parent]; parent != nil && parent.isCustom() {
		r.reach(parent, after)
	}
	for _, urn := range e.DependsOn {
		if d := r.byURN[urn]; d != nil {
			r.reach(d, after)
		}
	}
}

// reach adds a resource, and what is created before it. A dependency on a component of another process, such as awsx's
// network, is one on everything in it.
func (r *reader) reach(e *entry, after map[*graph.Resource]bool) {
	if after[e.node] {
		return
	}
	after[e.node] = true
	if e.isCustom() {
		r.before(e, after)
		return
	}
	prefix := childPrefix(e.URN)
	for _, child := range r.entries {
		if strings.HasPrefix(child.URN, prefix) {
			r.reach(child, after)
		}
	}
}

// isCustom reports whether a resource is one of a provider, not a component.
func (e *entry) isCustom() bool { return e.fact != nil || strings.HasPrefix(e.Type, "aws:") }
