package components

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (a NetworkArgs) withDefaults() NetworkArgs {
	a.Mode = cmp.Or(a.Mode, NetworkDefault)
	if a.Mode != NetworkDedicated {
		return a
	}
	a.CidrBlock = cmp.Or(a.CidrBlock, "10.0.0.0/16")
	a.Zones = cmp.Or(a.Zones, 2)
	a.NatGateways = cmp.Or(a.NatGateways, NatNone)
	if a.NatGateways != NatNone {
		a.Placement = cmp.Or(a.Placement, PlacementPrivate)
	}
	a.Placement = cmp.Or(a.Placement, PlacementPublic)
	if a.FlowLogs {
		a.FlowLogRetentionDays = or(a.FlowLogRetentionDays, 30)
	}
	return a
}

// inputs returns the inputs that the component records. Other modes leave out the args for NetworkDedicated, because
// recording them would show a change in networks that were created before these args existed.
func (a NetworkArgs) inputs() any {
	if a.Mode == NetworkDedicated {
		return a
	}
	return struct {
		Mode             NetworkMode             `pulumi:"mode"`
		VpcId            pulumi.StringPtrInput   `pulumi:"vpcId"`
		PublicSubnetIds  pulumi.StringArrayInput `pulumi:"publicSubnetIds"`
		PrivateSubnetIds pulumi.StringArrayInput `pulumi:"privateSubnetIds"`
		Placement        Placement               `pulumi:"placement"`
	}{a.Mode, a.VpcId, a.PublicSubnetIds, a.PrivateSubnetIds, a.Placement}
}

func (a NetworkArgs) check(name string) error {
	var p problems
	given := a.VpcId != nil || a.PublicSubnetIds != nil || a.PrivateSubnetIds != nil
	switch a.Mode {
	case NetworkDefault:
		p.check(!given, "Mode", string(a.Mode), "existing when VpcId or subnets are given")
		p.check(a.Placement != PlacementPrivate, "Placement", string(a.Placement),
			"public in the default VPC, which has no private subnets")
	case NetworkDedicated:
		p.check(!given, "Mode", string(a.Mode), "existing when VpcId or subnets are given")
		a.checkDedicated(&p)
	case NetworkExisting:
		a.checkExisting(&p)
	default:
		p.check(false, "Mode", string(a.Mode), "default, dedicated or existing")
	}
	p.check(a.Placement == "" || a.Placement == PlacementPublic || a.Placement == PlacementPrivate,
		"Placement", string(a.Placement), "public or private")
	if a.Mode != NetworkDedicated {
		a.checkUnused(&p)
	}
	return p.err(networkType, name)
}

func (a NetworkArgs) checkExisting(p *problems) {
	p.required("VpcId", a.VpcId)
	p.required("PublicSubnetIds", a.PublicSubnetIds)
	// The length of an output is not known before the run. AWS checks it during the run.
	if ids, ok := a.PublicSubnetIds.(pulumi.StringArray); ok {
		p.check(len(ids) >= 2, "PublicSubnetIds", len(ids), "at least 2, in two different Availability Zones")
	}
	if ids, ok := a.PrivateSubnetIds.(pulumi.StringArray); ok {
		p.check(len(ids) > 0, "PrivateSubnetIds", len(ids), "at least 1, or left out")
	}
	p.check(a.Placement != PlacementPrivate || a.PrivateSubnetIds != nil, "Placement", string(a.Placement),
		"public if PrivateSubnetIds is not given")
}

func (a NetworkArgs) checkUnused(p *problems) {
	for _, arg := range []struct {
		name  string
		given any
		unset bool
	}{
		{"CidrBlock", a.CidrBlock, a.CidrBlock == ""},
		{"Zones", a.Zones, a.Zones == 0},
		{"NatGateways", string(a.NatGateways), a.NatGateways == ""},
		{"Endpoints", a.Endpoints, !a.Endpoints},
		{"FlowLogs", a.FlowLogs, !a.FlowLogs},
	} {
		p.check(arg.unset, arg.name, arg.given, "left out unless Mode is dedicated")
	}
}

func (a NetworkArgs) checkDedicated(p *problems) {
	block, err := netip.ParsePrefix(a.CidrBlock)
	// A load balancer needs public subnets of /27 or larger. A public subnet is a sixteenth of the VPC.
	p.check(err == nil && block.Addr().Is4() && block == block.Masked() && minVpcBits <= block.Bits() &&
		block.Bits() <= maxVpcBits, "CidrBlock", a.CidrBlock,
		fmt.Sprintf("an IPv4 network of /%d to /%d, such as 10.0.0.0/16", minVpcBits, maxVpcBits))
	p.check(2 <= a.Zones && a.Zones <= 3, "Zones", a.Zones, "2 or 3")
	_, known := natStrategies[a.NatGateways]
	p.check(known, "NatGateways", string(a.NatGateways), "none, single or perZone")
	if a.Placement == PlacementPrivate && a.NatGateways == NatNone {
		p.check(a.Endpoints, "Placement", string(a.Placement),
			"public unless NatGateways or Endpoints is set: tasks cannot start without access to their image and secrets")
	}
	if a.Endpoints || a.FlowLogs {
		if a.Account == nil {
			a.Account = &Account{}
		}
		a.Account.check(p)
	}
	if a.FlowLogs {
		checkRetention(p, "FlowLogRetentionDays", *a.FlowLogRetentionDays)
	}
}
