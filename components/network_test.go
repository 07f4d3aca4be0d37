package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordNetwork(t *testing.T, args *NetworkArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		network, err := NewNetwork(ctx, "net", args)
		if err != nil {
			return err
		}
		r.capture("vpcId", network.VpcId)
		r.capture("publicSubnetIds", network.PublicSubnetIds)
		r.capture("taskSubnetIds", network.TaskSubnetIds)
		r.capture("assignPublicIp", pulumi.Bool(network.AssignPublicIp).ToBoolOutput())
		return nil
	})
}

func TestNetworkDefault(t *testing.T) {
	t.Parallel()
	r := recordNetwork(t, nil)
	require.Equal(t, []string{"net", "net-default-vpc"}, r.names())
	require.Equal(t, map[string]any{"mode": "default"}, r.inputs(t, "net"))
	require.Equal(t, map[string]any{
		"vpcId":           "net-default-vpc.vpcId",
		"publicSubnetIds": []string{"subnet-a", "subnet-b"},
		"taskSubnetIds":   []string{"subnet-a", "subnet-b"},
		"assignPublicIp":  true,
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
		require.Equal(t, false, r.outputs["assignPublicIp"])
	})
}

func TestNetworkRefuses(t *testing.T) {
	t.Parallel()
	two, vpc := pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}), pulumi.String("vpc-1")
	for name, test := range map[string]struct {
		args NetworkArgs
		want string
	}{
		"unknown mode": {NetworkArgs{Mode: "new"}, `Mode "new" must be default or existing`},
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
