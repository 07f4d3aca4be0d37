package ec2_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	getVpc     = "aws:ec2/getVpc:getVpc"
	getSubnets = "aws:ec2/getSubnets:getSubnets"
	getSubnet  = "aws:ec2/getSubnet:getSubnet"
)

func TestNewAccountHasADefaultVpc(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	vpc := invoke(t, a, getVpc, provider.Props{"default": true})
	require.Regexp(t, "^vpc-[0-9a-f]{17}$", vpc["id"])
	require.Equal(t, "172.31.0.0/16", vpc["cidrBlock"])
	require.Equal(t, "available", vpc["state"])
	require.Regexp(t, "^rtb-", vpc["mainRouteTableId"])
	require.Equal(t, vpc, invoke(t, a, getVpc, provider.Props{"id": vpc["id"]}))

	ids, ok := invoke(t, a, getSubnets, filters("vpc-id", vpc["id"]))["ids"].([]any)
	require.True(t, ok)
	require.Len(t, ids, 3)
	networks := map[any]any{}
	for _, id := range ids {
		subnet := invoke(t, a, getSubnet, provider.Props{"id": id})
		require.Equal(t, vpc["id"], subnet["vpcId"])
		require.Equal(t, true, subnet["mapPublicIpOnLaunch"])
		networks[subnet["availabilityZone"]] = subnet["cidrBlock"]
	}
	require.Equal(t, map[any]any{
		"eu-west-2a": "172.31.0.0/20", "eu-west-2b": "172.31.16.0/20", "eu-west-2c": "172.31.32.0/20",
	}, networks)
	gateway := a.World.List("aws:ec2/internetGateway:InternetGateway", a.Region)[0]
	table := a.World.List("aws:ec2/routeTable:RouteTable", a.Region)[0]
	require.Equal(t, []any{map[string]any{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.ID}}, table.Props["routes"])
}

func TestSeedingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	before := len(a.World.All())
	ec2.Seed(a.World, a.Scope)
	require.Len(t, a.World.All(), before)
	_, err := a.Sandbox.Engine("eu-west-1")
	require.NoError(t, err)
	require.Len(t, a.World.All(), 2*before, "another region has its own")
}

func invoke(t *testing.T, a *sandboxtest.Account, token string, args provider.Props) provider.Props {
	t.Helper()
	out, err := a.Invokes[token].Answer(a.Scope, a.World, args)
	require.NoError(t, err)
	return out
}

func filters(name string, value any) provider.Props {
	return provider.Props{"filters": []any{provider.Props{"name": name, "values": []any{value}}}}
}
