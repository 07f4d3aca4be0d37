package ec2

import (
	"fmt"
	"net/netip"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const vpcsPerRegion = 5

func checkVpc(in provider.Props) []provider.Failure {
	cidr, _ := in["cidrBlock"].(string)
	network, err := netip.ParsePrefix(cidr)
	if err != nil || 16 <= network.Bits() && network.Bits() <= 28 {
		return nil
	}
	return []provider.Failure{{Property: "cidrBlock", Reason: fmt.Sprintf(
		"expected \"cidr_block\" to contain a network Value with between 16 and 28 significant bits, got: %d", network.Bits(),
	)}}
}

// createVpc makes the VPC's main route table and default security group with it. The quota comes first, so that a
// refused VPC leaves neither behind.
func createVpc(c *provider.Call) error {
	every := func(*world.Object) bool { return true }
	const message = "The maximum number of VPCs has been reached." // The wording is a guess.
	if err := limit(c, vpcsPerRegion, every, "VpcLimitExceeded", message); err != nil {
		return err
	}
	c.New.ID = "vpc-" + world.Digest(17, c.New.Seed)
	maker{Scope: c.Scope, world: c.World, owner: c.New.Seed, created: c.New.Created}.sides(c.New)
	return nil
}

// deleteVpc refuses while a route table or a security group of a program's is left, and takes AWS's own with the VPC.
// https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
func deleteVpc(c *provider.Call) error {
	var own []*world.Object
	for _, o := range append(c.World.List(tableType, c.Region), c.World.List(GroupType, c.Region)...) {
		switch {
		case o.Props["vpcId"] != c.Old.ID:
		case o.Props["main"] == true || o.Props["name"] == "default":
			own = append(own, o)
		default:
			return provider.Errorf("DependencyViolation",
				"The vpc '%s' has dependencies and cannot be deleted.", c.Old.ID)
		}
	}
	for _, o := range own {
		deleteRules(c, o.ID)
		deleteParts(c, routeType, "routeTableId", o.ID)
		forget(c, defaultGroupType, o.ID)
		c.World.Delete(o)
	}
	forget(c, defaultVpcType, c.Old.ID)
	return nil
}

// deleteParts deletes what belongs to an object that AWS made: facts say so of a program's.
func deleteParts(c *provider.Call, typ, property, owner string) {
	for _, part := range c.World.List(typ, c.Region) {
		if part.Props[property] == owner {
			c.World.Delete(part)
		}
	}
}

// defaultVpc finds the region's default VPC.
func defaultVpc(c *provider.Call) (*world.Object, error) {
	vpc := c.World.Find(vpcType, c.Region, func(o *world.Object) bool { return o.Props["default"] == true })
	if vpc == nil {
		return nil, provider.Errorf("VPCIdNotSpecified", "No default VPC for this user")
	}
	return vpc, nil
}
