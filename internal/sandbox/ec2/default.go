package ec2

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// adoptVpc and adoptSubnet manage resources that AWS created by default. Deleting the adopting resource changes nothing
// in AWS. https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func adoptVpc(c *provider.Call) error {
	vpc, err := defaultVpc(c)
	if err != nil {
		return fmt.Errorf("the sandbox does not model creating a default VPC again: %w", err)
	}
	adopt(c, vpc, "enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics", "tags")
	return nil
}

func adoptSubnet(c *provider.Call) error {
	zone := c.New.Props["availabilityZone"]
	subnet := c.World.Find(subnetType, c.Region, func(o *world.Object) bool {
		return o.Props["defaultForAz"] == true && o.Props["availabilityZone"] == zone
	})
	if subnet == nil {
		return fmt.Errorf("the sandbox does not model creating a default subnet again: %q has none", zone)
	}
	adopt(c, subnet, "enableDns64", "enableResourceNameDnsARecordOnLaunch", "mapPublicIpOnLaunch",
		"privateDnsHostnameTypeOnLaunch", "tags")
	return nil
}

// forget ends the adoption of an object that is being deleted.
func forget(c *provider.Call, adopter, id string) {
	c.World.Delete(&world.Object{Type: adopter, Region: c.Region, ID: id})
}

// marks are properties by which the world recognizes what AWS created. A program does not see them.
var marks = []string{"default", "defaultForAz", "main"}

// adopt gives a resource the identity and outputs of an object, and the object the settings of the resource.
func adopt(c *provider.Call, object *world.Object, settings ...string) {
	c.World.Edit(object)
	c.New.ID = object.ID
	for name, v := range object.Props {
		if !slices.Contains(settings, name) && !slices.Contains(marks, name) && name != "tagsAll" {
			c.New.Props[name] = v
		}
	}
	for _, name := range settings {
		switch v := c.New.Props[name]; {
		case v == nil && name == "tags":
			delete(object.Props, name)
		case v == nil:
			c.New.Props[name] = object.Props[name]
		default:
			object.Props[name] = v
		}
	}
	object.Props["tagsAll"] = c.New.Props["tagsAll"]
	if object.Props["tagsAll"] == nil {
		object.Props["tagsAll"] = c.New.Props["tags"]
	}
}

// Zones are the suffixes of the Availability Zones that every region has in the sandbox.
var Zones = []string{"a", "b", "c"}

// Seed creates in a region what AWS gives a new account: a default VPC with a public subnet in each zone. It does so
// only once: a default VPC that was deleted is not created again.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func Seed(w *world.World, s provider.Scope) {
	key := "default VPC of " + s.Region
	if w.Generation(key) > 0 {
		return
	}
	w.NextGeneration(key)
	m := seeder{Scope: s, world: w, owner: s.Region, created: w.Now()}
	vpc := m.add(vpcType, "vpc-", "vpc", "", provider.Props{
		"cidrBlock": "172.31.0.0/16", "default": true, "enableDnsSupport": true, "enableDnsHostnames": true,
		"enableNetworkAddressUsageMetrics": false, "instanceTenancy": "default",
	})
	gateway := m.add(gatewayType, "igw-", "internet-gateway", "", provider.Props{"vpcId": vpc.ID})
	table := m.addVpcDefaults(vpc)
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

// seeder adds objects that AWS itself creates. Their ids depend only on their owner, the type and a name.
type seeder struct {
	provider.Scope
	world   *world.World
	owner   string
	created time.Time
}

func (m seeder) add(typ, prefix, resource, name string, props provider.Props) *world.Object {
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

// addVpcDefaults adds what every VPC has: its main route table, with only the local route, and its default security
// group. It sets their ids in the VPC.
func (m seeder) addVpcDefaults(vpc *world.Object) (table *world.Object) {
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

// zoneID returns the id of a region's nth zone: eu-west-2a is euw2-az1.
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
