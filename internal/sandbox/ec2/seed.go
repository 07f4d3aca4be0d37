package ec2

import (
	"fmt"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Zones are the suffixes of the Availability Zones of every region here.
var Zones = []string{"a", "b", "c"}

// Seed gives a region what AWS gives a new account: a default VPC with a public subnet in each zone. It does so once: a
// default VPC that was deleted stays so.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func Seed(w *world.World, s provider.Scope) {
	key := "default VPC of " + s.Region
	if w.Generation(key) > 0 {
		return
	}
	w.NextGeneration(key)
	m := maker{Scope: s, world: w, owner: s.Region, created: w.Now()}
	vpc := m.add(vpcType, "vpc-", "vpc", "", provider.Props{
		"cidrBlock": "172.31.0.0/16", "default": true, "enableDnsSupport": true, "enableDnsHostnames": true,
		"enableNetworkAddressUsageMetrics": false, "instanceTenancy": "default",
	})
	gateway := m.add(gatewayType, "igw-", "internet-gateway", "", provider.Props{"vpcId": vpc.ID})
	table := m.sides(vpc)
	table.Props["routes"] = []any{map[string]any{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.ID}}
	for i, zone := range Zones {
		m.add(subnetType, "subnet-", "subnet", zone, provider.Props{
			"vpcId": vpc.ID, "cidrBlock": fmt.Sprintf("172.31.%d.0/20", 16*i),
			"availabilityZone": s.Region + zone, "availabilityZoneId": zoneID(s.Region, i),
			"mapPublicIpOnLaunch": true, "defaultForAz": true, "privateDnsHostnameTypeOnLaunch": "ip-name",
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "ipv6Native": false,
			"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
		})
	}
}

// maker adds objects that AWS itself makes. Their ids belong to their owner, the type and a name.
type maker struct {
	provider.Scope
	world   *world.World
	owner   string
	created time.Time
}

func (m maker) add(typ, prefix, resource, name string, props provider.Props) *world.Object {
	seed := world.Digest(32, "default", m.owner, typ, name)
	id := prefix + world.Digest(17, seed)
	props["arn"] = fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", m.Partition, m.Region, m.Account, resource, id)
	props["ownerId"] = m.Account
	o := &world.Object{
		Type: typ, Region: m.Region, ID: id, Seeded: true, Seed: seed, Created: m.created, Props: props,
	}
	m.world.Put(o)
	return o
}

// sides adds what comes with every VPC, and tells the VPC of it: its main route table, which has the local route alone,
// and its default security group.
func (m maker) sides(vpc *world.Object) (table *world.Object) {
	table = m.add(tableType, "rtb-", "route-table", "", provider.Props{"vpcId": vpc.ID, "main": true})
	group := m.add(GroupType, "sg-", "security-group", "default", provider.Props{
		"vpcId": vpc.ID, "name": "default", "description": "default VPC security group", "revokeRulesOnDelete": false,
		"ingress": []any{map[string]any{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "self": true}},
		"egress": []any{map[string]any{
			"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "self": false, "cidrBlocks": []any{"0.0.0.0/0"},
		}},
	})
	vpc.Props["mainRouteTableId"] = table.ID
	vpc.Props["defaultRouteTableId"] = table.ID
	vpc.Props["defaultSecurityGroupId"] = group.ID
	vpc.Props["defaultNetworkAclId"] = "acl-" + world.Digest(17, "acl", m.owner)
	vpc.Props["dhcpOptionsId"] = "dopt-" + world.Digest(17, "dhcp", m.Region)
	return table
}

// zoneID is the id of a region's zone: eu-west-2a is euw2-az1.
// https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
func zoneID(region string, zone int) string {
	short := ""
	for i, part := range strings.Split(region, "-") {
		if i == 1 {
			part = directions.Replace(part)
		}
		short += part
	}
	return fmt.Sprintf("%s-az%d", short, zone+1)
}

var directions = strings.NewReplacer("north", "n", "south", "s", "east", "e", "west", "w", "central", "c")
