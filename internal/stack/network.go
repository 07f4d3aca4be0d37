package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// Network returns the arguments of the network.
func (s *Stack) Network() *components.NetworkArgs {
	n := s.Config.Network
	args := &components.NetworkArgs{
		Mode:      components.NetworkMode(n.Mode),
		VpcId:     optional(n.VPCID),
		Placement: components.Placement(n.Placement),
		Protect:   s.Config.Protect,
	}
	if n.Mode == config.NetworkDedicated {
		args.Account = &s.Account
		args.Zones = n.Zones
		args.NatGateways = components.NatGateways(n.NATGateways)
		args.Endpoints, args.FlowLogs = n.Endpoints, n.FlowLogs
		if n.Endpoints && s.execKey() != nil {
			args.AdditionalEndpoints = []string{"kms"}
		}
	}
	if n.PublicSubnetIDs != nil {
		args.PublicSubnetIds = pulumi.ToStringArray(n.PublicSubnetIDs)
	}
	if n.PrivateSubnetIDs != nil {
		args.PrivateSubnetIds = pulumi.ToStringArray(n.PrivateSubnetIDs)
	}
	return args
}

// taskSubnets returns the number of subnets that the tasks run in. Each of them needs a mount target, and the number of
// mount targets has to be known at preview, when the subnets may not exist yet.
func (s *Stack) taskSubnets() int {
	switch n := s.Config.Network; {
	case n.Mode == config.NetworkDedicated:
		return n.Zones
	case n.Mode == config.NetworkExisting && len(n.PrivateSubnetIDs) > 0 && n.Placement != "public":
		return len(n.PrivateSubnetIDs)
	case n.Mode == config.NetworkExisting:
		return len(n.PublicSubnetIDs)
	}
	return len(publicSubnets(s.network))
}

// SecurityGroups returns the arguments of the security groups.
func (s *Stack) SecurityGroups(network *components.Network) *components.SecurityGroupsArgs {
	args := &components.SecurityGroupsArgs{
		VpcId:                   network.VpcId,
		ContainerPort:           s.Config.Service.Port,
		DistributionPorts:       components.PortRange(s.Config.Service.DistributionPorts),
		Https:                   s.HTTPS(),
		DatabaseSecurityGroupId: optional(s.Config.Database.SecurityGroupID),
		DatabasePort:            s.Config.Database.Port,
	}
	if s.Config.Database.Mode == config.DatabaseNone { // Only DATABASE_URL contains the database's address.
		args.DatabaseCidrs = []string{"0.0.0.0/0"}
	}
	return args
}
