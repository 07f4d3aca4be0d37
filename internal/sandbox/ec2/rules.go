package ec2

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Directions of rules. A security group's properties and a legacy rule's types have these names.
const (
	ingress = "ingress"
	egress  = "egress"
)

// rulesPerGroup is AWS's default quota of inbound rules, and also of outbound rules, per security group.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const rulesPerGroup = 60

// rule is one permission of a security group as AWS holds it, whichever resource created it.
type rule struct {
	protocol string
	from, to int
	peer     string // A CIDR block or the id of a security group.
}

// resourceRules lists the rules that resources have added to a group, except those of one resource.
func resourceRules(c *provider.Call, direction, group, except string) []rule {
	var rules []rule
	typ := map[string]string{ingress: ingressType, egress: egressType}[direction]
	for _, o := range append(c.World.List(typ, c.Region), c.World.List(legacyRuleType, c.Region)...) {
		switch {
		case o.Props["securityGroupId"] != group || o.ID == except:
		case o.Type == typ:
			rules = append(rules, oneRule(o.Props))
		case o.Props["type"] == direction:
			rules = append(rules, inlineRules([]any{o.Props}, group)...)
		}
	}
	return rules
}

// oneRule returns the rule of a rule resource, which has one peer.
func oneRule(p provider.Props) rule {
	r := rule{protocol: fmt.Sprint(p["ipProtocol"])}
	for _, name := range []string{"cidrIpv4", "cidrIpv6", "referencedSecurityGroupId"} {
		if peer, ok := p[name].(string); ok {
			r.peer = peer
		}
	}
	from, _ := p["fromPort"].(float64)
	to, _ := p["toPort"].(float64)
	r.from, r.to = int(from), int(to)
	return r
}

// inlineRules returns the rules of inline entries, or of legacy rules: one for each peer.
func inlineRules(entries []any, group string) []rule {
	var rules []rule
	for _, item := range entries {
		entry, _ := item.(map[string]any)
		peers := slices.Concat(items(entry["cidrBlocks"]), items(entry["ipv6CidrBlocks"]), items(entry["securityGroups"]))
		if source := entry["sourceSecurityGroupId"]; source != nil {
			peers = append(peers, source)
		}
		if entry["self"] == true {
			peers = append(peers, group)
		}
		from, _ := entry["fromPort"].(float64)
		to, _ := entry["toPort"].(float64)
		for _, peer := range peers {
			rules = append(rules, rule{fmt.Sprint(entry["protocol"]), int(from), int(to), fmt.Sprint(peer)})
		}
	}
	return rules
}

// admitRules checks rules to be added to a group that has some already. It refuses a duplicate, too many rules, and a
// peer in another VPC.
func admitRules(c *provider.Call, group *world.Object, added, have []rule) error {
	for i, r := range added {
		if slices.Contains(added[:i], r) {
			return provider.Errorf("InvalidParameterValue", "The same permission must not appear multiple times")
		}
		if slices.Contains(have, r) {
			return provider.Errorf("InvalidPermission.Duplicate", "the specified rule %q already exists", r)
		}
	}
	if len(have)+len(added) > rulesPerGroup {
		return provider.Errorf("RulesPerSecurityGroupLimitExceeded",
			"The maximum number of rules per security group has been reached.")
	}
	for _, r := range added {
		if peer := get(c, GroupType, r.peer); peer != nil && peer.Props["vpcId"] != group.Props["vpcId"] {
			return provider.Errorf("InvalidGroup.NotFound",
				"You have specified two resources that belong to different networks.")
		}
	}
	return nil
}

// String returns the text by which AWS's errors name a rule.
func (r rule) String() string {
	if r.protocol == "-1" {
		return fmt.Sprintf("peer: %s, ALL, ALLOW", r.peer)
	}
	protocol := strings.ToUpper(r.protocol)
	return fmt.Sprintf("peer: %s, %s, from port: %d, to port: %d, ALLOW", r.peer, protocol, r.from, r.to)
}
