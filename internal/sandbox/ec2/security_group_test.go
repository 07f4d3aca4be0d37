package ec2_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const everything = "-1"

func rule(change props) props {
	return with(props{
		"securityGroupId": "$web", "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrIpv4": "0.0.0.0/0",
	}, change)
}

func inline(change props) props {
	return with(props{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"0.0.0.0/0"}}, change)
}

func legacy(change props) props {
	return with(inline(props{"securityGroupId": "$web", "type": "ingress"}), change)
}

func TestGroupRules(t *testing.T) {
	t.Parallel()
	group := func(change props) attempt {
		return attempt{token: sandboxtest.SecurityGroup, in: with(props{"vpcId": "$net"}, change)}
	}
	entry := func(change props) attempt { return group(props{"egress": []any{inline(change)}}) }
	like := func(a attempt, want string) attempt { a.want = want; return a }
	chars := ` does not match ^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]+$`
	refuse(t, map[string]attempt{
		"group":             like(group(nil), ""),
		"reserved name":     like(group(props{"name": "SG-1"}), `name: cannot begin with sg-: "SG-1"`),
		"long name":         like(group(props{"name": strings.Repeat("x", 256)}), `name: cannot be longer than 255 characters: "`+strings.Repeat("x", 256)+`" has 256`),
		"name's characters": like(group(props{"name": "a'b"}), `name: "a'b"`+chars),
		"description":       like(group(props{"description": "a>b"}), `description: "a>b"`+chars),
		"no description":    like(group(props{"description": ""}), "description: must have at least 1 characters"),
		"long description":  like(group(props{"description": strings.Repeat("x", 256)}), `description: cannot be longer than 255 characters: "`+strings.Repeat("x", 256)+`" has 256`),
		"second default":    like(group(props{"name": "default"}), "InvalidGroup.Duplicate: The security group 'default' already exists for VPC '$net'"),
		"unknown VPC":       like(group(props{"vpcId": "vpc-0"}), "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"),

		"every protocol":     like(entry(props{"protocol": everything, "fromPort": 0.0, "toPort": 0.0}), ""),
		"self":               like(entry(props{"cidrBlocks": nil, "self": true}), ""),
		"IPv6":               like(entry(props{"cidrBlocks": nil, "ipv6CidrBlocks": []any{"::/0"}}), ""),
		"ports of everyone":  like(entry(props{"protocol": everything}), `egress[0].fromPort: from_port (80) and to_port (80) must both be 0 to use the 'ALL' "-1" protocol!`),
		"backwards":          like(entry(props{"fromPort": 81.0}), "egress[0].fromPort: fromPort (81) cannot be greater than toPort (80)"),
		"unknown protocol":   like(entry(props{"protocol": "6"}), "egress[0].protocol: expected one of [tcp, udp, icmp, icmpv6, -1], got 6"),
		"port of 16 bits":    like(entry(props{"toPort": 65536.0}), "egress[0].toPort: expected a value in the range (-1 - 65535), got 65536"),
		"from 16 bits":       like(entry(props{"fromPort": -2.0}), "egress[0].fromPort: expected a value in the range (-1 - 65535), got -2"),
		"no ports":           like(entry(props{"fromPort": nil}), "egress[0].fromPort: missing required property"),
		"no peer":            like(entry(props{"cidrBlocks": nil}), "egress[0].cidrBlocks: at least one of [cidrBlocks, ipv6CidrBlocks, securityGroups] must be set, got []"),
		"host bits":          like(entry(props{"cidrBlocks": []any{"10.0.0.1/8"}}), `egress[0].cidrBlocks[0]: "10.0.0.1/8" is not a valid CIDR block; did you mean "10.0.0.0/8"?`),
		"host bits of IPv6":  like(entry(props{"ipv6CidrBlocks": []any{"::1/8"}}), `egress[0].ipv6CidrBlocks[0]: "::1/8" is not a valid CIDR block; did you mean "::/8"?`),
		"rule's description": like(entry(props{"description": "a>b"}), `egress[0].description: "a>b" does not match ^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*$`),
		"long rule":          like(entry(props{"description": strings.Repeat("x", 256)}), `egress[0].description: cannot be longer than 255 characters: "`+strings.Repeat("x", 256)+`" has 256`),
		"no protocol":        like(entry(props{"protocol": nil}), "egress[0].protocol: missing required property"),
		"unknown group":      like(entry(props{"securityGroups": []any{"sg-0"}}), "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"group across VPCs":  like(entry(props{"securityGroups": []any{"$other-group"}}), "InvalidGroup.NotFound: You have specified two resources that belong to different networks."),
		"twice":              like(group(props{"ingress": []any{inline(nil), inline(props{"description": "again"})}}), "InvalidParameterValue: The same permission must not appear multiple times"),
		"too many": like(group(props{"ingress": []any{inline(props{"cidrBlocks": many(61, func(i int) any { return fmt.Sprintf("1.%d.0.0/16", i) })})}}),
			"RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached."),

		"default group of nothing": {defaultGroupType, props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"default group's ports":    {defaultGroupType, props{"ingress": []any{inline(props{"protocol": everything})}}, `ingress[0].fromPort: from_port (80) and to_port (80) must both be 0 to use the 'ALL' "-1" protocol!`},
		"default group's twins":    {defaultGroupType, props{"ingress": []any{inline(nil), inline(props{"description": "x"})}}, "InvalidParameterValue: The same permission must not appear multiple times"},
	})
}

func TestRuleResources(t *testing.T) {
	t.Parallel()
	ports := "fromPort: Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
	one := "cidrIpv4: exactly one of [cidrIpv4, cidrIpv6, referencedSecurityGroupId] must be set, got "
	in := func(change props, want string) attempt { return attempt{sandboxtest.IngressRule, rule(change), want} }
	old := func(change props, want string) attempt { return attempt{legacyRuleType, legacy(change), want} }
	long := strings.Repeat("x", 256)
	tooLong := `description: cannot be longer than 255 characters: "` + long + `" has 256`
	peer := func(peers any) props { return props{"cidrBlocks": nil, "sourceSecurityGroupId": peers} }
	refuse(t, map[string]attempt{
		"tcp":                     in(nil, ""),
		"udp":                     in(props{"ipProtocol": "udp"}, ""),
		"icmp":                    in(props{"ipProtocol": "icmp", "fromPort": -1.0, "toPort": -1.0}, ""),
		"every port":              in(props{"ipProtocol": everything, "fromPort": nil, "toPort": nil}, ""),
		"IPv6":                    in(props{"cidrIpv4": nil, "cidrIpv6": "2001:db8::/32"}, ""),
		"ports of every protocol": in(props{"ipProtocol": everything}, "fromPort: must be unset when ipProtocol is -1"),
		"no from":                 in(props{"fromPort": nil}, ports),
		"no to":                   in(props{"toPort": nil}, ports),
		"backwards":               in(props{"fromPort": 81.0}, "fromPort: fromPort (81) cannot be greater than toPort (80)"),
		"large port":              in(props{"toPort": 65536.0}, "toPort: expected a value in the range (-1 - 65535), got 65536"),
		"negative port":           in(props{"fromPort": -2.0}, "fromPort: expected a value in the range (-1 - 65535), got -2"),
		"protocol":                in(props{"ipProtocol": "6"}, "ipProtocol: expected one of [tcp, udp, icmp, icmpv6, -1], got 6"),
		"no peer":                 in(props{"cidrIpv4": nil}, one+"[]"),
		"two peers":               in(props{"referencedSecurityGroupId": "$web"}, one+"[cidrIpv4, referencedSecurityGroupId]"),
		"prefix list":             in(props{"prefixListId": "pl-1"}, "prefixListId: the sandbox does not model this property; it models cidrIpv4, cidrIpv6, description, fromPort, ipProtocol, referencedSecurityGroupId, securityGroupId, tags, toPort"),
		"host bits":               in(props{"cidrIpv4": "10.0.0.1/8"}, `cidrIpv4: "10.0.0.1/8" is not a valid CIDR block; did you mean "10.0.0.0/8"?`),
		"host bits of IPv6":       in(props{"cidrIpv4": nil, "cidrIpv6": "2001:db8::1/32"}, `cidrIpv6: "2001:db8::1/32" is not a valid CIDR block; did you mean "2001:db8::/32"?`),
		"no prefix":               in(props{"cidrIpv4": "10.0.0.1"}, `cidrIpv4: "10.0.0.1" is not a valid IPv4 CIDR block`),
		"group of IPv4":           in(props{"cidrIpv4": "sg-1"}, `cidrIpv4: "sg-1" is not a valid IPv4 CIDR block`),
		"description":             in(props{"description": "it's"}, `description: "it's" does not match ^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*$`),
		"unknown group":           in(props{"securityGroupId": "sg-0"}, "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"unknown peer":            in(props{"cidrIpv4": nil, "referencedSecurityGroupId": "sg-0"}, "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"peer in another VPC":     in(props{"cidrIpv4": nil, "referencedSecurityGroupId": "$other-group"}, "InvalidGroup.NotFound: You have specified two resources that belong to different networks."),
		"AWS's own rule": {sandboxtest.EgressRule, rule(props{
			"securityGroupId": "$net.defaultSecurityGroupId", "ipProtocol": everything, "fromPort": nil, "toPort": nil,
		}), `InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists`},

		"legacy":               old(nil, ""),
		"legacy self":          old(props{"cidrBlocks": nil, "self": true}, ""),
		"legacy group":         old(peer("$group"), "InvalidGroup.NotFound: You have specified two resources that belong to different networks."),
		"legacy unknown group": old(peer("sg-0"), "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"legacy of nothing":    old(props{"securityGroupId": "sg-0"}, "InvalidGroup.NotFound: The security group 'sg-0' does not exist"),
		"legacy no peer":       old(peer(nil), "cidrBlocks: One of ['cidr_blocks', 'ipv6_cidr_blocks', 'self', 'source_security_group_id', 'prefix_list_ids'] must be set to create an AWS Security Group Rule"),
		"legacy self and more": old(props{"self": true}, "cidrBlocks: must not be set when self is true"),
		"legacy two peers":     old(props{"sourceSecurityGroupId": "$web"}, "sourceSecurityGroupId: at most one of [cidrBlocks, sourceSecurityGroupId] must be set, got [cidrBlocks, sourceSecurityGroupId]"),
		"legacy two peers of IPv6": old(props{"cidrBlocks": nil, "ipv6CidrBlocks": []any{"::/0"}, "sourceSecurityGroupId": "$web"},
			"sourceSecurityGroupId: at most one of [ipv6CidrBlocks, sourceSecurityGroupId] must be set, got [ipv6CidrBlocks, sourceSecurityGroupId]"),
		"legacy direction":         old(props{"type": "in"}, "type: expected one of [ingress, egress], got in"),
		"legacy ports":             old(props{"protocol": everything}, `fromPort: from_port (80) and to_port (80) must both be 0 to use the 'ALL' "-1" protocol!`),
		"legacy protocol":          old(props{"protocol": "all"}, "protocol: expected one of [tcp, udp, icmp, icmpv6, -1], got all"),
		"legacy host bits":         old(props{"cidrBlocks": []any{"10.0.0.1/8"}}, `cidrBlocks[0]: "10.0.0.1/8" is not a valid CIDR block; did you mean "10.0.0.0/8"?`),
		"legacy host bits of IPv6": old(props{"cidrBlocks": nil, "ipv6CidrBlocks": []any{"::1/8"}}, `ipv6CidrBlocks[0]: "::1/8" is not a valid CIDR block; did you mean "::/8"?`),
		"legacy backwards":         old(props{"fromPort": 81.0}, "fromPort: fromPort (81) cannot be greater than toPort (80)"),
		"legacy low port":          old(props{"fromPort": -2.0}, "fromPort: expected a value in the range (-1 - 65535), got -2"),
		"legacy high port":         old(props{"toPort": 65536.0}, "toPort: expected a value in the range (-1 - 65535), got 65536"),
		"legacy description":       old(props{"description": "it's"}, `description: "it's" does not match ^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*$`),
		"legacy long description":  old(props{"description": long}, tooLong),
		"legacy no direction":      old(props{"type": nil}, "type: missing required property"),
		"long description":         in(props{"description": long}, tooLong),
		"no protocol":              in(props{"ipProtocol": nil}, "ipProtocol: missing required property"),
		"no group":                 in(props{"securityGroupId": nil}, "securityGroupId: missing required property"),
		"legacy twins":             old(props{"cidrBlocks": []any{"10.0.0.0/8", "10.0.0.0/8"}}, "InvalidParameterValue: The same permission must not appear multiple times"),
	})
}

// TestAnotherKindOfSourceReplacesARule: AWS changes the addresses of a rule, but never the kind of its source.
func TestAnotherKindOfSourceReplacesARule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change   props
		replaces bool
	}{
		"other addresses": {props{"cidrIpv4": "10.0.0.0/8"}, false},
		"a group":         {props{"cidrIpv4": nil, "referencedSecurityGroupId": "$web"}, true},
		"IPv6":            {props{"cidrIpv4": nil, "cidrIpv6": "::/0"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := network(t)
			require.NoError(t, a.Make(sandboxtest.IngressRule, "x", rule(nil)))
			r := a.Got("x")
			changes, _, err := a.Diff(sandboxtest.IngressRule, r.State, a.Resolve(with(r.Inputs, test.change)))
			require.NoError(t, err)
			require.NotEmpty(t, changes)
			for _, change := range changes {
				require.Equal(t, test.replaces, change.Replaces, change.Path)
			}
		})
	}
}

func TestInlineAndResourcesDoNotMix(t *testing.T) {
	t.Parallel()
	const want = "the sandbox refuses inline rules together with separate resources for rules on one security group: " +
		"each update of the security group would undo the resources"
	a := network(t)
	require.NoError(t, a.Change("web", props{"ingress": []any{inline(nil)}}))
	require.EqualError(t, a.Make(sandboxtest.IngressRule, "in", rule(nil)), want)
	require.EqualError(t, a.Make(legacyRuleType, "in", legacy(nil)), want)
	require.NoError(t, a.Make(sandboxtest.EgressRule, "out-rule", rule(nil)), "the other direction has no inline rules")
	require.EqualError(t, a.Change("web", props{"egress": []any{inline(nil)}}), want)
	require.NoError(t, a.Make(defaultGroupType, "own", props{"vpcId": "$net", "ingress": []any{inline(nil)}}))
	require.EqualError(t, a.Make(sandboxtest.IngressRule, "in", rule(props{"securityGroupId": "$own"})), want)
	require.EqualError(t, a.Change("table", props{"routes": []any{props{"cidrBlock": "1.0.0.0/8", "gatewayId": "$gate"}}}),
		"the sandbox refuses inline routes together with separate resources for routes on one route table: "+
			"each update of the route table would undo the resources")
}

func TestDefaultGroup(t *testing.T) {
	t.Parallel()
	a := network(t)
	own := a.Text("$net.defaultSecurityGroupId")
	group := func() props { return a.World.Get(sandboxtest.SecurityGroup, a.Region, own).Props }
	require.Equal(t, []any{props{"protocol": everything, "fromPort": 0.0, "toPort": 0.0, "self": true}}, group()["ingress"])
	require.NoError(t, a.Make(sandboxtest.IngressRule, "more", rule(props{"securityGroupId": own})))
	require.NoError(t, a.Make(defaultGroupType, "own", props{"vpcId": "$net"}))
	require.NotNil(t, group()["ingress"])
	require.Empty(t, group()["ingress"], "adopting the default group removes its rules")
	require.NotNil(t, group()["egress"])
	require.Empty(t, group()["egress"])
	_, state, err := a.Refresh("more")
	require.NoError(t, err)
	require.Nil(t, state)
	require.EqualError(t, a.Delete(sandboxtest.SecurityGroup, own, nil),
		`CannotDelete: the specified group: "`+own+`" name: "default" cannot be deleted by a user`)
	require.EqualError(t, a.Delete(tableType, a.Text("$net.mainRouteTableId"), nil),
		"InvalidParameterValue: cannot disassociate the main route table association "+
			strings.Replace(a.Text("$net.mainRouteTableId"), "rtb-", "rtbassoc-", 1))
}

func TestGroupWithoutVpcIsInTheDefaultOne(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.SecurityGroup, "first", nil))
	require.Equal(t, a.Got("vpc").ID, a.Got("first").State["vpcId"])
	require.NoError(t, a.Make(defaultGroupType, "own", nil))
	require.Equal(t, a.Got("group").ID, a.Got("own").ID)
	vpc := a.Got("vpc")
	a.World.Get(vpc.Token, a.Region, vpc.ID).Props["default"] = false
	const none = "VPCIdNotSpecified: No default VPC for this user"
	require.EqualError(t, a.Make(sandboxtest.SecurityGroup, "second", nil), none)
	require.EqualError(t, a.Make(defaultGroupType, "again", nil), none)
	require.EqualError(t, a.Make(defaultVpcType, "again", nil), "the sandbox does not model creating a default VPC again: "+none)
}

func TestRulesPerGroup(t *testing.T) {
	t.Parallel()
	a := network(t)
	at := func(port int) props {
		return rule(props{"fromPort": float64(port), "toPort": float64(port), "cidrIpv4": "10.0.0.0/8"})
	}
	for port := range 60 {
		require.NoError(t, a.Make(sandboxtest.IngressRule, fmt.Sprint(port), at(port)))
	}
	const limit = "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached."
	require.EqualError(t, a.Make(sandboxtest.IngressRule, "60", at(60)), limit)
	require.EqualError(t, a.Make(legacyRuleType, "60", legacy(nil)), limit)
	require.NoError(t, a.Make(sandboxtest.EgressRule, "out-rule", at(60)), "outbound rules are counted separately")
	require.NoError(t, a.Change("1", props{"description": "changed"}))
	const twin = `InvalidPermission.Duplicate: ` +
		`the specified rule "peer: 10.0.0.0/8, TCP, from port: 2, to port: 2, ALLOW" already exists`
	require.EqualError(t, a.Change("1", at(2)), twin)
	require.EqualError(t, a.Make(legacyRuleType, "twin", legacy(props{
		"fromPort": 2.0, "toPort": 2.0, "cidrBlocks": []any{"10.0.0.0/8"},
	})), twin)
}
