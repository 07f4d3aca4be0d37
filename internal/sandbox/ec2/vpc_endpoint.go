package ec2

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Default quotas of endpoints, and of security groups per network interface.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const (
	interfacesPerVpc   = 50
	gatewaysPerRegion  = 20
	groupsPerInterface = 5
)

// interfaceServices and gatewayServices are the services that have endpoints.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
var (
	interfaceServices = strings.Fields(`application-autoscaling autoscaling dynamodb ec2 ec2messages ecr.api ecr.dkr ecs
		ecs-agent ecs-telemetry elasticfilesystem elasticloadbalancing events kms lambda logs monitoring rds s3
		secretsmanager sns sqs ssm ssmmessages sts xray`)
	gatewayServices = []string{"dynamodb", "s3"}
)

func createEndpoint(c *provider.Call) error {
	in := c.New.Props
	if err := admitService(c); err != nil {
		return err
	}
	c.New.ID = "vpce-" + world.Digest(17, c.New.Seed)
	most, message := gatewaysPerRegion, "The maximum number of VPC endpoints has been reached." // wording is a guess
	if in["vpcEndpointType"] == "Interface" {
		most = interfacesPerVpc
	}
	if err := limit(c, most, func(o *world.Object) bool {
		same := o.Props["vpcEndpointType"] == in["vpcEndpointType"]
		return same && (in["vpcEndpointType"] == "Gateway" || o.Props["vpcId"] == in["vpcId"])
	}, "VpcEndpointLimitExceeded", message); err != nil {
		return err
	}
	return placeEndpoint(c)
}

// admitService checks that the service exists, and that it has endpoints of the type.
func admitService(c *provider.Call) error {
	full := fmt.Sprint(c.New.Props["serviceName"])
	name := service(c)
	var types []string
	if slices.Contains(gatewayServices, name) {
		types = append(types, "Gateway")
	}
	if slices.Contains(interfaceServices, name) {
		types = append(types, "Interface")
	}
	switch wanted := fmt.Sprint(c.New.Props["vpcEndpointType"]); {
	case name == full || types == nil:
		// The wording is a guess.
		return provider.Errorf("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", full)
	case !slices.Contains(types, wanted):
		return provider.Errorf("InvalidParameter",
			"Endpoint type (%s) does not match available service types ([%s]).", wanted, strings.Join(types, ", "))
	}
	return nil
}

// service returns the last part of the service's name: ecr.dkr of com.amazonaws.eu-west-2.ecr.dkr.
func service(c *provider.Call) string {
	return strings.TrimPrefix(fmt.Sprint(c.New.Props["serviceName"]), "com.amazonaws."+c.Region+".")
}

// placeEndpoint checks the network of an endpoint, and fills in what depends on it.
func placeEndpoint(c *provider.Call) error {
	if c.New.Props["vpcEndpointType"] == "Gateway" {
		return placeGateway(c)
	}
	if err := placeSubnets(c); err != nil {
		return err
	}
	if err := placeGroups(c); err != nil {
		return err
	}
	return privateDNS(c)
}

// placeGateway adds an endpoint to route tables of its VPC. A route table can have one per service.
// https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
func placeGateway(c *provider.Call) error {
	list := "pl-" + world.Digest(8, "prefix list", c.Region, service(c))
	c.New.Props["prefixListId"] = list
	for _, id := range items(c.New.Props["routeTableIds"]) {
		if get(c, tableType, id).Props["vpcId"] != c.New.Props["vpcId"] { // wording is a guess
			return provider.Errorf("InvalidParameter", "Route table %v does not belong to %v", id, c.New.Props["vpcId"])
		}
		for _, other := range c.World.List(endpointType, c.Region) {
			if other.ID != c.New.ID && other.Props["prefixListId"] == list &&
				slices.Contains(items(other.Props["routeTableIds"]), id) {
				return provider.Errorf("RouteAlreadyExists",
					"route table %v already has a route with destination-prefix-list-id %s", id, list)
			}
		}
	}
	return nil
}

// placeSubnets gives an endpoint an interface in each subnet. Each zone can have only one.
func placeSubnets(c *provider.Call) error {
	zones, interfaces := map[any]bool{}, []any{}
	for _, id := range items(c.New.Props["subnetIds"]) {
		if vpcOf(c, id) != c.New.Props["vpcId"] { // wording is a guess
			return provider.Errorf("InvalidParameter", "Subnet %v does not belong to %v", id, c.New.Props["vpcId"])
		}
		if zones[zoneOf(c, id)] {
			return provider.Errorf("DuplicateSubnetsInSameZone", "Found another VPC endpoint subnet in the availability zone "+
				"of %v. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.", id)
		}
		zones[zoneOf(c, id)] = true
		interfaces = append(interfaces, "eni-"+world.Digest(17, c.New.ID, fmt.Sprint(id)))
	}
	c.New.Props["networkInterfaceIds"] = interfaces
	return nil
}

// placeGroups gives an endpoint without security groups the VPC's default group.
func placeGroups(c *provider.Call) error {
	if len(items(c.New.Props["securityGroupIds"])) > groupsPerInterface {
		return provider.Errorf("SecurityGroupsPerInterfaceLimitExceeded",
			"The maximum number of security groups per interface has been reached.") // wording is a guess
	}
	vpc := c.New.Props["vpcId"]
	return PlaceGroups(c, "securityGroupIds", vpc, func(id any, _ *world.Object) error {
		// wording is a guess
		return provider.Errorf("InvalidParameter", "Security group %v does not belong to %v", id, vpc)
	})
}
