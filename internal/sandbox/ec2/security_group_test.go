package ec2_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestGroupAndRuleChecks(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	web := func(change provider.Props) sandboxtest.Changes { return sandboxtest.Changes{"web": change} }
	ports := "web: fromPort: Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
	network := func(property, cidr string) string {
		return "web: " + property + `: "` + cidr + `" is not a network: the bits after the prefix must be 0`
	}
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"reserved name": {set("back", "name", "SG-1"), `back: name: cannot begin with sg-: "SG-1"`},
		"every port":    {web(provider.Props{"ipProtocol": "-1", "fromPort": nil, "toPort": nil}), ""},
		"udp":           {set("web", "ipProtocol", "udp"), ""},
		"icmp":          {web(provider.Props{"ipProtocol": "icmp", "fromPort": -1.0, "toPort": -1.0}), ""},
		"IPv6":          {web(provider.Props{"cidrIpv4": nil, "cidrIpv6": "2001:db8::/32"}), ""},
		"ports of every protocol": {
			set("web", "ipProtocol", "-1"),
			"web: fromPort: must be unset when ipProtocol is -1",
		},
		"no from":   {set("web", "fromPort", nil), ports},
		"no to":     {set("web", "toPort", nil), ports},
		"backwards": {set("web", "fromPort", 81.0), "web: fromPort: fromPort (81) cannot be greater than toPort (80)"},
		"host bits": {set("web", "cidrIpv4", "10.0.0.1/8"), network("cidrIpv4", "10.0.0.1/8")},
		"host bits of IPv6": {
			web(provider.Props{"cidrIpv4": nil, "cidrIpv6": "2001:db8::1/32"}),
			network("cidrIpv6", "2001:db8::1/32"),
		},
		"no prefix":     {set("web", "cidrIpv4", "10.0.0.1"), network("cidrIpv4", "10.0.0.1")},
		"group of IPv4": {set("web", "cidrIpv4", "sg-1"), network("cidrIpv4", "sg-1")},
		"peer in another VPC": {set("app", "referencedSecurityGroupId", "$other-group"), "app: InvalidGroup.NotFound: " +
			"You have specified two resources that belong to different networks."},
	})
}

func TestGroupWithoutVpcIsInTheDefaultOne(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.SecurityGroup, "first", nil))
	require.Equal(t, a.Got("vpc").ID, a.Got("first").State["vpcId"])
	vpc := a.Got("vpc")
	a.World.Get(vpc.Token, a.Region, vpc.ID).Props["default"] = false
	require.EqualError(t, a.Make(sandboxtest.SecurityGroup, "second", nil),
		"VPCIdNotSpecified: No default VPC for this user")
}

func TestRulesPerGroup(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.SecurityGroup, "group", nil))
	rule := func(port int) provider.Props {
		return provider.Props{
			"securityGroupId": "$group", "ipProtocol": "tcp", "fromPort": float64(port), "toPort": float64(port),
			"cidrIpv4": "10.0.0.0/8",
		}
	}
	for port := range 60 {
		require.NoError(t, a.Make(sandboxtest.IngressRule, fmt.Sprint(port), rule(port)))
	}
	const limit = "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached."
	require.EqualError(t, a.Make(sandboxtest.IngressRule, "60", rule(60)), limit)
	require.NoError(t, a.Make(sandboxtest.EgressRule, "out", rule(60)), "outbound rules count apart")
	require.NoError(t, a.Change("1", provider.Props{"description": "changed"}))
	require.EqualError(t, a.Change("1", rule(2)), "InvalidPermission.Duplicate: "+
		`the specified rule "peer: 10.0.0.0/8, TCP, from port: 2, to port: 2, ALLOW" already exists`)
}
