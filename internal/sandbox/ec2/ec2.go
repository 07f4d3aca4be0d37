// Package ec2 is what EC2 networking does beyond the facts: the default VPC of a new account and its look-ups, VPCs and
// subnets, routes, gateways, endpoints, security groups and their rules. A check function looks at inputs only. An
// admit function checks a create or update against the world.
package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	vpcType           = "aws:ec2/vpc:Vpc"
	subnetType        = "aws:ec2/subnet:Subnet"
	defaultVpcType    = "aws:ec2/defaultVpc:DefaultVpc"
	defaultSubnetType = "aws:ec2/defaultSubnet:DefaultSubnet"
	gatewayType       = "aws:ec2/internetGateway:InternetGateway"
	addressType       = "aws:ec2/eip:Eip"
	natType           = "aws:ec2/natGateway:NatGateway"
	tableType         = "aws:ec2/routeTable:RouteTable"
	routeType         = "aws:ec2/route:Route"
	associationType   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	endpointType      = "aws:ec2/vpcEndpoint:VpcEndpoint"
	flowLogType       = "aws:ec2/flowLog:FlowLog"
	// GroupType is the token of a security group.
	GroupType        = "aws:ec2/securityGroup:SecurityGroup"
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	ingressType      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType       = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	legacyRuleType   = "aws:ec2/securityGroupRule:SecurityGroupRule"
)

// Behaviours of EC2's networking.
var Behaviours = map[string]provider.Behaviour{
	vpcType:           {Check: checkVpc, Create: createVpc, Delete: deleteVpc},
	subnetType:        {Create: createSubnet, Delete: deleteSubnet},
	defaultVpcType:    {Create: adoptVpc, Update: adoptVpc},
	defaultSubnetType: {Create: adoptSubnet, Update: adoptSubnet},
	gatewayType:       {Create: attachGateway, Update: attachGateway, Delete: deleteGateway},
	addressType:       {Create: createAddress},
	natType:           {Create: createNat, Delete: deleteNat},
	tableType:         {Create: admitTable, Update: admitTable, Delete: deleteTable},
	routeType:         {Create: admitRoute, Update: admitRoute},
	associationType:   {Create: admitAssociation, Update: admitAssociation},
	endpointType:      {Create: createEndpoint, Update: placeEndpoint},
	flowLogType:       {Create: createFlowLog},
	GroupType:         {Check: checkGroup, Create: createGroup, Update: updateGroup, Delete: deleteGroup},
	defaultGroupType:  {Check: checkInline, Create: adoptGroup, Update: updateDefaultGroup},
	ingressType:       {Check: checkRule, Create: admitRule, Update: admitRule, Replaces: sourceKind},
	egressType:        {Check: checkRule, Create: admitRule, Update: admitRule, Replaces: sourceKind},
	legacyRuleType:    {Check: checkLegacyRule, Create: createLegacyRule, ImportID: legacyRuleImportID},
}

// limit refuses a create when the objects of the same type for which match returns true are already as many as AWS
// allows.
func limit(c *provider.Call, most int, match func(*world.Object) bool, code, message string) error {
	count := 0
	for _, o := range c.World.List(c.New.Type, c.Region) {
		if match(o) {
			count++
		}
	}
	if count >= most {
		return provider.Errorf(code, "%s", message)
	}
	return nil
}

// get returns the object that a property names, or nil.
func get(c *provider.Call, typ string, id any) *world.Object {
	return c.World.Get(typ, c.Region, fmt.Sprint(id))
}

// items returns a list, or nil if v is none.
func items(v any) []any {
	list, _ := v.([]any)
	return list
}

// zoneOf and vpcOf return the zone and the VPC of a subnet.
func zoneOf(c *provider.Call, subnet any) any {
	return get(c, subnetType, subnet).Props["availabilityZone"]
}

func vpcOf(c *provider.Call, subnet any) any { return get(c, subnetType, subnet).Props["vpcId"] }

// defaultFormat is version 2 of the flow log records.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
const defaultFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} " +
	"${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

// createFlowLog checks the destination: a log group, or a bucket with a folder in it.
func createFlowLog(c *provider.Call) error {
	if c.New.Props["logFormat"] == nil {
		c.New.Props["logFormat"] = defaultFormat
	}
	arn, _ := c.New.Props["logDestination"].(string)
	service, root := "logs", strings.TrimSuffix(arn, ":*")
	if c.New.Props["logDestinationType"] == "s3" {
		service = "s3"
		root, _, _ = strings.Cut(arn, "/")
	}
	found := c.World.Find("", c.Region, func(o *world.Object) bool { return o.Props["arn"] == root })
	if found == nil || !strings.HasPrefix(root, "arn:"+c.Partition+":"+service+":") {
		return provider.Errorf("LogDestinationNotFound", "LogDestination: %s does not exist", arn) // wording is a guess
	}
	return nil
}

// PlaceGroups checks that the security groups in a property are in a VPC. If the property names none, it sets the VPC's
// default security group. refuse returns the service's own error for a group in another VPC, or for a missing group
// (nil).
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

// AWS reserves the first four addresses of a subnet, and the last one.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
const reservedFirst, reserved = 4, 5

// Usable returns how many addresses of a subnet are available for interfaces.
func Usable(subnet netip.Prefix) int { return 1<<(subnet.Addr().BitLen()-subnet.Bits()) - reserved }

// Address returns the nth usable address of a subnet. After the last one, it begins again with the first.
func Address(subnet netip.Prefix, n int) netip.Addr {
	address := subnet.Addr()
	for range reservedFirst + n%Usable(subnet) {
		address = address.Next()
	}
	return address
}

// ZoneID returns the id of a region's zone with the given suffix.
func ZoneID(region, suffix string) string { return zoneID(region, slices.Index(Zones, suffix)) }
