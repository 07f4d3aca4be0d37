// Package rds is what RDS for PostgreSQL does beyond the facts: versions, storage, windows, the network of an instance,
// and what may change while it runs.
package rds

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	instanceType       = "aws:rds/instance:Instance"
	subnetGroupType    = "aws:rds/subnetGroup:SubnetGroup"
	parameterGroupType = "aws:rds/parameterGroup:ParameterGroup"
	subnetType         = "aws:ec2/subnet:Subnet"
	vpcType            = "aws:ec2/vpc:Vpc"
	gatewayType        = "aws:ec2/internetGateway:InternetGateway"
)

// Behaviours of instances and their groups.
var Behaviours = map[string]provider.Behaviour{
	instanceType: {
		Check: checkInstance, Create: createInstance, Update: updateInstance, Delete: takeSnapshot,
	},
	subnetGroupType: {
		Check: checkSubnetGroup, Create: placeSubnetGroup, Update: updateSubnetGroup, Delete: deleteSubnetGroup,
	},
	parameterGroupType: {Check: checkParameterGroup},
}

const (
	combination  = "InvalidParameterCombination"
	invalidValue = "InvalidParameterValue"
)

func failure(property, code, format string, args ...any) []provider.Failure {
	return []provider.Failure{{Property: property, Reason: code + ": " + fmt.Sprintf(format, args...)}}
}
