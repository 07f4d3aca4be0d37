package components

import (
	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const networkType = "livebeats:index:Network"

// NetworkMode selects where the VPC comes from.
type NetworkMode string

const (
	// NetworkDefault uses the account's default VPC, as the guide does.
	NetworkDefault NetworkMode = "default"
	// NetworkDedicated creates a VPC, with public, private and isolated subnets in every zone.
	NetworkDedicated NetworkMode = "dedicated"
	// NetworkExisting uses a VPC that the program does not manage.
	NetworkExisting NetworkMode = "existing"
)

// Placement selects the subnets that tasks run in.
type Placement string

const (
	// PlacementPublic runs tasks in public subnets. Every task needs a public address to reach the internet.
	PlacementPublic Placement = "public"
	// PlacementPrivate runs tasks in private subnets, behind NAT gateways or endpoints.
	PlacementPrivate Placement = "private"
)

// NetworkArgs configures a Network.
type NetworkArgs struct {
	Mode NetworkMode `pulumi:"mode,optional"` // Defaults to NetworkDefault.
	// VpcId is required by NetworkExisting. VpcId and the subnets are an error in the other modes.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// PublicSubnetIds are for the load balancer: at least two, in different zones, with a route to an internet gateway.
	// Required by NetworkExisting.
	PublicSubnetIds pulumi.StringArrayInput `pulumi:"publicSubnetIds,optional"`
	// PrivateSubnetIds are for the tasks, with NetworkExisting. They need a NAT gateway. Without them tasks run in the
	// public subnets.
	PrivateSubnetIds pulumi.StringArrayInput `pulumi:"privateSubnetIds,optional"`
	// Placement defaults to private with NatGateways or PrivateSubnetIds, else to public.
	Placement Placement `pulumi:"placement,optional"`

	// The rest is for NetworkDedicated.

	Account   *Account `pulumi:"account"`            // Required by Endpoints and FlowLogs.
	CidrBlock string   `pulumi:"cidrBlock,optional"` // The VPC's addresses, /16 to /23; defaults to 10.0.0.0/16.
	// Zones is the number of Availability Zones with subnets: 2 (the default) or 3. Adding a third zone later does not
	// change the subnets in the others.
	Zones       int         `pulumi:"zones,optional"`
	NatGateways NatGateways `pulumi:"natGateways,optional"` // Defaults to NatNone.
	// Endpoints keeps the tasks' traffic to AWS inside the VPC. Private tasks without a NAT gateway reach nothing else.
	Endpoints bool `pulumi:"endpoints,optional"`
	// AdditionalEndpoints are further services that tasks call, by the last part of the endpoint service's name. Example:
	// "kms", if ECS Exec sessions are encrypted with a customer key. They are created only with Endpoints.
	AdditionalEndpoints []string `pulumi:"additionalEndpoints,optional"`
	FlowLogs            bool     `pulumi:"flowLogs,optional"` // Records the VPC's connections in a log group.
	// FlowLogRetentionDays defaults to 30; 0 keeps records forever.
	FlowLogRetentionDays *int `pulumi:"flowLogRetentionDays,optional"`
	// Protect keeps the flow logs' group in the account when the stack deletes it.
	Protect bool `pulumi:"protect,optional"`
}

// Network is a VPC and its subnets. All modes have the same outputs.
type Network struct {
	pulumi.ResourceState
	children

	VpcId           pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// TaskSubnetIds are the private or the public subnets, depending on Placement. They wait for the endpoints, because
	// tasks cannot start without these.
	TaskSubnetIds pulumi.StringArrayOutput `pulumi:"taskSubnetIds"`
	// PrivateSubnetIds cannot be reached from the internet. Empty if there are none.
	PrivateSubnetIds pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	// IsolatedSubnetIds have no route to the internet either. Empty unless the network is dedicated.
	IsolatedSubnetIds pulumi.StringArrayOutput `pulumi:"isolatedSubnetIds"`
	// DatabaseSubnetIds are the isolated subnets, else the private ones, else the public ones. A database in public
	// subnets must not be publicly accessible.
	DatabaseSubnetIds pulumi.StringArrayOutput `pulumi:"databaseSubnetIds"`
	VpcCidr           pulumi.StringPtrOutput   `pulumi:"vpcCidr"` // Resolves to nil unless the network is dedicated.
	// AssignPublicIp is true if tasks run in public subnets, where they need a public address to reach the internet.
	AssignPublicIp bool `pulumi:"assignPublicIp"`
}

// NewNetwork creates a VPC with NetworkDedicated. In the other modes it returns the ids of an existing VPC.
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
		NetworkDefault: network.useDefault, NetworkDedicated: network.createDedicated, NetworkExisting: network.useExisting,
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
