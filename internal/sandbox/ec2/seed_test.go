package ec2_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Resources that AWS created can be imported by their ids, like those of a program: with every output, and nothing to
// do afterwards.
func TestWhatAwsMadeIsComplete(t *testing.T) {
	t.Parallel()
	a := network(t)
	seen := map[string]int{}
	for _, o := range a.World.List("", a.Region) {
		if !o.Seeded {
			continue
		}
		seen[o.Type]++
		inputs, state, err := a.Read(o.Type, o.ID, nil, nil)
		require.NoError(t, err)
		for name := range a.Table[o.Type].Outputs {
			if name != "tagsAll" {
				require.NotNil(t, state[name], "%s %s", o.Type, name)
			}
		}
		checked, failures, err := a.Check(o.Type, sandboxtest.URN(o.Type, "x"), inputs, inputs, nil)
		require.NoError(t, err)
		require.Empty(t, failures, o.Type)
		changes, _, err := a.Diff(o.Type, state, checked)
		require.NoError(t, err)
		require.Empty(t, changes, o.Type)
	}
	require.Equal(t, map[string]int{
		vpcType: 2, subnetType: 6, gatewayType: 1, tableType: 3, sandboxtest.SecurityGroup: 3,
	}, seen)
}

// Deleting a default VPC deletes everything that belongs to it, and it is not created again.
func TestADeletedDefaultVpcStaysDeleted(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	build(t, a, []sandboxtest.Step{
		{Token: defaultVpcType, Name: "own"},
		{Token: defaultSubnetType, Name: "a", Inputs: props{"availabilityZone": "eu-west-2a"}},
		{Token: defaultGroupType, Name: "own-group"},
		{Token: sandboxtest.IngressRule, Name: "in", Inputs: rule(props{"securityGroupId": "$own-group"})},
		{Token: routeType, Name: "far", Inputs: props{
			"routeTableId": "$own.mainRouteTableId", "destinationCidrBlock": "1.0.0.0/8",
			"gatewayId": a.World.List(gatewayType, a.Region)[0].ID,
		}},
	})
	for _, token := range []string{subnetType, gatewayType, vpcType} {
		for _, o := range a.World.List(token, a.Region) {
			require.NoError(t, a.Delete(token, o.ID, nil))
		}
	}
	_, err := a.Sandbox.Engine(a.Region)
	require.NoError(t, err)
	require.Empty(t, a.World.List("", a.Region))
}

func TestAdoptionReachesWhatAwsMade(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(defaultVpcType, "own", props{"enableDnsHostnames": false, "tags": props{"Name": "x"}}))
	own, vpc := a.Got("own"), a.World.Get(vpcType, a.Region, a.Got("vpc").ID)
	require.Equal(t, vpc.ID, own.ID)
	require.Equal(t, vpc.Props["mainRouteTableId"], own.State["mainRouteTableId"])
	require.Equal(t, false, vpc.Props["enableDnsHostnames"])
	require.Equal(t, props{"Name": "x"}, vpc.Props["tags"])
	require.NoError(t, a.Make(defaultSubnetType, "a", props{"availabilityZone": "eu-west-2a", "mapPublicIpOnLaunch": false}))
	subnet := a.World.Get(subnetType, a.Region, a.Got("subnet-a").ID)
	require.Equal(t, false, subnet.Props["mapPublicIpOnLaunch"])
	require.Equal(t, "euw2-az1", a.Got("a").State["availabilityZoneId"])
	require.NoError(t, a.Remove("own"))
	require.NotNil(t, a.World.Get(vpcType, a.Region, vpc.ID), "deleting it changes nothing in AWS")
}

func TestAGatewayThatGoesLeavesItsRoutes(t *testing.T) {
	t.Parallel()
	a := network(t)
	require.NoError(t, a.Remove("nat"))
	_, state, err := a.Refresh("out")
	require.NoError(t, err)
	require.Equal(t, "blackhole", state["state"])
	require.NoError(t, a.Change("out", props{"natGatewayId": nil, "gatewayId": "$gate"}))
	require.Equal(t, "active", a.Got("out").State["state"])
	require.NoError(t, a.Change("gate", props{"vpcId": "$other-vpc"}))
	_, state, err = a.Refresh("out")
	require.NoError(t, err)
	require.Equal(t, "blackhole", state["state"])
	require.EqualError(t, a.Change("loose", props{"vpcId": "$other-vpc"}),
		a.Text("InvalidParameterValue: Network $other-vpc already has an internet gateway attached"))
}

func TestAServiceKeepsItsGateway(t *testing.T) {
	t.Parallel()
	a := network(t)
	require.NoError(t, a.Remove("nat"))
	service := &world.Object{Type: "aws:ecs/service:Service", Region: a.Region, ID: "x", Props: a.Resolve(props{
		"desiredCount": 1.0, "networkConfiguration": props{"assignPublicIp": true, "subnets": []any{"$one"}},
	})}
	a.World.Put(service)
	require.EqualError(t, a.Remove("gate"), a.Text("DependencyViolation: Network $net has some mapped public "+
		"address(es). Please unmap those public address(es) before detaching the gateway."))
	service.Props["desiredCount"] = 0.0
	require.NoError(t, a.Remove("gate"))
}
