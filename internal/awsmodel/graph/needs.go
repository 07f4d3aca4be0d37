package graph

// Unread is a resource that the model does not read: it does not know the type, or the state lacks a property that it
// needs.
type Unread struct {
	Type, Name string
	Lacks      string // The property; "" if the type is not known.
}

// String returns "TYPE NAME" or "TYPE NAME without PROPERTY".
func (u Unread) String() string {
	if u.Lacks == "" {
		return u.Type + " " + u.Name
	}
	return u.Type + " " + u.Name + " without " + u.Lacks
}

// MarshalText returns String.
func (u Unread) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Needs are the properties of each type without which the model would take something for missing that is only not told.
// States of a real provider have all of them, though some empty.
var Needs = map[string][]string{
	Vpc:                   {"enableDnsSupport", "mainRouteTableId"},
	Subnet:                {"vpcId", "cidrBlock", "availabilityZone"},
	InternetGateway:       {"vpcId"},
	NatGateway:            {"subnetId", "connectivityType"},
	RouteTable:            {"vpcId"},
	Route:                 {"routeTableId"},
	RouteTableAssociation: {"routeTableId"},
	SecurityGroupRule:     {"type", "securityGroupId", "protocol"},
	IngressRule:           {"securityGroupId", "ipProtocol"},
	EgressRule:            {"securityGroupId", "ipProtocol"},
	LoadBalancer:          {"arn", "dnsName", "idleTimeout", "internal", "securityGroups", "subnets"},
	TargetGroup:           {"arn", "healthCheck", "deregistrationDelay"},
	Listener:              {"loadBalancerArn", "port", "defaultActions"},
	Cluster:               {"name"},
	Service: {
		"name", "cluster", "taskDefinition", "networkConfiguration", "healthCheckGracePeriodSeconds",
		"deploymentMaximumPercent", "desiredCount", "enableExecuteCommand",
	},
	TaskDefinition: {"executionRoleArn", "taskRoleArn", "cpu", "memory"},
	ScalingTarget:  {"resourceId", "maxCapacity"},
	Role:           {"name", "arn", "assumeRolePolicy"},
	RolePolicy:     {"role", "policy"},
	Policy:         {"arn", "policy"},

	PolicyAttachment: {"role", "policyArn"},

	Parameter:     {"name"},
	LogGroup:      {"name"},
	Database:      {"address", "port", "publiclyAccessible", "vpcSecurityGroupIds", "dbSubnetGroupName", "instanceClass"},
	DatabaseNet:   {"subnetIds"},
	FileSystem:    {"arn"},
	MountTarget:   {"fileSystemId", "subnetId", "securityGroups"},
	AccessPoint:   {"fileSystemId"},
	FileSystemPol: {"fileSystemId", "policy"},
}
