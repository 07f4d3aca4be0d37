package rds

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// defaultGroup is the subnet group of the default VPC.
const defaultGroup = "default"

// place checks the network of an instance: the VPC and zones of its subnet group, its security groups, and whether it
// may be publicly accessible.
func place(c *provider.Call) error {
	vpc, zones, err := networkOf(c)
	if err != nil {
		return err
	}
	switch zone := c.New.Props["availabilityZone"]; {
	case zone == nil:
		c.New.Props["availabilityZone"] = zones[0]
	case !slices.Contains(zones, fmt.Sprint(zone)):
		return provider.Errorf("InvalidVPCNetworkStateFault", // wording is a guess
			"The DB subnet group %v has no subnet in Availability Zone %v", c.New.Props["dbSubnetGroupName"], zone)
	}
	if err := placeGroups(c, vpc.ID); err != nil || c.New.Props["publiclyAccessible"] != true {
		return err
	}
	const not = "Cannot create a publicly accessible DBInstance. The specified VPC "
	gateway := c.World.Find(gatewayType, c.Region, func(o *world.Object) bool { return o.Props["vpcId"] == vpc.ID })
	switch {
	case gateway == nil:
		return provider.Errorf("InvalidVPCNetworkStateFault",
			not+"has no internet gateway attached.Update the VPC and then try again")
	case vpc.Props["enableDnsSupport"] != true || vpc.Props["enableDnsHostnames"] != true:
		return provider.Errorf("InvalidVPCNetworkStateFault",
			not+"does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again")
	}
	return nil
}

// networkOf returns the VPC of an instance's subnet group, and the group's zones in order.
func networkOf(c *provider.Call) (vpc *world.Object, zones []string, err error) {
	if c.New.Props["dbSubnetGroupName"] == nil {
		c.New.Props["dbSubnetGroupName"] = defaultGroup
	}
	name := fmt.Sprint(c.New.Props["dbSubnetGroupName"])
	found := map[string]bool{}
	if group := c.World.Get(subnetGroupType, c.Region, name); group != nil {
		vpc = c.World.Get(vpcType, c.Region, fmt.Sprint(group.Props["vpcId"]))
		ids, _ := group.Props["subnetIds"].([]any)
		for _, id := range ids {
			if zone := zoneOf(c, id); zone != nil {
				found[fmt.Sprint(zone)] = true
			}
		}
	} else if name == defaultGroup {
		vpc = c.World.Find(vpcType, c.Region, func(o *world.Object) bool { return o.Props["default"] == true })
		for _, subnet := range c.World.List(subnetType, c.Region) {
			if vpc != nil && subnet.Props["vpcId"] == vpc.ID {
				found[fmt.Sprint(subnet.Props["availabilityZone"])] = true
			}
		}
	}
	if vpc == nil || len(found) == 0 { // wording is a guess
		return nil, nil, provider.Errorf("DBSubnetGroupNotFoundFault", "DB subnet group '%s' does not exist.", name)
	}
	return vpc, slices.Sorted(maps.Keys(found)), nil
}

func placeGroups(c *provider.Call, vpc string) error {
	return ec2.PlaceGroups(c, "vpcSecurityGroupIds", vpc, func(_ any, group *world.Object) error {
		return provider.Errorf(combination, "The DB instance and EC2 security group are in different VPCs. "+
			"The DB instance is in %s and the EC2 security group is in %v", vpc, group.Props["vpcId"])
	})
}

func checkSubnetGroup(in provider.Props) []provider.Failure {
	if in["name"] == defaultGroup {
		return []provider.Failure{{Property: "name", Reason: `"default" is not allowed as a name`}}
	}
	return nil
}

// placeSubnetGroup checks that the subnets cover two zones of one VPC.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
func placeSubnetGroup(c *provider.Call) error {
	zones, vpc := map[string]bool{}, any(nil)
	ids, _ := c.New.Props["subnetIds"].([]any)
	for _, id := range ids {
		subnet := c.World.Get(subnetType, c.Region, fmt.Sprint(id)).Props
		if vpc != nil && subnet["vpcId"] != vpc {
			return provider.Errorf("InvalidSubnet", "The DB subnet group's subnets must be in one VPC") // wording is a guess
		}
		vpc = subnet["vpcId"]
		zones[fmt.Sprint(subnet["availabilityZone"])] = true
	}
	if len(zones) < 2 {
		return provider.Errorf("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone "+
			"(AZ) coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.",
			strings.Join(slices.Sorted(maps.Keys(zones)), ", "))
	}
	c.New.Props["vpcId"] = vpc
	return nil
}

// updateSubnetGroup refuses to remove a subnet that an instance uses.
func updateSubnetGroup(c *provider.Call) error {
	if err := placeSubnetGroup(c); err != nil {
		return err
	}
	kept, _ := c.New.Props["subnetIds"].([]any)
	before, _ := c.Old.Props["subnetIds"].([]any)
	for _, instance := range c.World.List(instanceType, c.Region) {
		for _, id := range before {
			zone := zoneOf(c, id)
			isIn := instance.Props["multiAz"] == true || instance.Props["availabilityZone"] == zone
			if instance.Props["dbSubnetGroupName"] == c.Old.ID && isIn && !slices.Contains(kept, id) {
				return provider.Errorf("SubnetAlreadyInUse", // wording is a guess
					"Some of the subnets to be deleted are currently in use: %v", id)
			}
		}
	}
	return nil
}

// zoneOf returns the zone of a subnet, or nil if the subnet was deleted while it was in the group.
func zoneOf(c *provider.Call, id any) any {
	if subnet := c.World.Get(subnetType, c.Region, fmt.Sprint(id)); subnet != nil {
		return subnet.Props["availabilityZone"]
	}
	return nil
}

func deleteSubnetGroup(c *provider.Call) error {
	for _, instance := range c.World.List(instanceType, c.Region) {
		if instance.Props["dbSubnetGroupName"] == c.Old.ID {
			return provider.Errorf("InvalidDBSubnetGroupStateFault", "Cannot delete the subnet group '%s' because at least "+
				"one database instance: %v is still using it.", c.Old.ID, instance.Props["identifier"])
		}
	}
	return nil
}
