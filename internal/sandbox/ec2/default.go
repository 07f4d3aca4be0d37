package ec2

import (
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// adoptVpc and adoptSubnet manage what AWS made by default. Deleting the resource forgets it and changes nothing.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func adoptVpc(c *provider.Call) error {
	vpc, err := defaultVpc(c)
	if err != nil {
		return fmt.Errorf("the sandbox does not model making a default VPC again: %w", err)
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
		return fmt.Errorf("the sandbox does not model making a default subnet again: there is none in %q", zone)
	}
	adopt(c, subnet, "enableDns64", "enableResourceNameDnsARecordOnLaunch", "mapPublicIpOnLaunch",
		"privateDnsHostnameTypeOnLaunch", "tags")
	return nil
}

// forget ends the adoption of an object that goes.
func forget(c *provider.Call, adopter, id string) {
	c.World.Delete(&world.Object{Type: adopter, Region: c.Region, ID: id})
}

// marks are properties by which the world tells apart what AWS made; a program does not see them.
var marks = []string{"default", "defaultForAz", "main"}

// adopt gives a resource the identity and outputs of an object, and the object the resource's settings.
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
	object.Props["tagsAll"] = c.New.Props["tags"]
}
