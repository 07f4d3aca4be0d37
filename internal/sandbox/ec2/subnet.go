package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// createSubnet finds the subnet's place: a free part of its VPC's network, and a zone.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
func createSubnet(c *provider.Call) error {
	network := networkOf(c.New)
	whole := networkOf(get(c, vpcType, c.New.Props["vpcId"]))
	if !within(network, whole) || network.Bits() < 16 || network.Bits() > 28 {
		return provider.Errorf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", network)
	}
	for _, other := range c.World.List(subnetType, c.Region) {
		if other.Props["vpcId"] == c.New.Props["vpcId"] && networkOf(other).Overlaps(network) {
			return provider.Errorf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", network)
		}
	}
	return placeInZone(c)
}

func deleteSubnet(c *provider.Call) error {
	forget(c, defaultSubnetType, c.Old.ID)
	return nil
}

// placeInZone completes the zone by its id, the id by the zone, and both where neither is given.
func placeInZone(c *provider.Call) error {
	var names, ids []any
	for i, zone := range Zones {
		names = append(names, c.Region+zone)
		ids = append(ids, zoneID(c.Region, i))
	}
	for property, values := range map[string][]any{"availabilityZone": names, "availabilityZoneId": ids} {
		v := c.New.Props[property]
		i := slices.Index(values, v)
		if v != nil && i < 0 {
			return provider.Errorf("InvalidParameterValue", "Value (%v) for parameter %s is invalid. "+
				"Subnets can currently only be created in the following availability zones: %s.",
				v, property, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(values)), ", "), "[]"))
		}
		if v != nil {
			c.New.Props["availabilityZone"], c.New.Props["availabilityZoneId"] = names[i], ids[i]
			return nil
		}
	}
	c.New.Props["availabilityZone"], c.New.Props["availabilityZoneId"] = names[0], ids[0]
	return nil
}

// networkOf is the address range of a VPC or subnet.
func networkOf(o *world.Object) netip.Prefix {
	network, _ := netip.ParsePrefix(fmt.Sprint(o.Props["cidrBlock"]))
	return network
}

func within(network, whole netip.Prefix) bool {
	return whole.Contains(network.Addr()) && network.Bits() >= whole.Bits()
}
