// Package ec2 is what EC2 networking does beyond the facts: the default VPC of a new account, its look-ups, security
// groups and their rules.
package ec2

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	vpcType     = "aws:ec2/vpc:Vpc"
	subnetType  = "aws:ec2/subnet:Subnet"
	gatewayType = "aws:ec2/internetGateway:InternetGateway"
	tableType   = "aws:ec2/routeTable:RouteTable"
	// GroupType is the token of a security group.
	GroupType = "aws:ec2/securityGroup:SecurityGroup"
)

// Zones are the suffixes of the Availability Zones of every region here.
var Zones = []string{"a", "b", "c"}

// Seed gives a region what AWS gives a new account: a default VPC with a public subnet in each zone.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func Seed(w *world.World, s provider.Scope) {
	if len(w.List(vpcType, s.Region)) > 0 {
		return
	}
	add := func(typ, prefix, resource, name string, props provider.Props) string {
		seed := world.Digest(32, "default", s.Region, typ, name)
		id := prefix + world.Digest(17, seed)
		props["arn"] = fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", s.Partition, s.Region, s.Account, resource, id)
		props["ownerId"] = s.Account
		w.Put(&world.Object{
			Type: typ, Region: s.Region, ID: id, Seeded: true, Seed: seed, Created: w.Now(), Props: props,
		})
		return id
	}
	vpc := add(vpcType, "vpc-", "vpc", "", provider.Props{
		"cidrBlock": "172.31.0.0/16", "default": true, "enableDnsSupport": true, "enableDnsHostnames": true,
		"instanceTenancy": "default",
	})
	gateway := add(gatewayType, "igw-", "internet-gateway", "", provider.Props{"vpcId": vpc})
	table := add(tableType, "rtb-", "route-table", "", provider.Props{
		"vpcId": vpc, "main": true,
		"routes": []any{map[string]any{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway}},
	})
	w.Get(vpcType, s.Region, vpc).Props["mainRouteTableId"] = table
	add(GroupType, "sg-", "security-group", "default", provider.Props{
		"vpcId": vpc, "name": "default", "description": "default VPC security group",
	})
	for i, zone := range Zones {
		add(subnetType, "subnet-", "subnet", zone, provider.Props{
			"vpcId": vpc, "cidrBlock": fmt.Sprintf("172.31.%d.0/20", 16*i), "availabilityZone": s.Region + zone,
			"mapPublicIpOnLaunch": true, "defaultForAz": true,
		})
	}
}
