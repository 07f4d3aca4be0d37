package ec2_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestLifecycles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token      string
		in, change props
		// id is the pattern of the resource's id. kept objects remain after the resource is deleted.
		id   string
		kept bool
	}{
		"VPC": {vpcType, props{"cidrBlock": "10.9.0.0/16"}, props{"enableDnsHostnames": true, "tags": props{"Name": "x"}}, "^vpc-[0-9a-f]{17}$", false},
		"subnet": {subnetType, props{"vpcId": "$net", "cidrBlock": "10.0.9.0/24"}, props{
			"mapPublicIpOnLaunch": true, "enableDns64": true, "enableResourceNameDnsARecordOnLaunch": true,
			"privateDnsHostnameTypeOnLaunch": "resource-name",
		}, "^subnet-[0-9a-f]{17}$", false},
		"gateway":       {gatewayType, props{"vpcId": "$other-vpc"}, props{"tags": props{"Name": "x"}}, "^igw-[0-9a-f]{17}$", false},
		"loose gateway": {gatewayType, nil, props{"vpcId": "$other-vpc"}, "^igw-", false},
		"address":       {addressType, props{"domain": "vpc"}, props{"tags": props{"Name": "x"}}, "^eipalloc-[0-9a-f]{17}$", false},
		"NAT":           {natType, props{"subnetId": "$two", "allocationId": "$spare"}, props{"tags": props{"Name": "x"}}, "^nat-[0-9a-f]{17}$", false},
		"table": {tableType, props{"vpcId": "$net"}, props{"routes": []any{
			props{"cidrBlock": "0.0.0.0/0", "gatewayId": "$gate"},
		}}, "^rtb-[0-9a-f]{17}$", false},
		"route": {routeType, props{
			"routeTableId": "$table", "destinationCidrBlock": "1.0.0.0/8", "gatewayId": "$gate",
		}, props{"gatewayId": nil, "natGatewayId": "$nat"}, `^r-rtb-[0-9a-f]{17}\d{10}$`, false},
		"association": {associationType, props{"routeTableId": "$table", "subnetId": "$one"}, props{"routeTableId": "$inline"}, "^rtbassoc-[0-9a-f]{17}$", false},
		"gateway endpoint": {endpointType, props{
			"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-2.s3",
		}, props{"routeTableIds": []any{"$table"}, "policy": `{"Statement": []}`}, "^vpce-[0-9a-f]{17}$", false},
		"interface endpoint": {endpointType, interfaceTo("logs", nil), props{
			"subnetIds": []any{"$one", "$two"}, "securityGroupIds": []any{"$web"}, "privateDnsEnabled": true,
		}, "^vpce-", false},
		"group": {sandboxtest.SecurityGroup, props{"vpcId": "$net", "description": "x"}, props{
			"revokeRulesOnDelete": true, "ingress": []any{inline(nil)}, "egress": []any{inline(props{"self": true})},
		}, "^sg-[0-9a-f]{17}$", false},
		"ingress rule": {sandboxtest.IngressRule, rule(nil), props{"toPort": 81.0, "description": "web"}, "^sgr-[0-9a-f]{17}$", false},
		"egress rule":  {sandboxtest.EgressRule, rule(nil), props{"cidrIpv4": "10.0.0.0/8", "description": "x"}, "^sgr-[0-9a-f]{17}$", false},
		"legacy rule":  {legacyRuleType, legacy(nil), props{"description": "web"}, `^sgrule-\d{10}$`, false},
		"flow log": {flowLogType, props{
			"vpcId": "$net", "trafficType": "ALL", "logDestination": "$logs.arn", "iamRoleArn": "$role.arn",
		}, props{"tags": props{"Name": "x"}}, "^fl-[0-9a-f]{17}$", false},
		"default VPC":    {defaultVpcType, nil, props{"enableDnsHostnames": false, "enableNetworkAddressUsageMetrics": true}, "^vpc-", true},
		"default subnet": {defaultSubnetType, props{"availabilityZone": "eu-west-2b"}, props{"mapPublicIpOnLaunch": false}, "^subnet-", true},
		"default group":  {defaultGroupType, props{"vpcId": "$net"}, props{"ingress": []any{inline(nil)}}, "^sg-", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := network(t)
			build(t, a, []sandboxtest.Step{
				{Token: sandboxtest.LogGroup, Name: "logs", Inputs: props{"name": "flows"}},
				{Token: sandboxtest.Role, Name: "role", Inputs: props{"assumeRolePolicy": sandboxtest.Trust}},
			})
			before := len(a.World.All())
			require.NoError(t, a.Make(test.token, "x", test.in))
			a.Steady(t, "x")
			r := a.Got("x")
			require.Regexp(t, test.id, r.ID)
			for output, p := range a.Table[test.token].Outputs {
				if p.Value != nil && output != "tagsAll" {
					require.NotNil(t, r.State[output], output)
				}
			}
			changes, _, err := a.Diff(test.token, r.State, a.Resolve(with(r.Inputs, test.change)))
			require.NoError(t, err)
			require.NotEmpty(t, changes)
			for _, change := range changes {
				require.False(t, change.Replaces, change.Path)
			}
			require.NoError(t, a.Change("x", test.change))
			a.Steady(t, "x")
			require.NoError(t, a.Remove("x"))
			_, state, err := a.Refresh("x")
			require.NoError(t, err)
			require.Nil(t, state)
			require.Len(t, a.World.All(), before, "nothing is left behind")
		})
	}
}

var with = sandboxtest.Merge

func TestEverythingComesDown(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	a.OtherNetwork()
	before := a.World.All()
	a = network(t)
	require.NoError(t, a.RemoveAll())
	require.Len(t, a.World.All(), len(before))
	require.True(t, a.Sandbox.Empty())
}

func TestImportsByTheRealProvidersIds(t *testing.T) {
	t.Parallel()
	a := network(t)
	for name, id := range map[string]string{"out": "$table_0.0.0.0/0", "link": "$two/$table", "net": "$net"} {
		found, inputs, _, err := a.Import(a.Got(name).Token, a.Text(id))
		require.NoError(t, err)
		require.Equal(t, a.Got(name).ID, found)
		require.NotEmpty(t, inputs)
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	endpoint := interfaceTo("logs", props{"subnetIds": []any{"$near"}, "securityGroupIds": []any{"$web"}})
	balancer := props{"subnets": []any{"$one", "$two"}, "securityGroups": []any{"$web"}}
	vpc := "DependencyViolation: The vpc '$net' has dependencies and cannot be deleted."
	near := "DependencyViolation: The subnet '$near' has dependencies and cannot be deleted."
	group := "DependencyViolation: resource $web has a dependent object"
	mapped := "DependencyViolation: Network $net has some mapped public address(es). " +
		"Please unmap those public address(es) before detaching the gateway."
	tests := map[string]struct {
		more   []sandboxtest.Step
		remove []string
		want   string
	}{
		"VPC with a subnet":         {nil, []string{"net"}, vpc},
		"VPC with a gateway":        {nil, []string{"out", "nat", "one", "two", "near", "table", "inline", "web", "net"}, vpc},
		"VPC with a table":          {nil, []string{"out", "nat", "one", "two", "near", "gate", "table", "web", "net"}, vpc},
		"VPC with a group":          {nil, []string{"out", "nat", "one", "two", "near", "gate", "table", "inline", "net"}, vpc},
		"empty VPC":                 {nil, []string{"out", "nat", "one", "two", "near", "gate", "table", "inline", "web", "net"}, ""},
		"subnet with a table":       {nil, []string{"two"}, ""},
		"subnet with a NAT":         {nil, []string{"one"}, "DependencyViolation: The subnet '$one' has dependencies and cannot be deleted."},
		"subnet with an endpoint":   {[]sandboxtest.Step{{Token: endpointType, Name: "x", Inputs: endpoint}}, []string{"near"}, near},
		"group of an endpoint":      {[]sandboxtest.Step{{Token: endpointType, Name: "x", Inputs: endpoint}}, []string{"web"}, group},
		"group of an inline rule":   {[]sandboxtest.Step{{Token: sandboxtest.SecurityGroup, Name: "x", Inputs: props{"vpcId": "$net", "ingress": []any{inline(props{"cidrBlocks": nil, "securityGroups": []any{"$web"}})}}}}, []string{"web"}, group},
		"group of a legacy rule":    {[]sandboxtest.Step{{Token: legacyRuleType, Name: "x", Inputs: legacy(props{"cidrBlocks": nil, "sourceSecurityGroupId": "$web", "securityGroupId": "$net.defaultSecurityGroupId"})}}, []string{"web"}, group},
		"group with its own rules":  {[]sandboxtest.Step{{Token: sandboxtest.IngressRule, Name: "x", Inputs: rule(props{"cidrIpv4": nil, "referencedSecurityGroupId": "$web"})}}, []string{"web"}, ""},
		"address of a NAT":          {nil, []string{"ip"}, "InvalidIPAddress.InUse: Address $ip.publicIp is in use."},
		"gateway of a NAT":          {nil, []string{"gate"}, mapped},
		"gateway of a balancer":     {[]sandboxtest.Step{{Token: sandboxtest.LoadBalancer, Name: "x", Inputs: balancer}}, []string{"nat", "gate"}, mapped},
		"gateway of inner balancer": {[]sandboxtest.Step{{Token: sandboxtest.LoadBalancer, Name: "x", Inputs: with(balancer, props{"internal": true})}}, []string{"nat", "gate"}, ""},
		"table with a subnet":       {nil, []string{"table"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := network(t)
			build(t, a, test.more)
			want := a.Text(test.want)
			last := len(test.remove) - 1
			for _, step := range test.remove[:last] {
				require.NoError(t, a.Remove(step), step)
			}
			if test.want == "" {
				require.NoError(t, a.Remove(test.remove[last]))
				return
			}
			require.EqualError(t, a.Remove(test.remove[last]), want)
		})
	}
}
