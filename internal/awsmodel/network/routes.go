package network

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// Table is the route table of a subnet: the one associated with it, or else the VPC's main one; nil when unknown.
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

// defaultRoute is where a table sends what no other route takes: an internet or NAT gateway, or "".
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

// route answers whether what is sent from a subnet to the internet gets there, and the answer back. Through an internet
// gateway that takes a public address of one's own.
func (n Network) route(subnetID string, public bool) awsmodel.Answer {
	return n.routeFrom(subnetID, public, false)
}

// routeFrom is route; through tells that a NAT gateway is behind already, which needs an internet gateway itself.
func (n Network) routeFrom(subnetID string, public, through bool) awsmodel.Answer {
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
	case n.nat(target) && !through:
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

// nat tells whether a route's target is a NAT gateway that has a public address.
func (n Network) nat(target string) bool {
	gateway := n.Graph.Get(graph.NatGateway, n.Region, target)
	return gateway != nil && gateway.Text("connectivityType") != "private"
}

// FromInternet answers whether everybody on the internet reaches an interface that has public addresses, such as a load
// balancer's: by internet gateways in all of its subnets, and by its security groups.
func (n Network) FromInternet(to Interface, port int) awsmodel.Answer {
	answer := awsmodel.Answer{Verdict: awsmodel.Proven}
	for _, subnet := range to.Subnets {
		// Answers take the same way back, on which a NAT gateway would change the address.
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

// Hidden answers whether nothing on the internet reaches an interface: it has no public address, no way to an internet
// gateway, or no rule that names an address of the internet.
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

// public tells whether a network has addresses outside of those that are private.
func public(cidr string) bool {
	network, err := netip.ParsePrefix(cidr)
	return err == nil && (!network.Addr().IsPrivate() || network.Bits() < privateBits(network.Addr()))
}

// privateBits is the size of the private range that an address is in.
// https://datatracker.ietf.org/doc/html/rfc1918
func privateBits(address netip.Addr) int {
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		if prefix := netip.MustParsePrefix(block); prefix.Contains(address) {
			return prefix.Bits()
		}
	}
	return 0
}
