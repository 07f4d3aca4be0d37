package ec2

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType  = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	// rulesPerGroup is AWS's default quota of inbound, and of outbound, rules of a group.
	// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
	rulesPerGroup = 60
)

// Behaviours of security groups and their rules.
var Behaviours = map[string]provider.Behaviour{
	GroupType:   {Check: checkGroup, Create: defaultVpc},
	ingressType: {Check: checkRule, Create: admitRule, Update: admitRule},
	egressType:  {Check: checkRule, Create: admitRule, Update: admitRule},
}

func checkGroup(in provider.Props) []provider.Failure {
	if name, _ := in["name"].(string); strings.HasPrefix(strings.ToLower(name), "sg-") {
		return []provider.Failure{{Property: "name", Reason: fmt.Sprintf("cannot begin with sg-: %q", name)}}
	}
	return nil
}

// defaultVpc puts a group without a VPC into the default one.
func defaultVpc(c *provider.Call) error {
	if c.New.Props["vpcId"] != nil {
		return nil
	}
	vpc := c.World.Find(vpcType, c.Region, func(o *world.Object) bool { return o.Props["default"] == true })
	if vpc == nil {
		return provider.Errorf("VPCIdNotSpecified", "No default VPC for this user")
	}
	c.New.Props["vpcId"] = vpc.ID
	return nil
}

func checkRule(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	fail := func(property, format string, args ...any) {
		failures = append(failures, provider.Failure{Property: property, Reason: fmt.Sprintf(format, args...)})
	}
	from, hasFrom := in["fromPort"].(float64)
	to, hasTo := in["toPort"].(float64)
	switch protocol := in["ipProtocol"]; {
	case protocol == "-1" && (hasFrom || hasTo):
		fail("fromPort", "must be unset when ipProtocol is -1")
	case provider.HasUnknown(in["fromPort"]) || provider.HasUnknown(in["toPort"]):
	case protocol == "tcp" || protocol == "udp":
		if !hasFrom || !hasTo {
			fail("fromPort", "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
		} else if from > to {
			fail("fromPort", "fromPort (%v) cannot be greater than toPort (%v)", from, to)
		}
	}
	for _, name := range []string{"cidrIpv4", "cidrIpv6"} {
		if cidr, ok := in[name].(string); ok && !isNetwork(cidr) {
			fail(name, "%q is not a network: the bits after the prefix must be 0", cidr)
		}
	}
	return failures
}

func isNetwork(cidr string) bool {
	prefix, err := netip.ParsePrefix(cidr)
	return err == nil && prefix.Masked() == prefix
}

var rulePeers = []string{"cidrIpv4", "cidrIpv6", "referencedSecurityGroupId"}

// admitRule refuses what AWS refuses of a rule once it looks at its group: a twin, too many rules, a peer elsewhere.
func admitRule(c *provider.Call) error {
	group := c.New.Props["securityGroupId"]
	count := 0
	for _, rule := range c.World.List(c.New.Type, c.Region) {
		if rule.Props["securityGroupId"] != group || c.Old != nil && rule.ID == c.Old.ID {
			continue
		}
		if sameRule(rule.Props, c.New.Props) {
			return provider.Errorf("InvalidPermission.Duplicate", "the specified rule %q already exists", describe(c.New.Props))
		}
		count++
	}
	if count >= rulesPerGroup {
		return provider.Errorf("RulesPerSecurityGroupLimitExceeded",
			"The maximum number of rules per security group has been reached.")
	}
	return sameVpc(c, group, c.New.Props["referencedSecurityGroupId"])
}

func sameRule(a, b provider.Props) bool {
	for _, name := range append([]string{"ipProtocol", "fromPort", "toPort"}, rulePeers...) {
		if a[name] != b[name] {
			return false
		}
	}
	return true
}

func describe(rule provider.Props) string {
	peer := any(nil)
	for _, name := range rulePeers {
		if rule[name] != nil {
			peer = rule[name]
		}
	}
	protocol, _ := rule["ipProtocol"].(string)
	return fmt.Sprintf("peer: %v, %s, from port: %v, to port: %v, ALLOW",
		peer, strings.ToUpper(protocol), rule["fromPort"], rule["toPort"])
}

func sameVpc(c *provider.Call, group, peer any) error {
	if peer == nil {
		return nil
	}
	a := c.World.Get(GroupType, c.Region, fmt.Sprint(group))
	b := c.World.Get(GroupType, c.Region, fmt.Sprint(peer))
	if a.Props["vpcId"] != b.Props["vpcId"] {
		return provider.Errorf("InvalidGroup.NotFound",
			"You have specified two resources that belong to different networks.")
	}
	return nil
}
