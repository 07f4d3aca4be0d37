package ec2_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func interfaceTo(service string, change props) props {
	return with(props{
		"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-2." + service, "vpcEndpointType": "Interface",
	}, change)
}

func TestEndpointRules(t *testing.T) {
	t.Parallel()
	at := func(service string, change props, want string) attempt {
		return attempt{endpointType, interfaceTo(service, change), want}
	}
	gateway := func(change props, want string) attempt {
		return at("s3", with(props{"vpcEndpointType": "Gateway"}, change), want)
	}
	named := func(name, want string) attempt { return at("logs", props{"serviceName": name}, want) }
	private := func(change props, want string) attempt {
		return at("logs", with(props{"privateDnsEnabled": true}, change), want)
	}
	unknown := func(name string) attempt {
		return named(name, "InvalidServiceName: The Vpc Endpoint Service '"+name+"' does not exist")
	}
	attempts := map[string]attempt{
		"gateway":            gateway(props{"routeTableIds": []any{"$table", "$inline"}}, ""),
		"S3 by interface":    at("s3", nil, ""),
		"private DNS":        private(nil, ""),
		"unknown service":    unknown("com.amazonaws.eu-west-2.nope"),
		"other region":       unknown("com.amazonaws.eu-west-1.logs"),
		"short name":         unknown("logs"),
		"gateway to logs":    at("logs", props{"vpcEndpointType": "Gateway"}, "InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."),
		"type":               at("logs", props{"vpcEndpointType": "GatewayLoadBalancer"}, "vpcEndpointType: expected one of [Gateway, Interface], got GatewayLoadBalancer"),
		"IP type":            at("logs", props{"ipAddressType": "dualstack"}, "ipAddressType: expected one of [ipv4], got dualstack"),
		"policy":             at("logs", props{"policy": "{"}, "policy: contains invalid JSON"),
		"long policy":        at("logs", props{"policy": `"` + strings.Repeat("x", 20479) + `"`}, "policy: cannot be longer than 20480 characters without white space: it has 20481"),
		"no VPC":             at("logs", props{"vpcId": nil}, "vpcId: missing required property"),
		"tables":             at("logs", props{"routeTableIds": []any{"$table"}}, "routeTableIds: InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint."),
		"gateway's subnets":  gateway(props{"subnetIds": []any{"$one"}}, "subnetIds: InvalidParameter: Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints."),
		"gateway's groups":   gateway(props{"securityGroupIds": []any{"$web"}}, "securityGroupIds: InvalidParameter: Security Group IDs are only supported for Interface type VPC Endpoint."),
		"gateway's DNS":      gateway(props{"privateDnsEnabled": true}, "privateDnsEnabled: InvalidParameter: Private DNS is only supported for Interface type VPC Endpoint."),
		"table elsewhere":    gateway(props{"routeTableIds": []any{"$far-table"}}, "InvalidParameter: Route table $far-table does not belong to $net"),
		"unknown table":      gateway(props{"routeTableIds": []any{"rtb-0"}}, "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist"),
		"unknown VPC":        at("logs", props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"),
		"unknown subnet":     at("logs", props{"subnetIds": []any{"subnet-0"}}, "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist"),
		"unknown group":      at("logs", props{"securityGroupIds": []any{"sg-0"}}, "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"subnet elsewhere":   at("logs", props{"subnetIds": []any{"$other-subnet-a"}}, "InvalidParameter: Subnet $other-subnet-a does not belong to $net"),
		"group elsewhere":    at("logs", props{"securityGroupIds": []any{"$other-group"}}, "InvalidParameter: Security group $other-group does not belong to $net"),
		"two in a zone":      at("logs", props{"subnetIds": []any{"$one", "$near"}}, "DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of $near. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."),
		"private DNS of S3":  at("s3", props{"privateDnsEnabled": true}, "the sandbox does not model private DNS of interface endpoints for s3"),
		"no service":         at("logs", props{"serviceName": nil}, "serviceName: missing required property"),
		"groups per machine": at("logs", props{"securityGroupIds": many(6, func(int) any { return "$web" })}, "SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface has been reached."),
	}
	for _, name := range []string{"ecr.api", "ecr.dkr", "ssm", "ssmmessages", "kms", "ecs", "secretsmanager", "dynamodb"} {
		attempts["interface to "+name] = at(name, props{"subnetIds": []any{"$one", "$two"}}, "")
	}
	refuse(t, attempts)
}

func TestPrivateDNS(t *testing.T) {
	t.Parallel()
	a := network(t)
	build(t, a, []sandboxtest.Step{
		{Token: endpointType, Name: "first", Inputs: interfaceTo("ecr.dkr", props{"privateDnsEnabled": true})},
		{Token: endpointType, Name: "second", Inputs: interfaceTo("ecr.dkr", nil)},
		{Token: endpointType, Name: "api", Inputs: interfaceTo("ecr.api", props{"privateDnsEnabled": true})},
		{Token: endpointType, Name: "files", Inputs: interfaceTo("s3", props{
			"vpcEndpointType": "Gateway", "routeTableIds": []any{"$table"},
		})},
	})
	first := a.Got("first").State
	require.Equal(t, []any{a.Text("$net.defaultSecurityGroupId")}, first["securityGroupIds"])
	require.Contains(t, first["dnsEntries"], map[string]any{"dnsName": "*.dkr.ecr.eu-west-2.amazonaws.com"})
	require.Len(t, a.Got("second").State["dnsEntries"], 1)
	require.Contains(t, a.Got("api").State["dnsEntries"], map[string]any{"dnsName": "api.ecr.eu-west-2.amazonaws.com"})
	require.EqualError(t, a.Change("second", props{"privateDnsEnabled": true}), a.Text("InvalidParameter: "+
		"private-dns-enabled cannot be set because there is already a conflicting DNS domain for "+
		"*.dkr.ecr.eu-west-2.amazonaws.com in the VPC $net"))
	list, _ := a.Got("files").State["prefixListId"].(string)
	require.Regexp(t, "^pl-[0-9a-f]{8}$", list)
	require.EqualError(t, a.Make(endpointType, "twin", interfaceTo("s3", props{
		"vpcEndpointType": "Gateway", "routeTableIds": []any{"$table"},
	})), a.Text("RouteAlreadyExists: route table $table already has a route with destination-prefix-list-id "+list))
	for _, off := range []string{"enableDnsHostnames", "enableDnsSupport"} {
		require.NoError(t, a.Change("net", props{"enableDnsHostnames": off != "enableDnsHostnames"}))
		a.World.Get(vpcType, a.Region, a.Got("net").ID).Props["enableDnsSupport"] = off != "enableDnsSupport"
		require.EqualError(t, a.Make(endpointType, "third", interfaceTo("logs", props{"privateDnsEnabled": true})),
			a.Text("InvalidParameter: Enabling private DNS requires both enableDnsSupport and "+
				"enableDnsHostnames VPC attributes set to true for $net"), off)
	}
}
