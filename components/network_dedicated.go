package components

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	awsx "github.com/pulumi/pulumi-awsx/sdk/v2/go/awsx/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// NatGateways selects how private subnets reach the internet.
type NatGateways string

const (
	// NatNone creates no gateway: private subnets reach only the VPC. It costs nothing.
	NatNone NatGateways = "none"
	// NatSingle creates one gateway for all zones. If its zone fails, all private subnets lose the internet.
	NatSingle NatGateways = "single"
	// NatPerZone creates a gateway in every zone.
	NatPerZone NatGateways = "perZone"
)

var natStrategies = map[NatGateways]awsx.NatGatewayStrategy{
	NatNone:    awsx.NatGatewayStrategyNone,
	NatSingle:  awsx.NatGatewayStrategySingle,
	NatPerZone: awsx.NatGatewayStrategyOnePerAz,
}

// AWS accepts VPCs of /16 and smaller.
const minVpcBits, maxVpcBits = 16, 23

// createDedicated always creates all three kinds of subnets. So no subnet is replaced when tasks move between them, or
// when NAT gateways are added or removed.
func (n *Network) createDedicated(ctx *pulumi.Context, name string, a NetworkArgs) error {
	block, err := netip.ParsePrefix(a.CidrBlock)
	if err != nil {
		return err
	}
	bits := block.Bits()
	vpc, err := awsx.NewVpc(ctx, name+"-vpc", &awsx.VpcArgs{
		CidrBlock:                 &a.CidrBlock,
		EnableDnsHostnames:        pulumi.Bool(true), // Required by the private DNS names of endpoints.
		NumberOfAvailabilityZones: &a.Zones,
		NatGateways:               &awsx.NatGatewayConfigurationArgs{Strategy: natStrategies[a.NatGateways]},
		SubnetStrategy:            new(awsx.SubnetAllocationStrategyAuto),
		// A quarter for each zone, with two zones as with three, so that a third zone does not change the other addresses.
		AvailabilityZoneCidrMask: new(bits + 2),
		SubnetSpecs: []awsx.SubnetSpecArgs{
			{Type: awsx.SubnetTypePrivate, CidrMask: new(bits + 3)},
			{Type: awsx.SubnetTypePublic, CidrMask: new(bits + 4)},
			{Type: awsx.SubnetTypeIsolated, CidrMask: new(bits + 4)},
		},
	}, under(n))
	if err != nil {
		return err
	}
	n.VpcId, n.VpcCidr = vpc.VpcId, optional(pulumi.String(a.CidrBlock))
	n.PublicSubnetIds, n.PrivateSubnetIds = vpc.PublicSubnetIds, vpc.PrivateSubnetIds
	n.IsolatedSubnetIds, n.DatabaseSubnetIds = vpc.IsolatedSubnetIds, vpc.IsolatedSubnetIds
	n.TaskSubnetIds, n.AssignPublicIp = vpc.PublicSubnetIds, true
	n.recordSubnetTypes(a.Placement)
	if a.Placement == PlacementPrivate {
		n.TaskSubnetIds, n.AssignPublicIp = vpc.PrivateSubnetIds, false
	}
	if a.Endpoints {
		if err := n.newEndpoints(ctx, name, a, routeTables(vpc, n.TaskSubnetIds)); err != nil {
			return err
		}
	}
	if a.FlowLogs {
		return n.newFlowLogs(ctx, name, a)
	}
	return nil
}

// recordSubnetTypes records awsx's type of the subnets for each purpose, because their ids are unknown at the first
// preview.
func (n *Network) recordSubnetTypes(tasks Placement) {
	types := map[string]string{
		recorded.ForLoadBalancer: "Public", recorded.ForTasks: "Public", recorded.ForDatabase: "Isolated",
	}
	if tasks == PlacementPrivate {
		types[recorded.ForTasks] = "Private"
	}
	for purpose, typ := range types {
		n.record(recorded.SubnetTypes, purpose, pulumi.String(typ))
	}
}

// newFlowLogs creates a flow log of accepted and rejected connections, with its log group and role.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (n *Network) newFlowLogs(ctx *pulumi.Context, name string, a NetworkArgs) error {
	group, err := cloudwatch.NewLogGroup(ctx, name+"-flow-logs", &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(*a.FlowLogRetentionDays),
	}, under(n), pulumi.RetainOnDelete(a.Protect))
	if err != nil {
		return err
	}
	trust, err := flowLogsTrust(*a.Account).Render(iampolicy.Trust)
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, name+"-flow-logs-role", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(trust),
		Description:      pulumi.String("Writes the flow logs of the Live Beats VPC."),
	}, under(n))
	if err != nil {
		return err
	}
	policy, err := iam.NewRolePolicy(ctx, name+"-flow-logs-policy", &iam.RolePolicyArgs{
		Role: role.Name,
		Policy: group.Name.ApplyT(func(group string) (string, error) {
			return flowLogsPolicy(*a.Account, group).Render(iampolicy.Identity)
		}).(pulumi.StringOutput),
	}, under(n))
	if err != nil {
		return err
	}
	_, err = ec2.NewFlowLog(ctx, name+"-flow-log", &ec2.FlowLogArgs{
		VpcId:          n.VpcId,
		TrafficType:    pulumi.String("ALL"),
		LogDestination: group.Arn,
		IamRoleArn:     role.Arn,
	}, under(n), pulumi.DependsOn([]pulumi.Resource{policy}))
	return err
}

func flowLogsTrust(account Account) iampolicy.Document {
	return iampolicy.Document{Statements: []iampolicy.Statement{{
		Effect:     iampolicy.Allow,
		Principals: iampolicy.Principals{"Service": {"vpc-flow-logs.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"aws:SourceAccount": {account.Id}},
			"ArnLike":      {"aws:SourceArn": {account.arn("ec2", "vpc-flow-log/*")}},
		},
	}}}
}

// flowLogsPolicy leaves out logs:CreateLogGroup, which AWS's example has. With it, late records would create a deleted
// log group again.
func flowLogsPolicy(account Account, group string) iampolicy.Document {
	return iampolicy.Document{Statements: []iampolicy.Statement{allow("FlowLogs", []string{
		"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents",
	}, account.logStreams(group))}}
}
