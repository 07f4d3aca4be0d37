package rds

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

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

// updateSubnetGroup refuses to take away the subnets in which an instance is.
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

// zoneOf is the zone of a subnet, or nil when it was deleted behind the group's back.
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
