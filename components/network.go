package components

import (
	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const networkType = "livebeats:index:Network"

// NetworkMode says where the VPC comes from.
type NetworkMode string

const (
	// NetworkDefault uses the account's default VPC, as the guide does.
	NetworkDefault NetworkMode = "default"
	// NetworkDedicated makes a VPC of its own, with public, private and isolated subnets in every zone.
	NetworkDedicated NetworkMode = "dedicated"
	// NetworkExisting uses a VPC that somebody else owns.
	NetworkExisting NetworkMode = "existing"
)

// Placement says in which subnets tasks run.
type Placement string

const (
	// PlacementPublic gives every task a public address: its way to the internet.
	PlacementPublic Placement = "public"
	// PlacementPrivate hides tasks behind NAT gateways or endpoints.
	PlacementPrivate Placement = "private"
)

// NetworkArgs configures a Network.
type NetworkArgs struct {
	Mode NetworkMode `pulumi:"mode,optional"` // Defaults to NetworkDefault.
	// VpcId is required by NetworkExisting and refused by NetworkDefault, as are the subnets.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// PublicSubnetIds are for the load balancer: at least two, in different zones, with a route to an internet gateway.
	PublicSubnetIds pulumi.StringArrayInput `pulumi:"publicSubnetIds,optional"`
	// PrivateSubnetIds of NetworkExisting are for the tasks and need a NAT gateway; without them tasks are public.
	PrivateSubnetIds pulumi.StringArrayInput `pulumi:"privateSubnetIds,optional"`
	// Placement defaults to private where there are NAT gateways or PrivateSubnetIds, else to public.
	Placement Placement `pulumi:"placement,optional"`

	// The rest is for NetworkDedicated.

	Account   *Account `pulumi:"account"`            // Required by Endpoints and FlowLogs.
	CidrBlock string   `pulumi:"cidrBlock,optional"` // The VPC's addresses, /16 to /23; defaults to 10.0.0.0/16.
	// Zones is in how many Availability Zones there are subnets: 2, the default, or 3. A third one can be added later
	// without touching the others.
	Zones       int         `pulumi:"zones,optional"`
	NatGateways NatGateways `pulumi:"natGateways,optional"` // Defaults to NatNone.
	// Endpoints keeps the tasks' traffic to AWS inside of the VPC. With private tasks and no NAT gateway, it is all that
	// they reach.
	Endpoints bool `pulumi:"endpoints,optional"`
	// AdditionalEndpoints are further services that tasks call, by the last part of the endpoint service's name: "kms"
	// where ECS Exec sessions are encrypted with a customer key. Refused without Endpoints.
	AdditionalEndpoints []string `pulumi:"additionalEndpoints,optional"`
	FlowLogs            bool     `pulumi:"flowLogs,optional"` // Records the VPC's connections in a log group.
	// FlowLogRetentionDays defaults to 30; 0 keeps records forever.
	FlowLogRetentionDays *int `pulumi:"flowLogRetentionDays,optional"`
	Protect              bool `pulumi:"protect,optional"` // Leaves flow logs in the account when their group leaves the stack.
}

// Network names the VPC and its subnets, whoever made them.
type Network struct {
	pulumi.ResourceState
	children

	VpcId           pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// TaskSubnetIds are the private or the public subnets, as Placement says. Ordered after the endpoints, without which no
	// task starts there.
	TaskSubnetIds pulumi.StringArrayOutput `pulumi:"taskSubnetIds"`
	// PrivateSubnetIds have no route from the internet; empty where there are none.
	PrivateSubnetIds pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	// IsolatedSubnetIds have no route to the internet either; empty unless the network is dedicated.
	IsolatedSubnetIds pulumi.StringArrayOutput `pulumi:"isolatedSubnetIds"`
	// DatabaseSubnetIds are the isolated subnets, else the private ones, else the public ones: a database there must not
	// be publicly accessible.
	DatabaseSubnetIds pulumi.StringArrayOutput `pulumi:"databaseSubnetIds"`
	VpcCidr           pulumi.StringPtrOutput   `pulumi:"vpcCidr"` // Resolves to nil unless the network is dedicated.
	// AssignPublicIp is true when tasks run in public subnets: their only way to the internet.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
}

// NewNetwork makes the outputs of any mode look the same to its readers.
func NewNetwork(
	ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption,
) (*Network, error) {
	a := deref(args).withDefaults()
	if err := a.check(name); err != nil {
		return nil, err
	}
	network := &Network{}
	if err := register(ctx, networkType, name, a.inputs(), network, opts); err != nil {
		return nil, err
	}
	build := map[NetworkMode]func(*pulumi.Context, string, NetworkArgs) error{
		NetworkDefault: network.useDefault, NetworkDedicated: network.makeDedicated, NetworkExisting: network.useExisting,
	}[a.Mode]
	if err := build(ctx, name, a); err != nil {
		return nil, err
	}
	return network, registerOutputs(ctx, network)
}

func (n *Network) useDefault(ctx *pulumi.Context, name string, _ NetworkArgs) error {
	vpc, err := awsx.NewDefaultVpc(ctx, name+"-default-vpc", &awsx.DefaultVpcArgs{}, under(n))
	if err != nil {
		return err
	}
	n.VpcId, n.PublicSubnetIds, n.PrivateSubnetIds = vpc.VpcId, vpc.PublicSubnetIds, vpc.PrivateSubnetIds
	n.TaskSubnetIds, n.AssignPublicIp = vpc.PublicSubnetIds, true
	n.IsolatedSubnetIds, n.DatabaseSubnetIds, n.VpcCidr = noSubnets(), vpc.PublicSubnetIds, optional(nil)
	return nil
}

func (n *Network) useExisting(_ *pulumi.Context, _ string, a NetworkArgs) error {
	n.VpcId, n.PublicSubnetIds = a.VpcId.ToStringPtrOutput().Elem(), a.PublicSubnetIds.ToStringArrayOutput()
	n.PrivateSubnetIds, n.IsolatedSubnetIds, n.VpcCidr = noSubnets(), noSubnets(), optional(nil)
	n.DatabaseSubnetIds = n.PublicSubnetIds
	if a.PrivateSubnetIds != nil {
		n.PrivateSubnetIds = a.PrivateSubnetIds.ToStringArrayOutput()
		n.DatabaseSubnetIds = n.PrivateSubnetIds
	}
	n.TaskSubnetIds, n.AssignPublicIp = n.PublicSubnetIds, true
	if a.PrivateSubnetIds != nil && a.Placement != PlacementPublic {
		n.TaskSubnetIds, n.AssignPublicIp = n.PrivateSubnetIds, false
	}
	return nil
}

func noSubnets() pulumi.StringArrayOutput { return pulumi.StringArray{}.ToStringArrayOutput() }
