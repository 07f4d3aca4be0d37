package network

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
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
	networks []string // IPv4 and IPv6.
	groups   []string
	open     string // Why it is not known whom the rule names; empty where it is.
}

// entries are a group's rules.
type entries struct {
	rules []rule
	open  string // Why there may be more of them; empty where there are not.
}

// rules lists a group's entries: rule resources of either kind, and those inside the group itself.
func (n Network) rules(group string, d direction) entries {
	var found entries
	token := map[direction]string{in: graph.IngressRule, out: graph.EgressRule}[d]
	for _, r := range n.Graph.List(token, n.Region) {
		if r.Text("securityGroupId") != group {
			continue
		}
		if open := n.incomplete(r); open != "" {
			found.open = open
			continue
		}
		found.rules = append(found.rules, rule{
			id: r.ID, protocol: r.Text("ipProtocol"), from: r.Int("fromPort"), to: r.Int("toPort"),
			networks: append(given(r.Text("cidrIpv4")), given(r.Text("cidrIpv6"))...),
			groups:   given(r.Text("referencedSecurityGroupId")), open: prefixList(r.Text("prefixListId")),
		})
	}
	for _, r := range n.Graph.List(graph.SecurityGroupRule, n.Region) {
		if r.Text("securityGroupId") == group && r.Text("type") == string(d) {
			found.rules = append(found.rules, olderRule(r.ID, group, r.Props, given(r.Text("sourceSecurityGroupId"))))
		}
	}
	o := n.group(group)
	if o == nil {
		if n.Partial {
			found.open = "security group " + group + " is not in the stack: its rules are not known"
		}
		return found
	}
	for i, r := range o.Objects(string(d)) {
		id := fmt.Sprintf("%s %s[%d]", group, d, i)
		found.rules = append(found.rules, olderRule(id, group, r, r.Strings("securityGroups")))
	}
	found.rules = append(found.rules, implied(o, d)...)
	return found
}

// incomplete is why a rule of a state is not known: it has neither a source nor a destination, or TCP without ports.
func (n Network) incomplete(r *graph.Resource) string {
	set := func(name string) bool { return r.Props[name] != nil && r.Props[name] != "" }
	peer := set("cidrIpv4") || set("cidrIpv6") || set("referencedSecurityGroupId") || set("prefixListId")
	ports := r.Text("ipProtocol") != "tcp" || set("fromPort") && set("toPort")
	if !n.Partial || peer && ports {
		return ""
	}
	return "rule " + r.ID + " does not tell its ports or its peer"
}

// group finds a security group, or a VPC's default group that a program manages.
func (n Network) group(id string) *graph.Resource {
	if group := n.Graph.Get(graph.SecurityGroup, n.Region, id); group != nil {
		return group
	}
	return n.Graph.Get(graph.DefaultSecurityGroup, n.Region, id)
}

// olderRule reads a rule in the layout of the older resources.
func olderRule(id, group string, r graph.Props, groups []string) rule {
	if r.True("self") {
		groups = append(groups, group)
	}
	return rule{
		id: id, protocol: r.Text("protocol"), from: r.Int("fromPort"), to: r.Int("toPort"),
		networks: append(r.Strings("cidrBlocks"), r.Strings("ipv6CidrBlocks")...), groups: groups,
		open: prefixList(r.Strings("prefixListIds")...),
	}
}

// prefixList is why a rule of prefix lists is not known: nothing here reads their entries.
func prefixList(ids ...string) string {
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return ""
	}
	return "the addresses of prefix list " + strings.Join(ids, ", ") + " are not known"
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

// permits finds the entries that let TCP traffic pass between an interface's groups and every address of a peer. by
// names one of them. Where no entry lets an address through, open says why it is not certain that none does.
func (n Network) permits(groups []string, d direction, port int, peer Interface) (by, open string) {
	var networks []netip.Prefix
	for _, group := range groups {
		of := n.rules(group, d)
		open = cmp.Or(open, of.open)
		for _, r := range of.rules {
			if !r.covers(port) {
				continue
			}
			if slices.ContainsFunc(r.groups, func(id string) bool { return slices.Contains(peer.Groups, id) }) {
				return r.id, ""
			}
			open = cmp.Or(open, r.open)
			for _, cidr := range r.networks {
				network, err := netip.ParsePrefix(cidr)
				if err != nil {
					continue
				}
				networks = append(networks, network)
				if by == "" && (len(peer.Addresses) == 0 || network.Overlaps(peer.Addresses[0])) {
					by = r.id
				}
			}
		}
	}
	if len(networks) > 0 && n.covered(peer, networks) {
		return by, ""
	}
	if unknown := n.unknownSubnet(peer.Subnets); unknown != "" && len(networks) > 0 {
		open = cmp.Or(open, "subnet "+unknown+" is not in the stack: its addresses are not known")
	}
	return "", open
}

// Leaves answers whether an interface's groups let out TCP traffic on a port, to whomever.
func (n Network) Leaves(from Interface, port int) awsmodel.Answer {
	what := fmt.Sprintf("%s lets out %s", from.Name, portText(port))
	open := ""
	for _, group := range from.Groups {
		of := n.rules(group, out)
		open = cmp.Or(open, of.open)
		if i := slices.IndexFunc(of.rules, func(r rule) bool { return r.covers(port) }); i >= 0 {
			return awsmodel.Answer{}.Prove(what, of.rules[i].id)
		}
	}
	if open != "" {
		return awsmodel.Answer{}.Doubt(what, open)
	}
	missing := fmt.Sprintf("no egress rule of %s", groupsText(from.Groups))
	return awsmodel.Answer{}.Lack(what, missing, missing+" for "+portText(port))
}

// Outgoing lists the single ports that an interface's groups open towards others than their own members.
func (n Network) Outgoing(from Interface) []int {
	var ports []int
	for _, group := range from.Groups {
		for _, r := range n.rules(group, out).rules {
			inside := func(other string) bool { return slices.Contains(from.Groups, other) }
			if r.from == r.to && r.protocol == "tcp" && !slices.ContainsFunc(r.groups, inside) {
				ports = append(ports, r.from)
			}
		}
	}
	return ports
}

// covered reports whether every address of a peer is in one of some networks: rules are a union.
func (n Network) covered(peer Interface, networks []netip.Prefix) bool {
	if slices.Contains(networks, anywhere) {
		return true
	}
	if len(peer.Addresses) == 0 || n.unknownSubnet(peer.Subnets) != "" {
		return false
	}
	return !slices.ContainsFunc(peer.Addresses, func(address netip.Prefix) bool { return !inUnion(address, networks) })
}

// inUnion reports whether all of a network is in the union of others.
func inUnion(address netip.Prefix, networks []netip.Prefix) bool {
	overlaps := false
	for _, network := range networks {
		if network.Bits() <= address.Bits() && network.Contains(address.Addr()) {
			return true
		}
		overlaps = overlaps || network.Overlaps(address)
	}
	if !overlaps {
		return false
	}
	low := netip.PrefixFrom(address.Addr(), address.Bits()+1)
	return inUnion(low, networks) && inUnion(upperHalf(low), networks)
}

// upperHalf is the network after another of the same size, whose last bit is 0.
func upperHalf(low netip.Prefix) netip.Prefix {
	bytes := low.Addr().AsSlice()
	bit := low.Bits() - 1
	bytes[bit/8] |= 1 << (7 - bit%8)
	address, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(address, low.Bits())
}

// unknownSubnet is one of some subnets that is not in a graph that is not all of the account, or "".
func (n Network) unknownSubnet(subnets []string) string {
	for _, id := range subnets {
		if n.Partial && n.Graph.Get(graph.Subnet, n.Region, id) == nil {
			return id
		}
	}
	return ""
}

// gate answers whether an interface's groups let TCP traffic pass, in or out. missing names the side of the rules.
func (n Network) gate(what string, of Interface, d direction, port int, peer Interface, cause string) awsmodel.Answer {
	by, open := n.permits(of.Groups, d, port, peer)
	switch {
	case by != "":
		return awsmodel.Answer{}.Prove(what, by)
	case open != "":
		return awsmodel.Answer{}.Doubt(what, open)
	}
	missing := fmt.Sprintf("no %s rule of %s", d, groupsText(of.Groups))
	return awsmodel.Answer{}.Lack(what, missing, missing+" for "+portText(port)+cause)
}

func portText(port int) string { return "TCP " + strconv.Itoa(port) }

func groupsText(groups []string) string { return strings.Join(groups, ", ") }
