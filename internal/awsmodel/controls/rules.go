package controls

import (
	"fmt"
	"maps"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// entry is one rule of a security group for what comes in, however it was declared.
type entry struct {
	id, protocol string
	from, to     int
	// maybe tells that it is not known yet whether the rule is this group's and lets in everybody; one of which it is
	// known that it does not is no entry.
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

// closedTo fails a group that lets the whole world in by a rule that is bad.
func closedTo(bad func(entry) bool) check {
	return func(s subject) outcome {
		o := passed
		for _, e := range s.worldly() {
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

// worldly are the rules of a group that let everybody in.
func (s subject) worldly() []entry {
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

// entry reads a rule; none is the answer for one of another group, or from certain addresses.
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
