package network

import (
	"fmt"
	"net/netip"
	"slices"

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

// defaultRoute returns the target of a table's default route: the id of an internet or NAT gateway, or "".
func (n Network) defaultRoute(table *graph.Resource) string {
	for _, r := range table.Objects("routes") {
		if r.Text("cidrBlock") == anywhere.String() {
			return r.Text("gatewayId") + r.Text("natGatewayId")
		}
	}
	for _, r := range n.Graph.List(graph.Route, n.Region) {
		if r.Text("routeTableId") == table.ID && r.Text("destinationCidrBlock") == anywhere.String() {
			return r.Text("gatewayId") + r.Text("natGatewayId")
		}
	}
	return ""
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
	switch {
	case n.attached(target, subnet):
		if !public {
			missing := fmt.Sprintf("%s leads to %s, for which it needs a public address", table.ID, target)
			return answer.Lack(what, missing, missing)
		}
		return answer.Prove(what, fmt.Sprintf("%s leads to %s", table.ID, target))
	case n.nat(target) && !throughNAT:
		nat := n.Graph.Get(graph.NatGateway, n.Region, target)
		return answer.Prove(what, fmt.Sprintf("%s leads to %s", table.ID, target)).
			Then(n.routeFrom(nat.Text("subnetId"), true, true))
	default:
		missing := fmt.Sprintf("%s has no route to 0.0.0.0/0 that leads there", table.ID)
		return answer.Lack(what, missing, missing)
	}
}

func (n Network) attached(gateway string, subnet *graph.Resource) bool {
	igw := n.Graph.Get(graph.InternetGateway, n.Region, gateway)
	return igw != nil && igw.Text("vpcId") == subnet.Text("vpcId")
}

// nat reports whether a route's target is a NAT gateway with a public address.
func (n Network) nat(target string) bool {
	gateway := n.Graph.Get(graph.NatGateway, n.Region, target)
	return gateway != nil && gateway.Text("connectivityType") != "private"
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
	if by := n.permits(to.Groups, in, port, internet); by != "" {
		return answer.Prove(what, by)
	}
	missing := fmt.Sprintf("no ingress rule of %s", groupsText(to.Groups))
	return answer.Lack(what, missing, missing+" for "+portText(port)+" from the internet")
}

// Hidden answers whether nothing on the internet reaches an interface: it has no public address, no route to an
// internet gateway, or no ingress rule with an internet address.
func (n Network) Hidden(of Interface) awsmodel.Answer {
	what := of.Name + " is hidden from the internet"
	var answer awsmodel.Answer
	if !of.Public {
		return answer.Prove(what, "it has no public address")
	}
	if !slices.ContainsFunc(of.Subnets, func(subnet string) bool { return n.routeFrom(subnet, true, true).OK() }) {
		return answer.Prove(what, "its subnets have no route from an internet gateway")
	}
	for _, group := range of.Groups {
		for _, r := range n.rules(group, in) {
			if slices.ContainsFunc(r.networks, public) {
				return answer.Lack(what, fmt.Sprintf("%s lets the internet in", r.id), r.id+" lets the internet in")
			}
		}
	}
	return answer.Prove(what, "no ingress rule of "+groupsText(of.Groups)+" names an address of the internet")
}

// public reports whether a network contains addresses outside of the private ranges.
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
