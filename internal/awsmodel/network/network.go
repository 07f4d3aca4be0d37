// Package network decides whether TCP traffic passes, from routes, gateways, VPC endpoints and security groups. Every
// network ACL is assumed to be the default one, which allows all traffic.
package network

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// Network answers for one region.
type Network struct {
	Graph  *graph.Graph
	Region string
	// Partial: the graph is not all of the account. What is not in it may exist.
	Partial bool
}

// Interface is one end of a path.
type Interface struct {
	Name      string
	Subnets   []string       // Ids. A load balancer has several subnets.
	Public    bool           // Whether it has a public address.
	Groups    []string       // Ids of its security groups.
	Addresses []netip.Prefix // Every address that it may have.
}

// HTTPS is the port of every AWS API.
const HTTPS = 443

var anywhere = netip.MustParsePrefix("0.0.0.0/0")

var internet = Interface{Name: "the internet", Addresses: []netip.Prefix{anywhere}}

// Internet answers whether an interface reaches any address of the internet.
func (n Network) Internet(from Interface, port int) awsmodel.Answer {
	answer := n.resolves(from)
	if !answer.OK() {
		return answer
	}
	for _, subnet := range from.Subnets {
		if answer = answer.Then(n.route(subnet, from.Public)); !answer.OK() {
			return answer
		}
	}
	return answer.Then(n.leaves(from, internet, port))
}

// Service answers whether an interface reaches the API of an AWS service ("ssm", "ecr.api"): through the service's
// endpoint in the VPC if it exists, else through the internet.
func (n Network) Service(from Interface, service string) awsmodel.Answer {
	switch endpoint := n.Endpoint(from, service); {
	case endpoint == nil:
		return n.Internet(from, HTTPS)
	case gateway(endpoint):
		// The service's addresses are public, although the traffic does not use the internet.
		return awsmodel.Answer{}.Prove("route to "+service, endpoint.ID).Then(n.leaves(from, internet, HTTPS))
	default:
		return n.resolves(from).Then(n.Between(from, n.endpointInterface(endpoint), HTTPS))
	}
}

// Endpoint returns the VPC endpoint that an interface's requests to a service use: a gateway endpoint in its subnets'
// route tables, or an interface endpoint whose private DNS name replaces the service's public name. It returns nil if
// the requests go to the internet.
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
func (n Network) Endpoint(from Interface, service string) *graph.Resource {
	for _, endpoint := range n.endpoints(from, service) {
		if n.replacesPublicName(endpoint) || gateway(endpoint) && n.onTables(endpoint, from.Subnets) {
			return endpoint
		}
	}
	return nil
}

// replacesPublicName reports whether the service's name resolves to an interface endpoint, which requires both DNS
// settings of its VPC.
// https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
func (n Network) replacesPublicName(endpoint *graph.Resource) bool {
	vpc := n.Graph.Get(graph.Vpc, n.Region, endpoint.Text("vpcId"))
	return endpoint.Text("vpcEndpointType") == "Interface" && endpoint.True("privateDnsEnabled") &&
		vpc != nil && vpc.True("enableDnsHostnames")
}

// Between answers whether one interface reaches another one in the same VPC.
func (n Network) Between(from, to Interface, port int) awsmodel.Answer {
	switch a, b := n.vpc(from), n.vpc(to); {
	case n.Partial && (a == "" || b == ""):
		if answer := n.gates(from, to, port); answer.Verdict == awsmodel.Refuted {
			return answer // Wherever they are.
		}
		return awsmodel.Answer{}.Doubt(from.Name+" to "+to.Name, "it is not known whether they are in one VPC: "+
			"their subnets are not in the stack")
	case a != b:
		return awsmodel.Answer{}.Refute(from.Name+" to "+to.Name, fmt.Sprintf("they are in different VPCs, %s and %s", a, b))
	}
	return n.gates(from, to, port)
}

// gates answers whether the security groups of both sides let traffic pass. What one of them refuses for certain
// decides.
func (n Network) gates(from, to Interface, port int) awsmodel.Answer {
	leaves := n.leaves(from, to, port)
	enters := n.gate(fmt.Sprintf("%s lets in %s from %s", to.Name, portText(port), from.Name), to, in, port, from,
		" from "+from.Name)
	if leaves.Verdict == awsmodel.Undecided && enters.Verdict == awsmodel.Refuted {
		return enters
	}
	return leaves.Then(enters)
}

// BetweenPorts is Between for every port from low to high.
func (n Network) BetweenPorts(from, to Interface, low, high int) awsmodel.Answer {
	// The first closed port is the lowest one, or the one after the last port of a rule.
	ports := append([]int{low}, n.ends(from.Groups, out)...)
	ports = append(ports, n.ends(to.Groups, in)...)
	slices.Sort(ports)
	var answer awsmodel.Answer
	for _, port := range slices.Compact(ports) {
		if port < low || port > high {
			continue
		}
		if answer = n.Between(from, to, port); !answer.OK() {
			return answer
		}
	}
	return answer
}

// ends returns the port after the last port of each rule of the groups.
func (n Network) ends(groups []string, d direction) []int {
	var ports []int
	for _, group := range groups {
		for _, r := range n.rules(group, d).rules {
			ports = append(ports, r.to+1)
		}
	}
	return ports
}

func (n Network) leaves(from, to Interface, port int) awsmodel.Answer {
	what := fmt.Sprintf("%s lets out %s to %s", from.Name, portText(port), to.Name)
	return n.gate(what, from, out, port, to, "")
}

// ResolvesPrivateNames answers whether the names that AWS gives to interfaces in the VPC resolve, such as the name of a
// file system. Both DNS settings of the VPC must be on.
// https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
func (n Network) ResolvesPrivateNames(from Interface) awsmodel.Answer {
	const hostnames = "enableDnsHostnames"
	answer := n.resolves(from)
	id := n.vpc(from)
	vpc := n.Graph.Get(graph.Vpc, n.Region, id)
	switch {
	case !answer.OK():
		return answer
	case vpc.Props[hostnames] == nil && n.Partial:
		return answer.Doubt("private names resolve", hostnames+" of "+id+" is not known")
	case !vpc.True(hostnames):
		return answer.Refute("private names resolve", hostnames+" of "+id+" is off")
	}
	return answer.Prove("private names resolve", hostnames+" of "+id)
}

// resolves answers whether DNS names resolve. The VPC's resolver does it, whose traffic security groups do not filter.
func (n Network) resolves(from Interface) awsmodel.Answer {
	id := n.vpc(from)
	vpc := n.Graph.Get(graph.Vpc, n.Region, id)
	switch {
	case vpc == nil:
		return awsmodel.Answer{}.Doubt("names resolve", "the VPC is not known")
	case !vpc.True("enableDnsSupport"):
		return awsmodel.Answer{}.Refute("names resolve", "enableDnsSupport of "+id+" is off")
	}
	return awsmodel.Answer{}.Prove("names resolve", "enableDnsSupport of "+id)
}

func (n Network) vpc(of Interface) string {
	for _, id := range of.Subnets {
		if subnet := n.Graph.Get(graph.Subnet, n.Region, id); subnet != nil {
			return subnet.Text("vpcId")
		}
	}
	return ""
}

func (n Network) endpoints(from Interface, service string) []*graph.Resource {
	vpc := n.vpc(from)
	return slices.DeleteFunc(n.Graph.List(graph.VpcEndpoint, n.Region), func(e *graph.Resource) bool {
		return e.Text("vpcId") != vpc || e.Text("serviceName") != "com.amazonaws."+n.Region+"."+service
	})
}

func gateway(endpoint *graph.Resource) bool {
	kind := endpoint.Text("vpcEndpointType")
	return kind == "Gateway" || kind == ""
}

// onTables reports whether a gateway endpoint is in the route tables of all subnets.
func (n Network) onTables(endpoint *graph.Resource, subnets []string) bool {
	return !slices.ContainsFunc(subnets, func(id string) bool {
		subnet := n.Graph.Get(graph.Subnet, n.Region, id)
		if subnet == nil {
			return true
		}
		table := n.Table(subnet)
		return table == nil || !slices.Contains(endpoint.Strings("routeTableIds"), table.ID)
	})
}

func (n Network) endpointInterface(endpoint *graph.Resource) Interface {
	subnets := endpoint.Strings("subnetIds")
	return Interface{
		Name: endpoint.ID, Subnets: subnets, Groups: endpoint.Strings("securityGroupIds"), Addresses: n.Ranges(subnets),
	}
}

// Ranges returns the address ranges of subnets.
func (n Network) Ranges(subnets []string) []netip.Prefix {
	var ranges []netip.Prefix
	for _, id := range subnets {
		subnet := n.Graph.Get(graph.Subnet, n.Region, id)
		if subnet == nil {
			continue
		}
		if network, err := netip.ParsePrefix(subnet.Text("cidrBlock")); err == nil {
			ranges = append(ranges, network)
		}
	}
	return ranges
}
