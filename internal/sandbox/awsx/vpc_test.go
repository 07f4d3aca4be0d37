package awsx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const vpc = "awsx:ec2:Vpc"

func toStruct(t *testing.T, in map[string]any) *structpb.Struct {
	t.Helper()
	s, err := structpb.NewStruct(in)
	require.NoError(t, err)
	return s
}

// made constructs the component under the name "vpc", and describes the children as "type name < parent".
func made(t *testing.T, in map[string]any) (m *monitor, children []string, state map[string]any) {
	t.Helper()
	s, m, address := start(t, sandboxtest.New(t))
	resp, err := construct(t, s, address, vpc, toStruct(t, in))
	require.NoError(t, err)
	for urn, req := range m.resources {
		if urn == resp.GetUrn() {
			continue
		}
		children = append(children, short(urn)+" < "+short(req.GetParent()))
		if req.GetParent() != resp.GetUrn() {
			require.Contains(t, req.GetDependencies(), req.GetParent(), "a child waits for its parent")
		}
		require.Equal(t, "6.83.2", req.GetVersion())
	}
	slices.Sort(children)
	properties, err := plugin.UnmarshalProperties(resp.GetState(), plugin.MarshalOptions{KeepResources: true})
	require.NoError(t, err)
	registered, err := plugin.UnmarshalProperties(m.outputs, plugin.MarshalOptions{KeepResources: true})
	require.NoError(t, err)
	require.Equal(t, properties, registered, "the registered outputs are those that the program gets")
	return m, children, properties.Mappable()
}

// short returns "subnet vpc-public-1" for a URN.
func short(urn string) string {
	parts := strings.Split(urn, "::")
	_, kind, _ := strings.Cut(parts[2], "/")
	kind, _, _ = strings.Cut(kind, ":")
	return strings.TrimSpace(kind + " " + parts[3])
}

func input(t *testing.T, m *monitor, typ, name string) map[string]any {
	t.Helper()
	req := m.resources[sandboxtest.URN(typ, name)]
	require.NotNil(t, req, "%s %s", typ, name)
	properties, err := plugin.UnmarshalProperties(req.GetObject(), plugin.MarshalOptions{})
	require.NoError(t, err)
	return properties.Mappable()
}

func TestVpcInOneZone(t *testing.T) {
	t.Parallel()
	m, children, state := made(t, map[string]any{
		"numberOfAvailabilityZones": 1, "enableDnsHostnames": true, "tags": map[string]any{"env": "e"},
		"vpcEndpointSpecs": []any{map[string]any{"serviceName": "s3", "routeTableIds": []any{"rtb"}, "autoAccept": true}},
	})
	require.Equal(t, []string{
		"eip vpc-1 < subnet vpc-public-1",
		"internetGateway vpc < vpc vpc",
		"natGateway vpc-1 < subnet vpc-public-1",
		"route vpc-private-1 < routeTable vpc-private-1",
		"route vpc-public-1 < routeTable vpc-public-1",
		"routeTable vpc-private-1 < subnet vpc-private-1",
		"routeTable vpc-public-1 < subnet vpc-public-1",
		"routeTableAssociation vpc-private-1 < routeTable vpc-private-1",
		"routeTableAssociation vpc-public-1 < routeTable vpc-public-1",
		"subnet vpc-private-1 < vpc vpc",
		"subnet vpc-public-1 < vpc vpc",
		"vpc vpc < vpc",
		"vpcEndpoint s3 < vpc vpc",
	}, children)
	shared := map[string]any{"Name": "vpc", "env": "e"}
	for name, want := range map[string]map[string]any{
		"ec2/vpc:Vpc vpc":                         {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "tags": shared},
		"ec2/internetGateway:InternetGateway vpc": {"vpcId": "vpc/vpc", "tags": shared},
		"ec2/vpcEndpoint:VpcEndpoint s3": {
			"vpcId": "vpc/vpc", "serviceName": "s3", "routeTableIds": []any{"rtb"}, "autoAccept": true,
		},
		"ec2/subnet:Subnet vpc-public-1": {
			"vpcId": "vpc/vpc", "availabilityZone": "eu-west-2a", "cidrBlock": "10.0.128.0/18", "mapPublicIpOnLaunch": true,
			"tags": map[string]any{"Name": "vpc-public-1", "SubnetType": "Public", "env": "e"},
		},
		"ec2/subnet:Subnet vpc-private-1": {
			"vpcId": "vpc/vpc", "availabilityZone": "eu-west-2a", "cidrBlock": "10.0.0.0/17", "mapPublicIpOnLaunch": false,
			"tags": map[string]any{"Name": "vpc-private-1", "SubnetType": "Private", "env": "e"},
		},
		"ec2/routeTable:RouteTable vpc-private-1": {
			"vpcId": "vpc/vpc", "tags": map[string]any{"Name": "vpc-private-1", "SubnetType": "Private", "env": "e"},
		},
		"ec2/routeTableAssociation:RouteTableAssociation vpc-public-1": {
			"routeTableId": "routeTable/vpc-public-1", "subnetId": "subnet/vpc-public-1",
		},
		"ec2/route:Route vpc-public-1": {
			"routeTableId": "routeTable/vpc-public-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internetGateway/vpc",
		},
		"ec2/route:Route vpc-private-1": {
			"routeTableId": "routeTable/vpc-private-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "natGateway/vpc-1",
		},
		"ec2/eip:Eip vpc-1": {"tags": map[string]any{"Name": "vpc-1", "env": "e"}},
		"ec2/natGateway:NatGateway vpc-1": {
			"subnetId": "subnet/vpc-public-1", "allocationId": "eip/vpc-1", "tags": map[string]any{"Name": "vpc-1", "env": "e"},
		},
	} {
		typ, name, _ := strings.Cut(name, " ")
		require.Equal(t, want, input(t, m, "aws:"+typ, name))
	}
	require.Equal(t, "vpc/vpc", state["vpcId"])
	require.Equal(t, []any{"subnet/vpc-public-1"}, state["publicSubnetIds"])
	require.Equal(t, []any{"subnet/vpc-private-1"}, state["privateSubnetIds"])
	require.Equal(t, []any{}, state["isolatedSubnetIds"])
	require.Equal(t, []any{}, state["vpcEndpoints"])
	for output, n := range map[string]int{
		"subnets": 2, "routeTables": 2, "routes": 2, "routeTableAssociations": 2, "natGateways": 1, "eips": 1, "subnetLayout": 2,
	} {
		require.Len(t, state[output], n, output)
	}
	for _, output := range []string{"vpc", "internetGateway"} {
		require.NotNil(t, state[output], output)
	}
	require.Equal(t, map[string]any{"type": "Private", "cidrMask": 17.0}, state["subnetLayout"].([]any)[0])
	require.Equal(t, map[string]bool{"6.83.2": true}, m.versions)
}

func TestNatGatewaysOfAVpc(t *testing.T) {
	t.Parallel()
	addresses := []any{"a", "b", "c"}
	tests := map[string]struct {
		nat  map[string]any
		nats []string // The address of each gateway.
		eips int
		want []any // For each zone, the gateway of its private subnet.
	}{
		"default":             {nil, []string{"eip/vpc-1", "eip/vpc-2", "eip/vpc-3"}, 3, []any{"natGateway/vpc-1", "natGateway/vpc-2", "natGateway/vpc-3"}},
		"Single":              {map[string]any{"strategy": "Single"}, []string{"eip/vpc-1"}, 1, []any{"natGateway/vpc-1", "natGateway/vpc-1", "natGateway/vpc-1"}},
		"None":                {map[string]any{"strategy": "None"}, nil, 0, nil},
		"with own addresses":  {map[string]any{"strategy": "OnePerAz", "elasticIpAllocationIds": addresses}, []string{"a", "b", "c"}, 0, []any{"natGateway/vpc-1", "natGateway/vpc-2", "natGateway/vpc-3"}},
		"Single, own address": {map[string]any{"strategy": "Single", "elasticIpAllocationIds": addresses[:1]}, []string{"a"}, 0, []any{"natGateway/vpc-1", "natGateway/vpc-1", "natGateway/vpc-1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := map[string]any{}
			if test.nat != nil {
				in["natGateways"] = test.nat
			}
			m, _, state := made(t, in)
			require.Len(t, state["eips"], test.eips)
			require.Len(t, state["natGateways"], len(test.nats))
			for i, address := range test.nats {
				require.Equal(t, address, input(t, m, "aws:ec2/natGateway:NatGateway", fmt.Sprintf("vpc-%d", i+1))["allocationId"])
			}
			for i, gateway := range test.want {
				require.Equal(t, gateway, input(t, m, "aws:ec2/route:Route", fmt.Sprintf("vpc-private-%d", i+1))["natGatewayId"])
			}
			require.Len(t, state["routes"], 3+len(test.want))
		})
	}
}

func TestSubnetsOfAVpc(t *testing.T) {
	t.Parallel()
	m, _, state := made(t, map[string]any{
		"availabilityZoneNames": []any{"eu-west-2c", "eu-west-2a"}, "natGateways": map[string]any{"strategy": "None"},
		"subnetSpecs": []any{
			map[string]any{"type": "Isolated", "name": "db", "cidrMask": 24, "tags": map[string]any{"data": "yes"}},
			map[string]any{"type": "Public"},
			map[string]any{"type": "Unused"},
		},
	})
	require.Equal(t, []any{"subnet/vpc-db-1", "subnet/vpc-db-2"}, state["isolatedSubnetIds"])
	require.Equal(t, []any{"subnet/vpc-public-1", "subnet/vpc-public-2"}, state["publicSubnetIds"])
	require.Equal(t, map[string]any{
		"vpcId": "vpc/vpc", "availabilityZone": "eu-west-2a", "cidrBlock": "10.0.144.0/24", "mapPublicIpOnLaunch": false,
		"tags": map[string]any{"Name": "vpc-db-2", "SubnetType": "Isolated", "data": "yes"},
	}, input(t, m, "aws:ec2/subnet:Subnet", "vpc-db-2"))
	require.Len(t, m.warnings, 1)
	require.Contains(t, m.warnings[0], `[{"cidrMask":20,"type":"Public"},{"cidrMask":24,"type":"Isolated"}]`)
}

func TestVpcsThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]map[string]any{
		"Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified": {
			"availabilityZoneNames": []any{"a"}, "numberOfAvailabilityZones": 1,
		},
		"The configured region for this provider does not have at least 4 Availability Zones. Either specify an explicit list of zones in availabilityZoneNames or choose a region with at least 4 AZs.": {"numberOfAvailabilityZones": 4},
		"Unknown NatGatewayStrategy 'Many'": {"natGateways": map[string]any{"strategy": "Many"}},
		"read the inputs of awsx:ec2:Vpc":   {"subnetSpecs": "one"},
	} {
		s, m, address := start(t, sandboxtest.New(t))
		_, err := construct(t, s, address, vpc, toStruct(t, in))
		require.ErrorContains(t, err, want)
		require.LessOrEqual(t, len(m.registered), 1, "only the component")
	}
}

// The sandbox's own EC2 accepts what the component creates, with gateways in every zone and endpoints.
func TestVpcIntoTheSandbox(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	s, m, address := start(t, a)
	m.create = true
	_, err := construct(t, s, address, vpc, toStruct(t, map[string]any{
		"enableDnsHostnames": true, "instanceTenancy": "default",
		"vpcEndpointSpecs": []any{map[string]any{"serviceName": "com.amazonaws.eu-west-2.s3"}},
	}))
	require.NoError(t, err)
	for typ, n := range map[string]int{
		"vpc:Vpc": 1, "subnet:Subnet": 6, "internetGateway:InternetGateway": 1, "eip:Eip": 3, "natGateway:NatGateway": 3,
		"routeTable:RouteTable": 6, "route:Route": 6, "routeTableAssociation:RouteTableAssociation": 6,
		"vpcEndpoint:VpcEndpoint": 1,
	} {
		made := slices.DeleteFunc(a.World.List("aws:ec2/"+typ, a.Region), func(o *world.Object) bool { return o.Seeded })
		require.Len(t, made, n, typ)
	}
}
