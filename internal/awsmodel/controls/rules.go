package controls

import (
	"fmt"
	"maps"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// entry is one ingress rule of a security group that lets everybody in, in a form that does not depend on how the rule
// was declared.
type entry struct {
	id, protocol string
	from, to     int
	// maybe means that it is not known yet whether the rule belongs to the group and lets everybody in.
	maybe bool
}

func (e entry) everything() bool { return e.protocol == "-1" || e.protocol == "all" }

func (e entry) covers(port int) bool {
	switch e.protocol {
	case "tcp", "udp", "6", "17":
		return e.from <= port && port <= e.to
	}
	return e.everything()
}

func (e entry) String() string {
	switch {
	case e.everything():
		return e.id + " lets everybody in to every port"
	case e.from == e.to:
		return fmt.Sprintf("%s lets everybody in to %s %d", e.id, e.protocol, e.from)
	}
	return fmt.Sprintf("%s lets everybody in to %s %d-%d", e.id, e.protocol, e.from, e.to)
}

// closedTo fails a group with a rule that lets everybody in and that is bad.
func closedTo(bad func(entry) bool) check {
	return func(s subject) outcome {
		o := passed
		for _, e := range s.openRules() {
			switch {
			case e.maybe:
				o = unsure(e.id)
			case bad(e):
				return failed("ingress", "%v", e)
			}
		}
		return o
	}
}

// openRules returns the rules of a group that let everybody in.
func (s subject) openRules() []entry {
	var found []entry
	for _, r := range s.g.All(graph.IngressRule) {
		found = append(found, s.entry("rule "+r.ID, r.Props, "ipProtocol", "cidrIpv4", "cidrIpv6")...)
	}
	for _, r := range s.g.All(graph.SecurityGroupRule) {
		if r.Text("type") == "ingress" {
			found = append(found, s.entry("rule "+r.ID, r.Props, "protocol", "cidrBlocks", "ipv6CidrBlocks")...)
		}
	}
	for i, r := range s.Objects("ingress") {
		inline := maps.Clone(r)
		inline["securityGroupId"] = s.ID
		id := fmt.Sprintf("ingress[%d]", i)
		found = append(found, s.entry(id, inline, "protocol", "cidrBlocks", "ipv6CidrBlocks")...)
	}
	if _, known := s.At("ingress"); !known {
		found = append(found, entry{id: "ingress", maybe: true})
	}
	return found
}

// entry reads a rule. It returns nil if the rule belongs to another group or does not let everybody in.
func (s subject) entry(id string, r graph.Props, protocol string, networks ...string) []entry {
	world, known := false, true
	for _, property := range networks {
		value, certain := r.At(property)
		known = known && certain && graph.Known(value)
		given := append(r.Strings(property), r.Text(property))
		world = world || slices.Contains(given, "0.0.0.0/0") || slices.Contains(given, "::/0")
	}
	group, certain := r.At("securityGroupId")
	if certain && group != s.ID || known && !world {
		return nil
	}
	for _, property := range []string{protocol, "fromPort", "toPort"} {
		_, sure := r.At(property)
		known = known && sure
	}
	return []entry{{id, r.Text(protocol), r.Int("fromPort"), r.Int("toPort"), !certain || !known}}
}
