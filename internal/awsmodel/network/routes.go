package network

import (
	"fmt"

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
