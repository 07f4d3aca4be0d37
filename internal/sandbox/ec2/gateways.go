package ec2

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
	serviceType      = "aws:ecs/service:Service"
)

// attachGateway attaches a gateway to its VPC, which must not have one yet. It first detaches it from its former VPC.
func attachGateway(c *provider.Call) error {
	vpc := c.New.Props["vpcId"]
	if c.Old != nil && !c.Changed("vpcId") || vpc == nil {
		return nil
	}
	other := c.World.Find(gatewayType, c.Region, func(o *world.Object) bool { return o.Props["vpcId"] == vpc })
	if other != nil {
		return provider.Errorf("InvalidParameterValue", "Network %v already has an internet gateway attached", vpc)
	}
	if c.Old == nil {
		return nil
	}
	return deleteGateway(c)
}

// deleteGateway detaches a gateway. No public address of its VPC may still depend on it.
func deleteGateway(c *provider.Call) error {
	vpc := c.Old.Props["vpcId"]
	mapped := c.World.Find("", c.Region, func(o *world.Object) bool { return vpc != nil && hasPublicAddress(c, o, vpc) })
	if mapped != nil {
		return provider.Errorf("DependencyViolation", "Network %v has some mapped public address(es). "+
			"Please unmap those public address(es) before detaching the gateway.", vpc)
	}
	blackhole(c, "gatewayId")
	return nil
}

// hasPublicAddress reports whether an object has a public address in a VPC.
func hasPublicAddress(c *provider.Call, o *world.Object, vpc any) bool {
	switch o.Type {
	case natType:
		return o.Props["connectivityType"] == "public" && vpcOf(c, o.Props["subnetId"]) == vpc
	case loadBalancerType:
		return o.Props["internal"] != true && o.Props["vpcId"] == vpc
	case serviceType:
		network, _ := o.Props["networkConfiguration"].(map[string]any)
		subnets := items(network["subnets"])
		count, _ := o.Props["desiredCount"].(float64)
		return network["assignPublicIp"] == true && count > 0 && len(subnets) > 0 && vpcOf(c, subnets[0]) == vpc
	default:
		return false
	}
}

// blackhole marks the routes to a deleted gateway: they remain, but lead nowhere.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
func blackhole(c *provider.Call, target string) {
	for _, route := range c.World.List(routeType, c.Region) {
		if fmt.Sprint(route.Props[target]) == c.Old.ID {
			c.World.Edit(route)
			route.Props["state"] = "blackhole"
		}
	}
}

const natsPerZone = 5

// createAddress gives an Elastic IP one of Amazon's addresses.
func createAddress(c *provider.Call) error {
	digits := seedBytes(c.New.Seed)
	ip := fmt.Sprintf("18.%d.%d.%d", digits[0], digits[1], digits[2])
	c.New.Props["publicIp"] = ip
	c.New.Props["publicDns"] = fmt.Sprintf("ec2-%s.%s.compute.amazonaws.com", strings.ReplaceAll(ip, ".", "-"), c.Region)
	return nil
}

// createNat refuses a gateway that AWS would leave in the state failed. The error is AWS's failure code and message.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html
func createNat(c *provider.Call) error {
	subnet := c.New.Props["subnetId"]
	sameZone := func(o *world.Object) bool { return zoneOf(c, o.Props["subnetId"]) == zoneOf(c, subnet) }
	if err := limit(c, natsPerZone, sameZone, "NatGatewayLimitExceeded",
		"Performing this operation would exceed the limit of 5 NAT gateways"); err != nil { // The wording is a guess.
		return err
	}
	c.New.Props["privateIp"] = Address(networkOf(get(c, subnetType, subnet)),
		int(binary.BigEndian.Uint32(seedBytes(c.New.Seed)))).String()
	if c.New.Props["connectivityType"] == "private" {
		return nil
	}
	vpc, allocation := vpcOf(c, subnet), c.New.Props["allocationId"]
	if c.World.Find(gatewayType, c.Region, func(o *world.Object) bool { return o.Props["vpcId"] == vpc }) == nil {
		// The wording is a guess.
		return provider.Errorf("Gateway.NotAttached", "Network %v has no Internet gateway attached", vpc)
	}
	twin := c.World.Find(natType, c.Region, func(o *world.Object) bool { return o.Props["allocationId"] == allocation })
	if twin != nil {
		// The wording is a guess.
		return provider.Errorf("Resource.AlreadyAssociated", "Elastic IP address %v is already associated", allocation)
	}
	c.New.Props["publicIp"] = get(c, addressType, allocation).Props["publicIp"]
	c.New.Props["associationId"] = "eipassoc-" + world.Digest(17, c.New.Seed)
	return nil
}

// deleteNat leaves the routes to the gateway in place, and its address allocated.
func deleteNat(c *provider.Call) error {
	blackhole(c, "natGatewayId")
	return nil
}

// seedBytes returns four bytes that depend only on a seed.
func seedBytes(seed string) []byte {
	out, _ := hex.DecodeString(world.Digest(8, "address", seed))
	return out
}
