package ec2

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func checkGroup(in provider.Props) []provider.Failure {
	failures := checkInline(in)
	if name, _ := in["name"].(string); strings.HasPrefix(strings.ToLower(name), "sg-") {
		reason := fmt.Sprintf("cannot begin with sg-: %q", name)
		failures = append(failures, provider.Failure{Property: "name", Reason: reason})
	}
	return failures
}

// checkInline checks the ports of inline rules.
func checkInline(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	for _, direction := range []string{ingress, egress} {
		for i, item := range items(in[direction]) {
			entry, _ := item.(map[string]any)
			if reason := wrongPorts(entry); reason != "" {
				failures = append(failures, provider.Failure{
					Property: fmt.Sprintf("%s[%d].fromPort", direction, i), Reason: reason,
				})
			}
		}
	}
	return failures
}

// createGroup puts a group without a VPC into the default VPC. The provider removes AWS's rule that allows all outbound
// traffic, so a group allows only what its own rules allow.
func createGroup(c *provider.Call) error {
	if c.New.Props["vpcId"] == nil {
		vpc, err := defaultVpc(c)
		if err != nil {
			return err
		}
		c.New.Props["vpcId"] = vpc.ID
	}
	return updateGroup(c)
}

// updateGroup checks inline rules, which replace the earlier ones.
func updateGroup(c *provider.Call) error {
	for _, direction := range []string{ingress, egress} {
		entries := items(c.New.Props[direction])
		if c.Old != nil && !c.Changed(direction) || len(entries) == 0 {
			continue
		}
		if c.Old != nil && len(resourceRules(c, direction, c.New.ID, "")) > 0 {
			return mixed("rules", "security group")
		}
		if err := admitRules(c, c.New, inlineRules(entries, c.New.ID), nil); err != nil {
			return err
		}
	}
	return nil
}

// deleteGroup refuses to delete a VPC's default group, which is deleted with the VPC.
func deleteGroup(c *provider.Call) error {
	if c.Old.Props["name"] != "default" {
		return nil
	}
	return provider.Errorf("CannotDelete", // The wording is a guess.
		"the specified group: %q name: \"default\" cannot be deleted by a user", c.Old.ID)
}

// adoptGroup removes all rules from a VPC's default group and adds its own.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
func adoptGroup(c *provider.Call) error {
	if c.New.Props["vpcId"] == nil {
		vpc, err := defaultVpc(c)
		if err != nil {
			return err
		}
		c.New.Props["vpcId"] = vpc.ID
	}
	group := c.World.Find(GroupType, c.Region, func(o *world.Object) bool {
		return o.Props["name"] == "default" && o.Props["vpcId"] == c.New.Props["vpcId"]
	})
	if err := updateGroup(c); err != nil {
		return err
	}
	deleteRules(c, group.ID)
	return settleGroup(c, group)
}

func updateDefaultGroup(c *provider.Call) error {
	if err := updateGroup(c); err != nil {
		return err
	}
	return settleGroup(c, get(c, GroupType, c.New.ID))
}

func settleGroup(c *provider.Call, group *world.Object) error {
	for _, direction := range []string{ingress, egress} {
		if c.New.Props[direction] == nil { // An empty list, not nil: nil would stand for AWS's own rules.
			c.New.Props[direction] = []any{}
		}
	}
	adopt(c, group, ingress, egress, "revokeRulesOnDelete", "tags")
	return nil
}

// deleteRules deletes the rules that resources added to a group.
func deleteRules(c *provider.Call, group string) {
	for _, typ := range []string{ingressType, egressType, legacyRuleType} {
		deleteParts(c, typ, "securityGroupId", group)
	}
}
