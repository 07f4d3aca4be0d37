package network_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
)

const region = "eu-west-2"

// props are plain JSON values, as a graph holds them.
type props = graph.Props

// private returns a VPC with a private subnet, a public subnet with a NAT gateway for the private one, and endpoints of
// SSM and S3.
func private() map[string]*graph.Resource {
	return map[string]*graph.Resource{
		"vpc-1":    {Type: graph.Vpc, Props: props{"enableDnsSupport": true, "enableDnsHostnames": true, "mainRouteTableId": "rtb-main"}},
		"rtb-main": {Type: graph.RouteTable, Props: props{"vpcId": "vpc-1"}},
		"igw-1":    {Type: graph.InternetGateway, Props: props{"vpcId": "vpc-1"}},
		"public":   {Type: graph.Subnet, Props: props{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}},
		"private":  {Type: graph.Subnet, Props: props{"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24"}},
		"rtb-out":  {Type: graph.RouteTable, Props: props{"vpcId": "vpc-1"}},
		"rtb-nat": {Type: graph.RouteTable, Props: props{"vpcId": "vpc-1", "routes": []any{
			map[string]any{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"},
		}}},
		"to-igw": {Type: graph.Route, Props: props{
			"routeTableId": "rtb-out", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1",
		}},
		"a-out":   {Type: graph.RouteTableAssociation, Props: props{"subnetId": "public", "routeTableId": "rtb-out"}},
		"a-nat":   {Type: graph.RouteTableAssociation, Props: props{"subnetId": "private", "routeTableId": "rtb-nat"}},
		"nat-1":   {Type: graph.NatGateway, Props: props{"subnetId": "public", "connectivityType": "public"}},
		"sg-task": {Type: graph.SecurityGroup, Props: props{"vpcId": "vpc-1"}},
		"out": {Type: graph.EgressRule, Props: props{
			"securityGroupId": "sg-task", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "0.0.0.0/0",
		}},
		"sg-end": {Type: graph.SecurityGroup, Props: props{"vpcId": "vpc-1"}},
		"in": {Type: graph.IngressRule, Props: props{
			"securityGroupId": "sg-end", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
			"referencedSecurityGroupId": "sg-task",
		}},
		"vpce-ssm": {Type: graph.VpcEndpoint, Props: props{
			"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-west-2.ssm", "vpcEndpointType": "Interface",
			"privateDnsEnabled": true, "subnetIds": []any{"private"}, "securityGroupIds": []any{"sg-end"},
		}},
		"vpce-s3": {Type: graph.VpcEndpoint, Props: props{
			"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-west-2.s3", "vpcEndpointType": "Gateway",
			"routeTableIds": []any{"rtb-nat"},
		}},
	}
}

func build(resources map[string]*graph.Resource) network.Network {
	var all []*graph.Resource
	for id, r := range resources {
		r.ID, r.Region = id, region
		all = append(all, r)
	}
	return network.Network{Graph: graph.New(all...), Region: region}
}

func task(subnet string, public bool) network.Interface {
	return network.Interface{
		Name: "task", Subnets: []string{subnet}, Public: public, Groups: []string{"sg-task"},
		Addresses: []netip.Prefix{netip.MustParsePrefix("10.0.1.7/32")},
	}
}

// change sets one property of one resource. Without a property it deletes the resource.
type change struct {
	id, property string
	value        any
}

// TestOutboundAccess breaks one hop at a time on each path from a task to what it needs. want is the hop that fails.
func TestOutboundAccess(t *testing.T) {
	t.Parallel()
	const (
		noRoute   = "route from private to the internet: rtb-nat has no route to 0.0.0.0/0 that leads there"
		noRoute2  = "route from public to the internet: rtb-out has no route to 0.0.0.0/0 that leads there"
		noEgress  = "task lets out TCP 443 to the internet: no egress rule of sg-task"
		noNames   = "names resolve: enableDnsSupport of vpc-1 is off"
		mainTable = "route from private to the internet: rtb-main has no route to 0.0.0.0/0 that leads there"
	)
	internet := func(n network.Network) awsmodel.Answer { return n.Internet(task("private", false), 443) }
	direct := func(public bool) func(network.Network) awsmodel.Answer {
		return func(n network.Network) awsmodel.Answer { return n.Internet(task("public", public), 443) }
	}
	service := func(name string) func(network.Network) awsmodel.Answer {
		return func(n network.Network) awsmodel.Answer { return n.Service(task("private", false), name) }
	}
	for name, test := range map[string]struct {
		ask  func(network.Network) awsmodel.Answer
		set  change
		want string
	}{
		"through NAT":                {internet, change{}, ""},
		"without a NAT gateway":      {internet, change{"nat-1", "", nil}, noRoute},
		"through a private NAT":      {internet, change{"nat-1", "connectivityType", "private"}, noRoute},
		"NAT in a private subnet":    {internet, change{"a-out", "", nil}, "route from public to the internet: rtb-main has no route to 0.0.0.0/0 that leads there"},
		"without its association":    {internet, change{"a-nat", "", nil}, mainTable},
		"gateway of another VPC":     {internet, change{"igw-1", "vpcId", "vpc-2"}, noRoute2},
		"without names":              {internet, change{"vpc-1", "enableDnsSupport", false}, noNames},
		"without egress":             {internet, change{"out", "", nil}, noEgress},
		"egress to another port":     {internet, change{"out", "fromPort", 444.0}, noEgress},
		"egress by UDP":              {internet, change{"out", "ipProtocol", "udp"}, noEgress},
		"egress to the VPC alone":    {internet, change{"out", "cidrIpv4", "10.0.0.0/16"}, noEgress},
		"public with an address":     {direct(true), change{}, ""},
		"public without an address":  {direct(false), change{}, "route from public to the internet: rtb-out leads to igw-1, for which it needs a public address"},
		"route to another network":   {direct(true), change{"to-igw", "destinationCidrBlock", "10.9.0.0/16"}, noRoute2},
		"by its endpoint":            {service("ssm"), change{}, ""},
		"endpoint hides the way out": {service("ssm"), change{"in", "", nil}, "vpce-ssm lets in TCP 443 from task: no ingress rule of sg-end"},
		"endpoint without a name":    {service("ssm"), change{"vpce-ssm", "privateDnsEnabled", false}, ""},
		"endpoint needs names":       {service("ssm"), change{"vpc-1", "enableDnsSupport", false}, noNames},
		"by its gateway endpoint":    {service("s3"), change{"nat-1", "", nil}, ""},
		"gateway of other tables":    {service("logs"), change{"nat-1", "", nil}, noRoute},
		"gateway needs egress":       {service("s3"), change{"out", "", nil}, noEgress},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := private()
			if test.set.property == "" {
				delete(resources, test.set.id)
			} else {
				resources[test.set.id].Props[test.set.property] = test.set.value
			}
			answer := test.ask(build(resources))
			if test.want == "" {
				require.True(t, answer.OK(), answer.Why())
				return
			}
			require.Equal(t, awsmodel.Refuted, answer.Verdict)
			require.Equal(t, test.want, answer.Why())
		})
	}
}

func TestEndpointAloneIsEnough(t *testing.T) {
	t.Parallel()
	resources := private()
	delete(resources, "nat-1")
	n := build(resources)
	require.True(t, n.Service(task("private", false), "ssm").OK())
	require.False(t, n.Service(task("private", false), "logs").OK())
	resources["vpce-ssm"].Props["privateDnsEnabled"] = false
	require.False(t, n.Service(task("private", false), "ssm").OK(), "the task does not use the endpoint's own name")
	resources["vpce-s3"].Props["routeTableIds"] = []any{"rtb-out"}
	require.False(t, n.Service(task("private", false), "s3").OK(), "the endpoint is in other route tables")
}

// TestWhatIsNotKnownIsNotProven leaves out a resource that an answer depends on.
func TestWhatIsNotKnownIsNotProven(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"private", "vpc-1", "rtb-nat"} {
		resources := private()
		delete(resources, id)
		require.Equal(t, awsmodel.Undecided, build(resources).Internet(task("private", false), 443).Verdict, id)
	}
}

// TestRulesOfEveryKind declares the same rule in every possible form.
func TestRulesOfEveryKind(t *testing.T) {
	t.Parallel()
	old := func(more props) props {
		rule := props{"protocol": "tcp", "fromPort": 0.0, "toPort": 65535.0}
		for name, v := range more {
			rule[name] = v
		}
		return rule
	}
	for name, test := range map[string]struct {
		id   string
		rule *graph.Resource
		want bool
	}{
		"older resource":      {"r", &graph.Resource{Type: graph.SecurityGroupRule, Props: old(props{"type": "egress", "securityGroupId": "sg-task", "cidrBlocks": []any{"0.0.0.0/0"}})}, true},
		"other direction":     {"r", &graph.Resource{Type: graph.SecurityGroupRule, Props: old(props{"type": "ingress", "securityGroupId": "sg-task", "cidrBlocks": []any{"0.0.0.0/0"}})}, false},
		"inside the group":    {"sg-task", &graph.Resource{Type: graph.SecurityGroup, Props: props{"egress": []any{map[string]any(old(props{"cidrBlocks": []any{"0.0.0.0/0"}}))}}}, true},
		"everything":          {"sg-task", &graph.Resource{Type: graph.SecurityGroup, Props: props{"egress": []any{map[string]any{"protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}}}}}, true},
		"to itself":           {"sg-task", &graph.Resource{Type: graph.SecurityGroup, Props: props{"egress": []any{map[string]any(old(props{"self": true}))}}}, false},
		"the default group":   {"sg-task", &graph.Resource{Type: graph.SecurityGroup, Props: props{"name": "default"}}, true},
		"default but emptied": {"sg-task", &graph.Resource{Type: graph.SecurityGroup, Props: props{"name": "default", "egress": []any{}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources := private()
			delete(resources, "out")
			resources[test.id] = test.rule
			require.Equal(t, test.want, build(resources).Internet(task("private", false), 443).OK())
		})
	}
}

func TestBetweenTasks(t *testing.T) {
	t.Parallel()
	resources := private()
	resources["self-out"] = &graph.Resource{Type: graph.EgressRule, Props: props{
		"securityGroupId": "sg-task", "ipProtocol": "-1", "referencedSecurityGroupId": "sg-task",
	}}
	other := task("public", false)
	n := build(resources)
	require.Equal(t, "task lets in TCP 4369 from task: no ingress rule of sg-task",
		n.Between(task("private", false), other, 4369).Why())
	resources["self-in"] = &graph.Resource{Type: graph.IngressRule, Props: props{
		"securityGroupId": "sg-task", "ipProtocol": "tcp", "fromPort": 4369.0, "toPort": 4369.0, "cidrIpv4": "10.0.1.0/24",
	}}
	n = build(resources)
	require.True(t, n.Between(task("private", false), other, 4369).OK())
	require.False(t, n.Between(task("private", false), other, 4370).OK())
	elsewhere := network.Interface{Name: "elsewhere", Subnets: []string{"none"}}
	require.Equal(t, "task to elsewhere: they are in different VPCs, vpc-1 and ", n.Between(other, elsewhere, 1).Why())
}
