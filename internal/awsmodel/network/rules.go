package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

type direction string

const (
	in  direction = "ingress"
	out direction = "egress"
)

// rule is one rule of a security group, in a form that does not depend on how it was declared.
type rule struct {
	id       string
	protocol string
	from, to int
	networks []string
	groups   []string
}

// rules returns a group's rules: rule resources of both kinds, and the rules inside the group itself.
func (n Network) rules(group string, d direction) []rule {
	var found []rule
	token := map[direction]string{in: graph.IngressRule, out: graph.EgressRule}[d]
	for _, r := range n.Graph.List(token, n.Region) {
		if r.Text("securityGroupId") == group {
			found = append(found, rule{
				r.ID, r.Text("ipProtocol"), r.Int("fromPort"), r.Int("toPort"),
				given(r.Text("cidrIpv4")), given(r.Text("referencedSecurityGroupId")),
			})
		}
	}
	for _, r := range n.Graph.List(graph.SecurityGroupRule, n.Region) {
		if r.Text("securityGroupId") == group && r.Text("type") == string(d) {
			found = append(found, olderRule(r.ID, group, r.Props, given(r.Text("sourceSecurityGroupId"))))
		}
	}
	o := n.Graph.Get(graph.SecurityGroup, n.Region, group)
	if o == nil {
		return found
	}
	for i, r := range o.Objects(string(d)) {
		found = append(found, olderRule(fmt.Sprintf("%s %s[%d]", group, d, i), group, r, r.Strings("securityGroups")))
	}
	return append(found, implied(o, d)...)
}

// olderRule reads a rule in the layout of the older resources.
func olderRule(id, group string, r graph.Props, groups []string) rule {
	if r.True("self") {
		groups = append(groups, group)
	}
	return rule{id, r.Text("protocol"), r.Int("fromPort"), r.Int("toPort"), r.Strings("cidrBlocks"), groups}
}

// implied returns the rules that a VPC's default group has if none are declared: all traffic out, and in from itself.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
func implied(group *graph.Resource, d direction) []rule {
	if group.Text("name") != "default" || group.Props["ingress"] != nil || group.Props["egress"] != nil {
		return nil
	}
	if d == out {
		return []rule{{id: group.ID + " (default)", protocol: "-1", networks: []string{anywhere.String()}}}
	}
	return []rule{{id: group.ID + " (default)", protocol: "-1", groups: []string{group.ID}}}
}

func given(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (r rule) covers(port int) bool {
	switch r.protocol {
	case "-1", "all":
		return true
	case "tcp", "6":
		return r.from <= port && port <= r.to
	default:
		return false
	}
}

// names reports whether the rule includes an address, or one of the groups of the interface that has the address.
func (r rule) names(address netip.Prefix, groups []string) bool {
	if slices.ContainsFunc(r.groups, func(id string) bool { return slices.Contains(groups, id) }) {
		return true
	}
	return slices.ContainsFunc(r.networks, func(cidr string) bool {
		network, err := netip.ParsePrefix(cidr)
		return err == nil && network.Bits() <= address.Bits() && network.Contains(address.Addr())
	})
}

// permits returns the id of the rule that allows TCP traffic between an interface's groups and a peer, the last one if
// the peer has several addresses. by is empty if the rules do not allow every address.
func (n Network) permits(groups []string, d direction, port int, peer Interface) (by string) {
	for _, address := range peer.Addresses {
		id := ""
		for _, group := range groups {
			for _, r := range n.rules(group, d) {
				if id == "" && r.covers(port) && r.names(address, peer.Groups) {
					id = r.id
				}
			}
		}
		if id == "" {
			return ""
		}
		by = id
	}
	return by
}

func portText(port int) string { return "TCP " + strconv.Itoa(port) }

func groupsText(groups []string) string { return strings.Join(groups, ", ") }
