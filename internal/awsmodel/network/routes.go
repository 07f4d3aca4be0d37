package network

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// Table returns the route table of a subnet: the associated one, else the VPC's main one; nil if it is not known.
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
func (n Network) Table(subnet *graph.Resource) *graph.Resource {
	for _, a := range n.Graph.List(graph.RouteTableAssociation, n.Region) {
		if a.Text("subnetId") == subnet.ID {
			return n.Graph.Get(graph.RouteTable, n.Region, a.Text("routeTableId"))
		}
	}
	vpc := n.Graph.Get(graph.Vpc, n.Region, subnet.Text("vpcId"))
	if vpc == nil {
		return nil
	}
	return n.Graph.Get(graph.RouteTable, n.Region, vpc.Text("mainRouteTableId"))
}

// target is where a route leads: the property that names it, and its id.
type target struct{ property, id string }

// targets are the properties of a route that say where it leads.
// https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
var targets = []string{
	"gatewayId", "natGatewayId", "transitGatewayId", "vpcPeeringConnectionId", "vpcEndpointId", "networkInterfaceId",
	"instanceId", "egressOnlyGatewayId", "localGatewayId", "carrierGatewayId", "coreNetworkArn",
}

// defaultRoute is where a table sends what no other route takes; nothing without such a route.
func (n Network) defaultRoute(table *graph.Resource) target {
	find := func(route graph.Props) target {
		for _, property := range targets {
			if id := route.Text(property); id != "" {
				return target{property, id}
			}
		}
		return target{"", "a target that is not known"}
	}
	for _, r := range table.Objects("routes") {
		if r.Text("cidrBlock") == anywhere.String() {
			return find(r)
		}
	}
	var open target
	for _, r := range n.Graph.List(graph.Route, n.Region) {
		destination := r.Text("destinationCidrBlock") + r.Text("destinationIpv6CidrBlock") + r.Text("destinationPrefixListId")
		switch {
		case r.Text("routeTableId") != table.ID:
		case destination == anywhere.String():
			return find(r.Props)
		case destination == "" && n.Partial:
			open = target{"", "whatever route " + r.ID + " is for"}
		}
	}
	return open
}

// route answers whether traffic from a subnet reaches the internet, and the replies come back. Through an internet
// gateway, this requires a public address.
func (n Network) route(subnetID string, public bool) awsmodel.Answer {
	return n.routeFrom(subnetID, public, false)
}

// routeFrom is route. throughNAT means that the traffic has passed a NAT gateway, which needs an internet gateway
// itself.
func (n Network) routeFrom(subnetID string, public, throughNAT bool) awsmodel.Answer {
	what := fmt.Sprintf("route from %s to the internet", subnetID)
	var answer awsmodel.Answer
	subnet := n.Graph.Get(graph.Subnet, n.Region, subnetID)
	if subnet == nil {
		return answer.Doubt(what, "the subnet is not known")
	}
	table := n.Table(subnet)
	if table == nil {
		return answer.Doubt(what, "its route table is not known")
	}
	target := n.defaultRoute(table)
	gateway := n.Graph.Get(graph.InternetGateway, n.Region, target.id)
	nat := n.Graph.Get(graph.NatGateway, n.Region, target.id)
	leads := fmt.Sprintf("%s leads to %s", table.ID, target.id)
	switch {
	case gateway != nil && gateway.Text("vpcId") == subnet.Text("vpcId"):
		if !public {
			missing := leads + ", for which it needs a public address"
			return answer.Lack(what, missing, missing)
		}
		return answer.Prove(what, leads)
	case nat != nil && nat.Text("connectivityType") != "private" && !throughNAT:
		return answer.Prove(what, leads).Then(n.routeFrom(nat.Text("subnetId"), true, true))
	case n.mayLeadOut(target, gateway, nat):
		return answer.Doubt(what, leads+", which is not followed from here")
	}
	missing := fmt.Sprintf("%s has no route to 0.0.0.0/0 that leads there", table.ID)
	return answer.Lack(what, missing, missing)
}

// mayLeadOut reports whether a route's target may lead to the internet all the same: it is of a kind that is not
// followed, or a gateway that is not in a graph that is not all of the account. What is in the graph is known to lead
// nowhere.
func (n Network) mayLeadOut(target target, gateway, nat *graph.Resource) bool {
	switch target.property {
	case "gatewayId":
		return gateway == nil && (n.Partial || !strings.HasPrefix(target.id, "igw-"))
	case "natGatewayId":
		return nat == nil && n.Partial
	}
	return target.id != ""
}

// FromInternet answers whether every address on the internet reaches an interface that has public addresses, such as a
// load balancer's. All of its subnets need an internet gateway, and its security groups must allow the traffic.
func (n Network) FromInternet(to Interface, port int) awsmodel.Answer {
	answer := awsmodel.Answer{Verdict: awsmodel.Proven}
	for _, subnet := range to.Subnets {
		// The replies use the same route. A NAT gateway would change their address.
		if answer = answer.Then(n.routeFrom(subnet, true, true)); !answer.OK() {
			return answer
		}
	}
	what := fmt.Sprintf("%s lets in %s from the internet", to.Name, portText(port))
	return answer.Then(n.gate(what, to, in, port, internet, " from the internet"))
}

// Hidden answers whether nothing on the internet reaches an interface: it has no public address, no route to an
// internet gateway, or no ingress rule with an internet address.
func (n Network) Hidden(of Interface) awsmodel.Answer {
	what := of.Name + " is hidden from the internet"
	var answer awsmodel.Answer
	if !of.Public {
		return answer.Prove(what, "it has no public address")
	}
	reached := n.reachedAny(of.Subnets)
	if reached.Verdict == awsmodel.Refuted {
		return answer.Prove(what, "its subnets have no route from an internet gateway")
	}
	open := ""
	for _, group := range of.Groups {
		entries := n.rules(group, in)
		open = cmp.Or(open, entries.open)
		for _, r := range entries.rules {
			open = cmp.Or(open, r.open)
			if !slices.ContainsFunc(r.networks, public) {
				continue
			}
			if !reached.OK() {
				return answer.Doubt(what, r.id+" lets the internet in, and "+reached.Why())
			}
			return answer.Lack(what, fmt.Sprintf("%s lets the internet in", r.id), r.id+" lets the internet in")
		}
	}
	if open != "" {
		return answer.Doubt(what, open)
	}
	return answer.Prove(what, "no ingress rule of "+groupsText(of.Groups)+" names an address of the internet")
}

// reachedAny answers whether an internet gateway leads to one of some subnets.
func (n Network) reachedAny(subnets []string) awsmodel.Answer {
	none := awsmodel.Answer{}.Refute("route from the internet", "there is no subnet")
	for _, subnet := range subnets {
		answer := n.routeFrom(subnet, true, true)
		if answer.OK() {
			return answer
		}
		if answer.Verdict == awsmodel.Undecided {
			none = answer
		}
	}
	return none
}

// public reports whether a network has addresses outside of those that are private.
func public(cidr string) bool {
	network, err := netip.ParsePrefix(cidr)
	return err == nil && (!network.Addr().IsPrivate() || network.Bits() < privateBits(network.Addr()))
}

// privateBits returns the prefix length of the private range that contains an address.
// https://datatracker.ietf.org/doc/html/rfc1918
func privateBits(address netip.Addr) int {
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if prefix := netip.MustParsePrefix(block); prefix.Contains(address) {
			return prefix.Bits()
		}
	}
	return 0
}
