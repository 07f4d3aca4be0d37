package plan

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// order sets what is created before each service: the resources that it depends on, directly or by way of others. A
// dependency on a component of another process, such as awsx's network, is one on everything in it.
func (r *reader) order() {
	for _, e := range r.entries {
		if e.node.Type != graph.Service || e.DependsOn == nil {
			continue
		}
		e.node.After = map[*graph.Resource]bool{}
		r.follow(e, e.node.After, map[*entry]bool{})
	}
}

func (r *reader) follow(e *entry, after map[*graph.Resource]bool, seen map[*entry]bool) {
	if e == nil || seen[e] {
		return
	}
	seen[e] = true
	for _, urn := range append([]string{e.Parent}, e.DependsOn...) {
		if d := r.byURN[urn]; d != nil && d.isCustom() {
			after[d.node] = true
			r.follow(d, after, seen)
		}
	}
	for _, urn := range e.DependsOn {
		if d := r.byURN[urn]; d != nil && !d.isCustom() {
			r.inside(d, after, seen)
		}
	}
}

// inside follows everything that a component contains.
func (r *reader) inside(component *entry, after map[*graph.Resource]bool, seen map[*entry]bool) {
	prefix := childPrefix(component.URN)
	for _, e := range r.entries {
		if strings.HasPrefix(e.URN, prefix) && e.isCustom() {
			after[e.node] = true
			r.follow(e, after, seen)
		}
	}
}

// isCustom reports whether a resource is one of a provider, not a component.
func (e *entry) isCustom() bool { return e.fact != nil || strings.HasPrefix(e.Type, "aws:") }
