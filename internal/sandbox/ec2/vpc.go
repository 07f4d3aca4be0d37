package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

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

// createVpc creates the VPC's main route table and default security group too. It checks the quota first, so that a
// refused VPC leaves neither behind.
func createVpc(c *provider.Call) error {
	every := func(*world.Object) bool { return true }
	const message = "The maximum number of VPCs has been reached." // The wording is a guess.
	if err := limit(c, vpcsPerRegion, every, "VpcLimitExceeded", message); err != nil {
		return err
	}
	c.New.ID = "vpc-" + world.Digest(17, c.New.Seed)
	seeder{Scope: c.Scope, world: c.World, owner: c.New.Seed, created: c.New.Created}.addVpcDefaults(c.New)
	return nil
}

// deleteVpc refuses while the VPC has a route table or a security group that a program created. It deletes AWS's own
// with the VPC.
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

// deleteParts deletes what belongs to an object that AWS created. For objects that a program created, the facts define
// this.
func deleteParts(c *provider.Call, typ, property, owner string) {
	for _, part := range c.World.List(typ, c.Region) {
		if part.Props[property] == owner {
			c.World.Delete(part)
		}
	}
}

// defaultVpc returns the region's default VPC.
func defaultVpc(c *provider.Call) (*world.Object, error) {
	vpc := c.World.Find(vpcType, c.Region, func(o *world.Object) bool { return o.Props["default"] == true })
	if vpc == nil {
		return nil, provider.Errorf("VPCIdNotSpecified", "No default VPC for this user")
	}
	return vpc, nil
}

// createSubnet checks that the subnet's range is a free part of its VPC's network, and sets its zone.
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

// placeInZone sets the zone from its id, the id from the zone, or both if neither is given.
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

// networkOf returns the address range of a VPC or subnet.
func networkOf(o *world.Object) netip.Prefix {
	network, _ := netip.ParsePrefix(fmt.Sprint(o.Props["cidrBlock"]))
	return network
}

func within(network, whole netip.Prefix) bool {
	return whole.Contains(network.Addr()) && network.Bits() >= whole.Bits()
}

// privateDNS makes the service's own name resolve to the endpoint. This is possible once per VPC, and only if the VPC
// has DNS.
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
func privateDNS(c *provider.Call) error {
	name, domain := service(c), privateDomain(c)
	entries := []any{map[string]any{
		"dnsName": fmt.Sprintf("%s-%s.%s.%s.vpce.amazonaws.com", c.New.ID, world.Digest(8, c.New.ID), name, c.Region),
	}}
	c.New.Props["dnsEntries"] = entries
	if c.New.Props["privateDnsEnabled"] != true {
		return nil
	}
	if slices.Contains(gatewayServices, name) {
		return fmt.Errorf("the sandbox does not model private DNS of interface endpoints for %s", name)
	}
	vpc := get(c, vpcType, c.New.Props["vpcId"])
	if vpc.Props["enableDnsSupport"] != true || vpc.Props["enableDnsHostnames"] != true {
		return provider.Errorf("InvalidParameter", "Enabling private DNS requires both enableDnsSupport and "+
			"enableDnsHostnames VPC attributes set to true for %s", vpc.ID)
	}
	for _, other := range c.World.List(endpointType, c.Region) {
		if other.ID != c.New.ID && other.Props["vpcId"] == vpc.ID && other.Props["privateDnsEnabled"] == true &&
			other.Props["serviceName"] == c.New.Props["serviceName"] {
			return provider.Errorf("InvalidParameter", "private-dns-enabled cannot be set because there is already "+
				"a conflicting DNS domain for %s in the VPC %s", domain, vpc.ID)
		}
	}
	c.New.Props["dnsEntries"] = append(entries, map[string]any{"dnsName": domain})
	return nil
}

// privateDomain returns the service's own name, such as logs.eu-west-2.amazonaws.com.
func privateDomain(c *provider.Call) string {
	name := service(c)
	switch name {
	case "ecr.api":
		name = "api.ecr"
	case "ecr.dkr":
		name = "*.dkr.ecr"
	}
	return fmt.Sprintf("%s.%s.amazonaws.com", name, c.Region)
}
