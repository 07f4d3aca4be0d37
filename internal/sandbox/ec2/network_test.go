package ec2_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	vpcType           = "aws:ec2/vpc:Vpc"
	subnetType        = "aws:ec2/subnet:Subnet"
	defaultVpcType    = "aws:ec2/defaultVpc:DefaultVpc"
	defaultSubnetType = "aws:ec2/defaultSubnet:DefaultSubnet"
	gatewayType       = "aws:ec2/internetGateway:InternetGateway"
	addressType       = "aws:ec2/eip:Eip"
	natType           = "aws:ec2/natGateway:NatGateway"
	tableType         = "aws:ec2/routeTable:RouteTable"
	routeType         = "aws:ec2/route:Route"
	associationType   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	endpointType      = "aws:ec2/vpcEndpoint:VpcEndpoint"
	flowLogType       = "aws:ec2/flowLog:FlowLog"
	defaultGroupType  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	legacyRuleType    = "aws:ec2/securityGroupRule:SecurityGroupRule"
)

type props = provider.Props

// attempt creates one more resource in an account that has a network. Want is the complete error, or empty for none.
type attempt struct {
	token string
	in    props
	want  string
}

// refuse makes the attempts one after another in one network. Each must leave the network as it was.
func refuse(t *testing.T, attempts map[string]attempt) {
	t.Helper()
	a := network(t)
	before := len(a.World.All())
	for name, test := range attempts {
		err := a.Make(test.token, "x", test.in)
		if test.want == "" {
			require.NoError(t, err, name)
			require.NoError(t, a.Remove("x"), name)
		} else {
			require.EqualError(t, err, a.Text(test.want), name)
		}
		require.Len(t, a.World.All(), before, "%s leaves something behind", name)
	}
}

// network creates an account with a VPC, and a second VPC without a gateway.
func network(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	a.OtherNetwork()
	build(t, a, []sandboxtest.Step{
		{Token: vpcType, Name: "net", Inputs: props{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true}},
		{Token: gatewayType, Name: "gate", Inputs: props{"vpcId": "$net"}},
		{Token: gatewayType, Name: "loose"},
		{Token: subnetType, Name: "one", Inputs: props{
			"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-2a",
		}},
		{Token: subnetType, Name: "two", Inputs: props{
			"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZoneId": "euw2-az2",
		}},
		{Token: subnetType, Name: "near", Inputs: props{"vpcId": "$net", "cidrBlock": "10.0.2.0/24"}},
		{Token: tableType, Name: "table", Inputs: props{"vpcId": "$net"}},
		{Token: tableType, Name: "inline", Inputs: props{"vpcId": "$net", "routes": []any{
			props{"cidrBlock": "0.0.0.0/0", "gatewayId": "$gate"},
		}}},
		{Token: tableType, Name: "far-table", Inputs: props{"vpcId": "$other-vpc"}},
		{Token: addressType, Name: "ip"},
		{Token: addressType, Name: "spare"},
		{Token: natType, Name: "nat", Inputs: props{"subnetId": "$one", "allocationId": "$ip"}},
		{Token: routeType, Name: "out", Inputs: props{
			"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "$nat",
		}},
		{Token: associationType, Name: "link", Inputs: props{"routeTableId": "$table", "subnetId": "$two"}},
		{Token: sandboxtest.SecurityGroup, Name: "web", Inputs: props{"vpcId": "$net"}},
	})
	return a
}

func build(t *testing.T, a *sandboxtest.Account, steps []sandboxtest.Step) {
	t.Helper()
	for _, s := range steps {
		require.NoError(t, a.Make(s.Token, s.Name, s.Inputs), s.Name)
	}
}

func TestNetworkRules(t *testing.T) {
	t.Parallel()
	vpc := func(change props) props { return with(props{"cidrBlock": "10.1.0.0/16"}, change) }
	subnet := func(change props) props {
		return with(props{"vpcId": "$net", "cidrBlock": "10.0.3.0/24"}, change)
	}
	bits := `cidrBlock: expected "cidr_block" to contain a network Value with between 16 and 28 significant bits, got: `
	zones := " is invalid. Subnets can currently only be created in the following availability zones: "
	v6 := ": the sandbox does not model IPv6"
	refuse(t, map[string]attempt{
		"VPC":           {vpcType, vpc(nil), ""},
		"VPC of /16":    {vpcType, vpc(props{"cidrBlock": "10.1.0.0/28"}), ""},
		"large VPC":     {vpcType, vpc(props{"cidrBlock": "10.0.0.0/15"}), bits + "15"},
		"small VPC":     {vpcType, vpc(props{"cidrBlock": "10.1.0.0/29"}), bits + "29"},
		"VPC by host":   {vpcType, vpc(props{"cidrBlock": "10.1.0.1/16"}), `cidrBlock: "10.1.0.1/16" is not a valid CIDR block; did you mean "10.1.0.0/16"?`},
		"VPC of words":  {vpcType, vpc(props{"cidrBlock": "ten"}), `cidrBlock: "ten" is not a valid IPv4 CIDR block`},
		"no block":      {vpcType, vpc(props{"cidrBlock": nil}), "cidrBlock: missing required property"},
		"tenancy":       {vpcType, vpc(props{"instanceTenancy": "dedicated"}), "instanceTenancy: expected one of [default], got dedicated"},
		"VPC with IPv6": {vpcType, vpc(props{"assignGeneratedIpv6CidrBlock": true}), "assignGeneratedIpv6CidrBlock" + v6},
		"DNS names without DNS": {
			vpcType, vpc(props{"enableDnsHostnames": true, "enableDnsSupport": false}), "enableDnsHostnames: " +
				"InvalidParameterValue: You can only enable DNS hostnames if you've enabled DNS support",
		},
		"subnet":    {subnetType, subnet(nil), ""},
		"zone's id": {subnetType, subnet(props{"availabilityZoneId": "euw2-az3"}), ""},
		"unknown VPC": {
			subnetType, subnet(props{"vpcId": "vpc-0"}), "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist",
		},
		"outside":        {subnetType, subnet(props{"cidrBlock": "10.1.0.0/24"}), "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid."},
		"wider than VPC": {subnetType, subnet(props{"cidrBlock": "10.0.0.0/15"}), "InvalidSubnet.Range: The CIDR '10.0.0.0/15' is invalid."},
		"small subnet":   {subnetType, subnet(props{"cidrBlock": "10.0.3.0/29"}), "InvalidSubnet.Range: The CIDR '10.0.3.0/29' is invalid."},
		"overlap": {
			subnetType, subnet(props{"cidrBlock": "10.0.1.128/25"}),
			"InvalidSubnet.Conflict: The CIDR '10.0.1.128/25' conflicts with another subnet",
		},
		"zone elsewhere": {
			subnetType, subnet(props{"availabilityZone": "eu-west-1a"}), "InvalidParameterValue: Value (eu-west-1a) for " +
				"parameter availabilityZone" + zones + "eu-west-2a, eu-west-2b, eu-west-2c.",
		},
		"zone id elsewhere": {
			subnetType, subnet(props{"availabilityZoneId": "euw1-az1"}), "InvalidParameterValue: Value (euw1-az1) for " +
				"parameter availabilityZoneId" + zones + "euw2-az1, euw2-az2, euw2-az3.",
		},
		"zone twice": {
			subnetType, subnet(props{"availabilityZone": "eu-west-2a", "availabilityZoneId": "euw2-az1"}),
			"availabilityZoneId: at most one of [availabilityZone, availabilityZoneId] must be set, " +
				"got [availabilityZone, availabilityZoneId]",
		},
		"host name type": {
			subnetType, subnet(props{"privateDnsHostnameTypeOnLaunch": "x"}),
			"privateDnsHostnameTypeOnLaunch: expected one of [ip-name, resource-name], got x",
		},
		"IPv6 addresses": {subnetType, subnet(props{"assignIpv6AddressOnCreation": true}), "assignIpv6AddressOnCreation" + v6},
		"IPv6 names":     {subnetType, subnet(props{"enableResourceNameDnsAaaaRecordOnLaunch": true}), "enableResourceNameDnsAaaaRecordOnLaunch" + v6},
		"IPv6 alone":     {subnetType, subnet(props{"ipv6Native": true}), "ipv6Native" + v6},

		"default VPC":         {defaultVpcType, nil, ""},
		"default VPC's end":   {defaultVpcType, props{"forceDestroy": true}, "forceDestroy: the sandbox does not model deleting what AWS created by default"},
		"default IPv6":        {defaultVpcType, props{"assignGeneratedIpv6CidrBlock": true}, "assignGeneratedIpv6CidrBlock" + v6},
		"default without DNS": {defaultVpcType, props{"enableDnsSupport": false}, "enableDnsHostnames: InvalidParameterValue: You can only enable DNS hostnames if you've enabled DNS support"},
		"default zone elsewhere": {
			defaultSubnetType,
			props{"availabilityZone": "eu-west-1a"},
			`the sandbox does not model creating a default subnet again: "eu-west-1a" has none`,
		},
		"default subnet's end": {
			defaultSubnetType,
			props{"availabilityZone": "eu-west-2a", "forceDestroy": true},
			"forceDestroy: the sandbox does not model deleting what AWS created by default",
		},
		"default subnet's IPv6":           {defaultSubnetType, props{"availabilityZone": "eu-west-2a", "assignIpv6AddressOnCreation": true}, "assignIpv6AddressOnCreation" + v6},
		"default subnet's IPv6 names":     {defaultSubnetType, props{"availabilityZone": "eu-west-2a", "enableResourceNameDnsAaaaRecordOnLaunch": true}, "enableResourceNameDnsAaaaRecordOnLaunch" + v6},
		"default subnet's IPv6 alone":     {defaultSubnetType, props{"availabilityZone": "eu-west-2a", "ipv6Native": true}, "ipv6Native" + v6},
		"default subnet's host name type": {defaultSubnetType, props{"availabilityZone": "eu-west-2a", "privateDnsHostnameTypeOnLaunch": "x"}, "privateDnsHostnameTypeOnLaunch: expected one of [ip-name, resource-name], got x"},
		"default subnet without zone":     {defaultSubnetType, nil, "availabilityZone: missing required property"},
	})
}

func TestGatewayRules(t *testing.T) {
	t.Parallel()
	refuse(t, map[string]attempt{
		"second gateway":     {gatewayType, props{"vpcId": "$net"}, "InvalidParameterValue: Network $net already has an internet gateway attached"},
		"gateway of nothing": {gatewayType, props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"domain":             {addressType, props{"domain": "standard"}, "domain: expected one of [vpc], got standard"},
		"NAT":                {natType, props{"subnetId": "$two", "allocationId": "$spare"}, ""},
		"private NAT":        {natType, props{"subnetId": "$other-subnet-a", "connectivityType": "private"}, ""},
		"NAT of no kind":     {natType, props{"subnetId": "$two", "connectivityType": "x"}, "connectivityType: expected one of [public, private], got x"},
		"NAT without address": {
			natType,
			props{"subnetId": "$two"},
			"allocationId: MissingParameter: The request must contain the parameter AllocationId",
		},
		"private NAT with address": {
			natType,
			props{"subnetId": "$two", "connectivityType": "private", "allocationId": "$spare"},
			`allocationId: "allocation_id" is not supported with connectivity_type = "private"`,
		},
		"unknown address": {
			natType,
			props{"subnetId": "$two", "allocationId": "eipalloc-0"},
			"InvalidAllocationID.NotFound: The allocation ID 'eipalloc-0' does not exist",
		},
		"unknown subnet": {
			natType,
			props{"subnetId": "subnet-0", "allocationId": "$spare"},
			"InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist",
		},
		"address of another NAT": {
			natType,
			props{"subnetId": "$two", "allocationId": "$ip"},
			"Resource.AlreadyAssociated: Elastic IP address $ip is already associated",
		},
		"NAT without gateway": {
			natType,
			props{"subnetId": "$other-subnet-a", "allocationId": "$spare"},
			"Gateway.NotAttached: Network $other-vpc has no Internet gateway attached",
		},
	})
}

func TestRouteRules(t *testing.T) {
	t.Parallel()
	route := func(change props) props {
		return with(props{"routeTableId": "$table", "destinationCidrBlock": "192.168.0.0/16", "gatewayId": "$gate"}, change)
	}
	table := func(routes ...any) props { return props{"vpcId": "$net", "routes": routes} }
	world := func(target string, id any) props { return props{"cidrBlock": "0.0.0.0/0", target: id} }
	elsewhere := "InvalidParameterValue: route table %s and network gateway %s belong to different networks"
	refuse(t, map[string]attempt{
		"route":         {routeType, route(nil), ""},
		"no target":     {routeType, route(props{"gatewayId": nil}), "gatewayId: exactly one of [gatewayId, natGatewayId] must be set, got []"},
		"two targets":   {routeType, route(props{"natGatewayId": "$nat"}), "gatewayId: exactly one of [gatewayId, natGatewayId] must be set, got [gatewayId, natGatewayId]"},
		"nowhere":       {routeType, route(props{"destinationCidrBlock": nil}), "destinationCidrBlock: missing required property"},
		"host bits":     {routeType, route(props{"destinationCidrBlock": "1.2.3.4/8"}), `destinationCidrBlock: "1.2.3.4/8" is not a valid CIDR block; did you mean "1.0.0.0/8"?`},
		"unknown table": {routeType, route(props{"routeTableId": "rtb-0"}), "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist"},
		"second route":  {routeType, route(props{"destinationCidrBlock": "0.0.0.0/0"}), "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
		"local route":   {routeType, route(props{"destinationCidrBlock": "10.0.0.0/16"}), "RouteAlreadyExists: The route identified by 10.0.0.0/16 already exists."},
		"inside the VPC": {
			routeType, route(props{"destinationCidrBlock": "10.0.1.0/24"}),
			"the sandbox does not model routes inside the VPC's own network: 10.0.1.0/24 is in 10.0.0.0/16",
		},
		"AWS's own route": {
			routeType, route(props{"routeTableId": "$vpc.mainRouteTableId", "destinationCidrBlock": "0.0.0.0/0"}),
			"RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
		},
		"unknown gateway": {routeType, route(props{"gatewayId": "igw-0"}), "InvalidGatewayID.NotFound: The gateway ID 'igw-0' does not exist"},
		"unknown NAT": {
			routeType, route(props{"gatewayId": nil, "natGatewayId": "nat-0"}),
			"InvalidNatGatewayID.NotFound: The natGateway ID 'nat-0' does not exist",
		},
		"loose gateway":    {routeType, route(props{"gatewayId": "$loose"}), fmt.Sprintf(elsewhere, "$table", "$loose")},
		"gateway of a VPC": {routeType, route(props{"routeTableId": "$far-table"}), fmt.Sprintf(elsewhere, "$far-table", "$gate")},
		"NAT of a VPC":     {routeType, route(props{"routeTableId": "$far-table", "gatewayId": nil, "natGatewayId": "$nat"}), fmt.Sprintf(elsewhere, "$far-table", "$nat")},
		"inline already": {
			routeType, route(props{"routeTableId": "$inline"}), "the sandbox refuses inline routes together with " +
				"separate resources for routes on one route table: each update of the route table would undo the resources",
		},
		"table":             {tableType, table(world("gatewayId", "$gate"), props{"cidrBlock": "1.0.0.0/8", "natGatewayId": "$nat"}), ""},
		"inline no target":  {tableType, table(props{"cidrBlock": "0.0.0.0/0"}), "routes[0].gatewayId: exactly one of [gatewayId, natGatewayId] must be set, got []"},
		"inline nowhere":    {tableType, table(props{"gatewayId": "$gate"}), "routes[0].cidrBlock: missing required property"},
		"inline host bits":  {tableType, table(props{"gatewayId": "$gate", "cidrBlock": "1.2.3.4/8"}), `routes[0].cidrBlock: "1.2.3.4/8" is not a valid CIDR block; did you mean "1.0.0.0/8"?`},
		"inline twice":      {tableType, table(world("gatewayId", "$gate"), world("natGatewayId", "$nat")), "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
		"inline unknown":    {tableType, table(world("natGatewayId", "nat-0")), "InvalidNatGatewayID.NotFound: The natGateway ID 'nat-0' does not exist"},
		"many inline":       {tableType, table(many(51, func(i int) any { return props{"cidrBlock": fmt.Sprintf("1.%d.0.0/16", i), "gatewayId": "$gate"} })...), "RouteLimitExceeded: The maximum number of routes has been reached."},
		"table of nothing":  {tableType, props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"table without VPC": {tableType, nil, "vpcId: missing required property"},

		"association": {associationType, props{"routeTableId": "$table", "subnetId": "$one"}, ""},
		"association of nothing": {
			associationType,
			props{"routeTableId": "rtb-0", "subnetId": "$one"},
			"InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist",
		},
		"association with nothing": {
			associationType,
			props{"routeTableId": "$table", "subnetId": "subnet-0"},
			"InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist",
		},
		"second association": {
			associationType,
			props{"routeTableId": "$inline", "subnetId": "$two"},
			"Resource.AlreadyAssociated: the specified association for route table $inline conflicts with an existing association",
		},
		"association across VPCs": {
			associationType,
			props{"routeTableId": "$table", "subnetId": "$other-subnet-a"},
			"InvalidParameterValue: Route table $table and subnet $other-subnet-a belong to different networks",
		},
		"edge association": {
			associationType,
			props{"routeTableId": "$table", "gatewayId": "$gate"},
			"gatewayId: the sandbox does not model this property; it models routeTableId, subnetId\n" +
				"subnetId: missing required property",
		},
	})
}

func many(n int, item func(int) any) []any {
	items := make([]any, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}
