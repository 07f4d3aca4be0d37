package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Peer is the other end of a path: the security groups of its interface, and every address that it may have.
type Peer struct {
	Groups    []any
	Addresses []netip.Prefix
}

// Internet is any address.
var Internet = Peer{Addresses: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}

// Out and In tell whether security groups let TCP traffic out to a peer, or in from one.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
func Out(w *world.World, region string, groups []any, port int, peer Peer) bool {
	return permits(w, region, egressType, groups, port, peer)
}

// In is Out for the other direction.
func In(w *world.World, region string, groups []any, port int, peer Peer) bool {
	return permits(w, region, ingressType, groups, port, peer)
}

func permits(w *world.World, region, direction string, groups []any, port int, peer Peer) bool {
	for _, rule := range w.List(direction, region) {
		if slices.Contains(groups, rule.Props["securityGroupId"]) && covers(rule, port) && names(rule, peer) {
			return true
		}
	}
	// A VPC's default group lets everything out, and in from itself; it has no rule objects here.
	return slices.ContainsFunc(groups, func(id any) bool {
		group := w.Get(GroupType, region, fmt.Sprint(id))
		isDefault := group != nil && group.Props["name"] == "default"
		return isDefault && (direction == egressType || slices.Contains(peer.Groups, id))
	})
}

func covers(rule *world.Object, port int) bool {
	if rule.Props["ipProtocol"] == "-1" {
		return true
	}
	from, _ := rule.Props["fromPort"].(float64)
	to, _ := rule.Props["toPort"].(float64)
	return rule.Props["ipProtocol"] == "tcp" && int(from) <= port && port <= int(to)
}

func names(rule *world.Object, peer Peer) bool {
	if group := rule.Props["referencedSecurityGroupId"]; group != nil {
		return slices.Contains(peer.Groups, group)
	}
	cidr, _ := rule.Props["cidrIpv4"].(string)
	network, err := netip.ParsePrefix(cidr)
	return err == nil && !slices.ContainsFunc(peer.Addresses, func(address netip.Prefix) bool {
		return network.Bits() > address.Bits() || !network.Contains(address.Addr())
	})
}

// Networks are the address ranges of subnets.
func Networks(w *world.World, region string, subnets []any) []netip.Prefix {
	var networks []netip.Prefix
	for _, id := range subnets {
		if subnet := w.Get(subnetType, region, fmt.Sprint(id)); subnet != nil {
			if network, err := netip.ParsePrefix(fmt.Sprint(subnet.Props["cidrBlock"])); err == nil {
				networks = append(networks, network)
			}
		}
	}
	return networks
}

// RoutesToInternet tells whether an interface in a subnet has a way to the internet and back: through an internet
// gateway, for which it needs a public address. NAT gateways are not modelled.
func RoutesToInternet(w *world.World, region, subnet string, publicAddress bool) bool {
	o := w.Get(subnetType, region, subnet)
	if o == nil {
		return false
	}
	table := w.Find(tableType, region, func(t *world.Object) bool {
		return t.Props["vpcId"] == o.Props["vpcId"] && t.Props["main"] == true
	})
	if table == nil {
		return false
	}
	routes, _ := table.Props["routes"].([]any)
	return publicAddress && slices.ContainsFunc(routes, func(item any) bool {
		route, _ := item.(map[string]any)
		gateway, _ := route["gatewayId"].(string)
		return route["cidrBlock"] == "0.0.0.0/0" && strings.HasPrefix(gateway, "igw-")
	})
}
