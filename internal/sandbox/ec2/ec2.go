// Package ec2 is what EC2 networking does beyond the facts: the default VPC of a new account, its look-ups, networks
// and how they lie, routes, gateways, endpoints, security groups and their rules.
package ec2

import (
	"fmt"

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
	ingressType:       {Check: checkRule, Create: admitRule, Update: admitRule},
	egressType:        {Check: checkRule, Create: admitRule, Update: admitRule},
	legacyRuleType:    {Check: checkLegacyRule, Create: createLegacyRule, ImportID: legacyRuleImportID},
}

// limit refuses one more object of the call's type when those that match are as many as AWS allows.
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

// get finds what a property names, or nil.
func get(c *provider.Call, typ string, id any) *world.Object {
	return c.World.Get(typ, c.Region, fmt.Sprint(id))
}

// items is a list, or none.
func items(v any) []any {
	list, _ := v.([]any)
	return list
}

// zoneOf and vpcOf are where a subnet lies.
func zoneOf(c *provider.Call, subnet any) any {
	return get(c, subnetType, subnet).Props["availabilityZone"]
}

func vpcOf(c *provider.Call, subnet any) any { return get(c, subnetType, subnet).Props["vpcId"] }
