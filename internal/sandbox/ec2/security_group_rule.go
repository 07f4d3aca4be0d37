package ec2

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// checkRule checks the ports of a rule resource: unset for all protocols (-1), both set for TCP and UDP.
func checkRule(in provider.Props) []provider.Failure {
	from, hasFrom := in["fromPort"].(float64)
	to, hasTo := in["toPort"].(float64)
	reason := ""
	switch protocol := in["ipProtocol"]; {
	case protocol == "-1" && (hasFrom || hasTo):
		reason = "must be unset when ipProtocol is -1"
	case provider.HasUnknown(in["fromPort"]) || provider.HasUnknown(in["toPort"]):
	case protocol != "tcp" && protocol != "udp":
	case !hasFrom || !hasTo:
		reason = "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."
	case from > to:
		reason = fmt.Sprintf("fromPort (%v) cannot be greater than toPort (%v)", from, to)
	}
	if reason == "" {
		return nil
	}
	return []provider.Failure{{Property: "fromPort", Reason: reason}}
}

// checkLegacyRule checks the ports of a rule of the older type, which has the form of inline rules.
func checkLegacyRule(in provider.Props) []provider.Failure {
	if reason := wrongPorts(in); reason != "" {
		return []provider.Failure{{Property: "fromPort", Reason: reason}}
	}
	return nil
}

// wrongPorts returns what is wrong with the ports of an inline or legacy rule, or "".
func wrongPorts(entry provider.Props) string {
	from, hasFrom := entry["fromPort"].(float64)
	to, hasTo := entry["toPort"].(float64)
	switch protocol := entry["protocol"]; {
	case !hasFrom || !hasTo:
		return ""
	case protocol == "-1" && (from != 0 || to != 0):
		return fmt.Sprintf("from_port (%v) and to_port (%v) must both be 0 to use the 'ALL' \"-1\" protocol!", from, to)
	case (protocol == "tcp" || protocol == "udp") && from > to:
		return fmt.Sprintf("fromPort (%v) cannot be greater than toPort (%v)", from, to)
	}
	return ""
}

func admitRule(c *provider.Call) error {
	direction := map[string]string{ingressType: ingress, egressType: egress}[c.New.Type]
	return admitResource(c, direction, []rule{oneRule(c.New.Props)})
}

func createLegacyRule(c *provider.Call) error {
	rules := inlineRules([]any{c.New.Props}, fmt.Sprint(c.New.Props["securityGroupId"]))
	if len(rules) == 1 {
		c.New.Props["securityGroupRuleId"] = "sgr-" + world.Digest(17, c.New.Seed)
	}
	return admitResource(c, fmt.Sprint(c.New.Props["type"]), rules)
}

// legacyRuleImportID is composed of the rule's properties.
// https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygrouprule/#import
func legacyRuleImportID(o *world.Object) string {
	in := o.Props
	protocol := in["protocol"]
	if protocol == "-1" {
		protocol = "all"
	}
	parts := []any{in["securityGroupId"], in["type"], protocol, in["fromPort"], in["toPort"]}
	parts = append(append(parts, items(in["cidrBlocks"])...), items(in["ipv6CidrBlocks"])...)
	if in["self"] == true {
		parts = append(parts, "self")
	}
	if group := in["sourceSecurityGroupId"]; group != nil {
		parts = append(parts, group)
	}
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = fmt.Sprint(part)
	}
	return strings.Join(words, "_")
}

// admitResource checks a rule resource's rules against its group. A program may not also give the group inline rules.
func admitResource(c *provider.Call, direction string, rules []rule) error {
	group := get(c, GroupType, c.New.Props["securityGroupId"])
	manager := group
	if group.Seeded {
		manager = get(c, defaultGroupType, group.ID)
	}
	if manager != nil && len(items(manager.Props[direction])) > 0 {
		return mixed("rules", "security group")
	}
	have := resourceRules(c, direction, group.ID, c.New.ID)
	have = append(have, inlineRules(items(group.Props[direction]), group.ID)...)
	return admitRules(c, group, rules, have)
}

// sourceKind replaces a rule whose kind of source or destination changes: AWS cannot change it, and the real provider
// replaces the rule (Terraform's provider, internal/service/ec2/vpc_security_group_ingress_rule.go, ModifyPlan).
func sourceKind(state, news provider.Props) []string {
	kinds := []string{"cidrIpv4", "cidrIpv6", "referencedSecurityGroupId"}
	for _, kind := range kinds {
		if provider.Zero(state[kind]) != provider.Zero(news[kind]) {
			return kinds
		}
	}
	return nil
}
