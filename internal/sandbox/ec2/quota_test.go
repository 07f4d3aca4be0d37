package ec2_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func TestQuotas(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token string
		in    props
		// have is how many resources of the type the network already has. fill are the properties that count towards the
		// quota.
		most, have int
		fill       props
		want       string
	}{
		"VPCs":       {vpcType, props{"cidrBlock": "10.1.0.0/16"}, 5, 3, nil, "VpcLimitExceeded: The maximum number of VPCs has been reached."},
		"subnets":    {subnetType, props{"vpcId": "$net", "cidrBlock": "10.0.9.0/24"}, 200, 3, props{"vpcId": "$net"}, "SubnetLimitExceeded: The maximum number of subnets has been reached."},
		"gateways":   {gatewayType, nil, 5, 3, nil, "InternetGatewayLimitExceeded: The maximum number of internet gateways has been reached."},
		"addresses":  {addressType, nil, 5, 2, nil, "AddressLimitExceeded: The maximum number of addresses has been reached."},
		"NATs":       {natType, props{"subnetId": "$near", "connectivityType": "private"}, 5, 1, props{"subnetId": "$one"}, "NatGatewayLimitExceeded: Performing this operation would exceed the limit of 5 NAT gateways"},
		"tables":     {tableType, props{"vpcId": "$net"}, 200, 3, props{"vpcId": "$net"}, "RouteTableLimitExceeded: The maximum number of route tables has been reached."},
		"routes":     {routeType, props{"routeTableId": "$table", "destinationCidrBlock": "9.0.0.0/8", "gatewayId": "$gate"}, 50, 1, props{"routeTableId": "$table"}, "RouteLimitExceeded: The maximum number of routes has been reached."},
		"groups":     {sandboxtest.SecurityGroup, props{"vpcId": "$net"}, 2500, 4, nil, "SecurityGroupLimitExceeded: The maximum number of security groups has been reached."},
		"interfaces": {endpointType, interfaceTo("logs", nil), 50, 0, props{"vpcId": "$net", "vpcEndpointType": "Interface"}, "VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached."},
		"gateway endpoints": {
			endpointType, interfaceTo("s3", props{"vpcEndpointType": "Gateway"}), 20, 0,
			props{"vpcId": "$other-vpc", "vpcEndpointType": "Gateway"},
			"VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := network(t)
			for i := range test.most - test.have {
				fill := a.Resolve(test.fill)
				fill["cidrBlock"] = fmt.Sprintf("192.168.%d.0/28", i)
				a.World.Put(&world.Object{Type: test.token, Region: a.Region, ID: fmt.Sprint(i), Props: fill})
			}
			require.EqualError(t, a.Make(test.token, "x", test.in), test.want)
			a.World.Delete(&world.Object{Type: test.token, Region: a.Region, ID: "0"})
			require.NoError(t, a.Make(test.token, "x", test.in), "one fewer is accepted")
		})
	}
}
