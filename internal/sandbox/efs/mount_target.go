package efs

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func checkMountTarget(in provider.Props) []provider.Failure {
	if address, ok := in["ipAddress"].(string); ok {
		if ip, err := netip.ParseAddr(address); err != nil || !ip.Is4() {
			return []provider.Failure{{
				Property: "ipAddress", Reason: fmt.Sprintf("expected a valid IPv4 address, got: %s", address),
			}}
		}
	}
	return nil
}

// createMountTarget checks the subnet of a mount target: one mount target per zone, all in one VPC.
// https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html
func createMountTarget(c *provider.Call) error {
	subnet := subnetOf(c, c.New)
	if subnet == nil {
		return noSubnet(c)
	}
	zone := subnet.Props["availabilityZone"]
	c.New.Props["availabilityZoneName"] = zone
	fileSystem := c.World.Get(fileSystemType, c.Region, fmt.Sprint(c.New.Props["fileSystemId"]))
	if own := fileSystem.Props["availabilityZoneName"]; own != nil && own != zone {
		return provider.Errorf("AvailabilityZonesMismatch", // wording is a guess
			"The Availability Zone of the mount target (%v) is not that of the file system (%v)", zone, own)
	}
	for _, other := range c.World.List(mountTargetType, c.Region) {
		if other.Props["fileSystemId"] != fileSystem.ID {
			continue
		}
		if s := subnetOf(c, other); s != nil && s.Props["vpcId"] != subnet.Props["vpcId"] {
			return provider.Errorf("MountTargetConflict",
				"requested subnet for new mount target is not in the same VPC as existing mount targets")
		}
		if other.Props["availabilityZoneName"] == zone {
			return provider.Errorf("MountTargetConflict", "mount target already exists in this AZ")
		}
	}
	if err := admitGroups(c); err != nil {
		return err
	}
	return setAddress(c, subnet)
}

func noSubnet(c *provider.Call) error {
	return provider.Errorf("SubnetNotFound", "The subnet ID '%v' does not exist", c.New.Props["subnetId"])
}

func subnetOf(c *provider.Call, target *world.Object) *world.Object {
	return c.World.Get(subnetType, c.Region, fmt.Sprint(target.Props["subnetId"]))
}

// admitGroups checks the security groups. A mount target without security groups gets the VPC's default group.
func admitGroups(c *provider.Call) error {
	subnet := subnetOf(c, c.New)
	if subnet == nil {
		return noSubnet(c)
	}
	return ec2.PlaceGroups(c, "securityGroups", subnet.Props["vpcId"], func(id any, group *world.Object) error {
		if group == nil {
			return provider.Errorf("SecurityGroupNotFound", "The securityGroup ID '%v' does not exist", id)
		}
		return provider.Errorf("SecurityGroupNotFound",
			"You have specified two resources that belong to different networks.")
	})
}

// setAddress checks the requested address, or chooses a free address of the subnet.
func setAddress(c *provider.Call, subnet *world.Object) error {
	network, err := netip.ParsePrefix(fmt.Sprint(subnet.Props["cidrBlock"]))
	if err != nil {
		return fmt.Errorf("read the address range of subnet %q: %w", subnet.ID, err)
	}
	taken := map[any]bool{}
	for _, other := range c.World.List(mountTargetType, c.Region) {
		taken[other.Props["ipAddress"]] = other.Props["subnetId"] == subnet.ID
	}
	if asked, ok := c.New.Props["ipAddress"].(string); ok {
		address, err := netip.ParseAddr(asked)
		switch {
		case err != nil || !network.Contains(address) || address.Less(ec2.Address(network, 0)) ||
			ec2.Address(network, ec2.Usable(network)-1).Less(address):
			return provider.Errorf("BadRequest", // wording is a guess
				"Address %s does not fall within the subnet's address range", asked)
		case taken[asked]:
			return provider.Errorf("IpAddressInUse", "IP Address %s is already in use", asked) // wording is a guess
		}
		return nil
	}
	start, err := strconv.ParseInt(world.Digest(8, "address", c.New.Seed), 16, 64)
	if err != nil {
		return fmt.Errorf("choose an address: %w", err)
	}
	for i := range ec2.Usable(network) {
		if address := ec2.Address(network, int(start)+i).String(); !taken[address] {
			c.New.Props["ipAddress"] = address
			return nil
		}
	}
	return provider.Errorf("NoFreeAddressesInSubnet", "The subnet has no free addresses") // wording is a guess
}
