package components

import (
	"cmp"

	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const networkType = "livebeats:index:Network"

// NetworkMode says where the VPC comes from.
type NetworkMode string

const (
	// NetworkDefault uses the account's default VPC, as the guide does.
	NetworkDefault NetworkMode = "default"
	// NetworkExisting uses a VPC that somebody else owns.
	NetworkExisting NetworkMode = "existing"
)

// NetworkArgs configures a Network.
type NetworkArgs struct {
	Mode NetworkMode `pulumi:"mode"` // Defaults to NetworkDefault.
	// VpcId is required by NetworkExisting and refused by NetworkDefault, as are the subnets.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// PublicSubnetIds are for the load balancer: at least two, in different zones, with a route to an internet gateway.
	PublicSubnetIds pulumi.StringArrayInput `pulumi:"publicSubnetIds"`
	// PrivateSubnetIds are for the tasks and need a NAT gateway; without them tasks run in the public subnets.
	PrivateSubnetIds pulumi.StringArrayInput `pulumi:"privateSubnetIds"`
}

// Network names the VPC and its subnets, whoever made them.
type Network struct {
	pulumi.ResourceState
	family

	VpcId           pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// TaskSubnetIds are the private subnets when there are any, else the public ones.
	TaskSubnetIds pulumi.StringArrayOutput `pulumi:"taskSubnetIds"`
	// AssignPublicIp is true when tasks run in public subnets: their only way to the internet.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
}

// NewNetwork makes the outputs of any mode look the same to its readers.
func NewNetwork(
	ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption,
) (*Network, error) {
	a := deref(args)
	a.Mode = cmp.Or(a.Mode, NetworkDefault)
	if err := a.check(name); err != nil {
		return nil, err
	}
	network := &Network{}
	if err := register(ctx, networkType, name, a, network, opts); err != nil {
		return nil, err
	}
	build := network.useExisting
	if a.Mode == NetworkDefault {
		build = network.useDefault
	}
	if err := build(ctx, name, a); err != nil {
		return nil, err
	}
	return network, registerOutputs(ctx, network)
}

func (n *Network) useDefault(ctx *pulumi.Context, name string, _ NetworkArgs) error {
	vpc, err := awsx.NewDefaultVpc(ctx, name+"-default-vpc", &awsx.DefaultVpcArgs{}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.VpcId, n.PublicSubnetIds = vpc.VpcId, vpc.PublicSubnetIds
	n.TaskSubnetIds, n.AssignPublicIp = vpc.PublicSubnetIds, true
	return nil
}

func (n *Network) useExisting(_ *pulumi.Context, _ string, a NetworkArgs) error {
	n.VpcId, n.PublicSubnetIds = a.VpcId.ToStringOutput(), a.PublicSubnetIds.ToStringArrayOutput()
	n.TaskSubnetIds, n.AssignPublicIp = n.PublicSubnetIds, a.PrivateSubnetIds == nil
	if a.PrivateSubnetIds != nil {
		n.TaskSubnetIds = a.PrivateSubnetIds.ToStringArrayOutput()
	}
	return nil
}

func (a NetworkArgs) check(name string) error {
	var p problems
	switch a.Mode {
	case NetworkDefault:
		p.check(a.VpcId == nil && a.PublicSubnetIds == nil && a.PrivateSubnetIds == nil,
			"Mode", string(a.Mode), "existing when VpcId or subnets are given")
	case NetworkExisting:
		p.required("VpcId", a.VpcId)
		p.required("PublicSubnetIds", a.PublicSubnetIds)
		// The length of an output is not known before the run; AWS checks it then.
		if ids, ok := a.PublicSubnetIds.(pulumi.StringArray); ok {
			p.check(len(ids) >= 2, "PublicSubnetIds", len(ids), "at least 2, in two different Availability Zones")
		}
		if ids, ok := a.PrivateSubnetIds.(pulumi.StringArray); ok {
			p.check(len(ids) > 0, "PrivateSubnetIds", len(ids), "at least 1, or left out")
		}
	default:
		p.check(false, "Mode", string(a.Mode), "default or existing")
	}
	return p.err(networkType, name)
}
