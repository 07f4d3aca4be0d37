package ec2

import (
	"net/netip"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// PlaceGroups gives what stands in a VPC its default security group, if a property names none. refuse is the service's
// own error for one of another VPC, or (nil) for one that is not there.
func PlaceGroups(c *provider.Call, property string, vpc any, refuse func(id any, group *world.Object) error) error {
	groups := items(c.New.Props[property])
	for _, id := range groups {
		if group := get(c, GroupType, id); group == nil || group.Props["vpcId"] != vpc {
			return refuse(id, group)
		}
	}
	if len(groups) == 0 {
		c.New.Props[property] = []any{c.World.Find(GroupType, c.Region, func(o *world.Object) bool {
			return o.Props["vpcId"] == vpc && o.Props["name"] == "default"
		}).ID}
	}
	return nil
}

// AWS keeps the first four addresses of a subnet, and the last.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
const keptFirst, kept = 4, 5

// Usable is how many addresses of a subnet are free for interfaces.
func Usable(subnet netip.Prefix) int { return 1<<(subnet.Addr().BitLen()-subnet.Bits()) - kept }

// Address is the nth usable address of a subnet, round and round.
func Address(subnet netip.Prefix, n int) netip.Addr {
	address := subnet.Addr()
	for range keptFirst + n%Usable(subnet) {
		address = address.Next()
	}
	return address
}
