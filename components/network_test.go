package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordNetwork(t *testing.T, args *NetworkArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		return captureNetwork(ctx, r, args)
	})
}

func captureNetwork(ctx *pulumi.Context, r *recorder, args *NetworkArgs) error {
	network, err := NewNetwork(ctx, "net", args)
	if err != nil {
		return err
	}
	r.capture("vpcId", network.VpcId)
	r.capture("publicSubnetIds", network.PublicSubnetIds)
	r.capture("privateSubnetIds", network.PrivateSubnetIds)
	r.capture("isolatedSubnetIds", network.IsolatedSubnetIds)
	r.capture("databaseSubnetIds", network.DatabaseSubnetIds)
	r.capture("taskSubnetIds", network.TaskSubnetIds)
	r.capture("vpcCidr", network.VpcCidr.Elem())
	r.capture("assignPublicIp", pulumi.Bool(network.AssignPublicIp).ToBoolOutput())
	return nil
}

func TestNetworkDefault(t *testing.T) {
	t.Parallel()
	r := recordNetwork(t, nil)
	require.Equal(t, []string{"net", "net-default-vpc"}, r.names())
	require.Equal(t, map[string]any{"mode": "default"}, r.inputs(t, "net"))
	require.Equal(t, map[string]any{
		"vpcId":             "net-default-vpc.vpcId",
		"publicSubnetIds":   []string{"subnet-a", "subnet-b"},
		"privateSubnetIds":  []string(nil),
		"isolatedSubnetIds": []string{},
		"databaseSubnetIds": []string{"subnet-a", "subnet-b"},
		"taskSubnetIds":     []string{"subnet-a", "subnet-b"},
		"vpcCidr":           "",
		"assignPublicIp":    true,
	}, r.outputs)
}

func TestNetworkExisting(t *testing.T) {
	t.Parallel()
	public := pulumi.ToStringArray([]string{"subnet-a", "subnet-b"})
	t.Run("public tasks", func(t *testing.T) {
		t.Parallel()
		r := recordNetwork(t, &NetworkArgs{
			Mode: NetworkExisting, VpcId: pulumi.String("vpc-1"), PublicSubnetIds: public,
		})
		require.Equal(t, []string{"net"}, r.names())
		require.Equal(t, map[string]any{
			"mode": "existing", "vpcId": "vpc-1", "publicSubnetIds": []any{"subnet-a", "subnet-b"},
		}, r.inputs(t, "net"), "switches of other modes would show as a change")
		require.Equal(t, []string{"subnet-a", "subnet-b"}, r.outputs["taskSubnetIds"])
		require.Equal(t, true, r.outputs["assignPublicIp"])
	})
	t.Run("private tasks", func(t *testing.T) {
		t.Parallel()
		r := recordNetwork(t, &NetworkArgs{
			Mode: NetworkExisting, VpcId: pulumi.String("vpc-1"), PublicSubnetIds: public,
			PrivateSubnetIds: pulumi.ToStringArray([]string{"subnet-c"}),
		})
		require.Equal(t, []string{"subnet-a", "subnet-b"}, r.outputs["publicSubnetIds"])
		require.Equal(t, []string{"subnet-c"}, r.outputs["taskSubnetIds"])
		require.Equal(t, []string{"subnet-c"}, r.outputs["databaseSubnetIds"])
		require.Equal(t, false, r.outputs["assignPublicIp"])
	})
	t.Run("public tasks in spite of private subnets", func(t *testing.T) {
		t.Parallel()
		r := recordNetwork(t, &NetworkArgs{
			Mode: NetworkExisting, VpcId: pulumi.String("vpc-1"), PublicSubnetIds: public,
			PrivateSubnetIds: pulumi.ToStringArray([]string{"subnet-c"}), Placement: PlacementPublic,
		})
		require.Equal(t, []string{"subnet-c"}, r.outputs["privateSubnetIds"])
		require.Equal(t, []string{"subnet-a", "subnet-b"}, r.outputs["taskSubnetIds"])
		require.Equal(t, true, r.outputs["assignPublicIp"])
	})
}

func TestNetworkRefuses(t *testing.T) {
	t.Parallel()
	two, vpc := pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}), pulumi.String("vpc-1")
	for name, test := range map[string]struct {
		args NetworkArgs
		want string
	}{
		"unknown mode": {NetworkArgs{Mode: "new"}, `Mode "new" must be default, dedicated or existing`},
		"ids in default mode": {
			NetworkArgs{VpcId: vpc}, `Mode "default" must be existing when VpcId or subnets are given`,
		},
		"no VPC": {NetworkArgs{Mode: NetworkExisting, PublicSubnetIds: two}, "VpcId must be given"},
		"no subnets": {
			NetworkArgs{Mode: NetworkExisting, VpcId: vpc}, "PublicSubnetIds must be given",
		},
		"one subnet": {
			NetworkArgs{Mode: NetworkExisting, VpcId: vpc, PublicSubnetIds: two[:1]},
			"PublicSubnetIds 1 must be at least 2, in two different Availability Zones",
		},
		"no private subnet": {
			NetworkArgs{
				Mode: NetworkExisting, VpcId: vpc, PublicSubnetIds: two, PrivateSubnetIds: pulumi.StringArray{},
			},
			"PrivateSubnetIds 0 must be at least 1, or left out",
		},
		"private tasks in existing public subnets": {
			NetworkArgs{Mode: NetworkExisting, VpcId: vpc, PublicSubnetIds: two, Placement: PlacementPrivate},
			`Placement "private" must be public if PrivateSubnetIds is not given`,
		},
		"private tasks in default mode": {
			NetworkArgs{Placement: PlacementPrivate},
			`Placement "private" must be public in the default VPC, which has no private subnets`,
		},
		"placement": {NetworkArgs{Placement: "hidden"}, `Placement "hidden" must be public or private`},
		"switches of a dedicated network": {
			NetworkArgs{CidrBlock: "10.0.0.0/16", Zones: 2, NatGateways: NatNone, Endpoints: true, FlowLogs: true},
			`CidrBlock "10.0.0.0/16" must be left out unless Mode is dedicated
Zones 2 must be left out unless Mode is dedicated
NatGateways "none" must be left out unless Mode is dedicated
Endpoints true must be left out unless Mode is dedicated
FlowLogs true must be left out unless Mode is dedicated`,
		},
		"ids in dedicated mode": {
			NetworkArgs{Mode: NetworkDedicated, PublicSubnetIds: two},
			`Mode "dedicated" must be existing when VpcId or subnets are given`,
		},
		"zones":           {NetworkArgs{Mode: NetworkDedicated, Zones: 4}, "Zones 4 must be 2 or 3"},
		"one zone":        {NetworkArgs{Mode: NetworkDedicated, Zones: 1}, "Zones 1 must be 2 or 3"},
		"small VPC":       {NetworkArgs{Mode: NetworkDedicated, CidrBlock: "10.0.0.0/24"}, wantBlock("10.0.0.0/24")},
		"large VPC":       {NetworkArgs{Mode: NetworkDedicated, CidrBlock: "10.0.0.0/15"}, wantBlock("10.0.0.0/15")},
		"address":         {NetworkArgs{Mode: NetworkDedicated, CidrBlock: "10.0.0.1/16"}, wantBlock("10.0.0.1/16")},
		"no block":        {NetworkArgs{Mode: NetworkDedicated, CidrBlock: "10.0"}, wantBlock("10.0")},
		"IPv6":            {NetworkArgs{Mode: NetworkDedicated, CidrBlock: "fd00::/16"}, wantBlock("fd00::/16")},
		"unknown gateway": {NetworkArgs{Mode: NetworkDedicated, NatGateways: "two"}, `NatGateways "two" must be none, single or perZone`},
		"private tasks without NAT or endpoints": {
			NetworkArgs{Mode: NetworkDedicated, Placement: PlacementPrivate},
			`Placement "private" must be public unless NatGateways or Endpoints is set: ` +
				`tasks cannot start without access to their image and secrets`,
		},
		"endpoints without account": {
			NetworkArgs{Mode: NetworkDedicated, Endpoints: true},
			`Account.Id "" must be 12 digits
Account.Region "" must be an AWS region such as eu-west-2
Account.Partition: partition "" is not supported: its endpoints and service principals have other names than in partition aws, and the components were not tested there`,
		},
		"retention": {
			NetworkArgs{Mode: NetworkDedicated, FlowLogs: true, FlowLogRetentionDays: new(2), Account: &testAccount},
			"FlowLogRetentionDays 2 must be one of " +
				"[0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewNetwork(ctx, "net", &test.args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Network "net": `+test.want)
		})
	}
}

func wantBlock(given string) string {
	return `CidrBlock "` + given + `" must be an IPv4 network of /16 to /23, such as 10.0.0.0/16`
}
