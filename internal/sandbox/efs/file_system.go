package efs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// checkFileSystem refuses two transitions of one kind.
func checkFileSystem(in provider.Props) []provider.Failure {
	seen := map[string]bool{}
	policies, _ := in["lifecyclePolicies"].([]any)
	for i, item := range policies {
		policy, _ := item.(map[string]any)
		for transition := range policy {
			if seen[transition] {
				return []provider.Failure{{ // wording is a guess
					Property: fmt.Sprintf("lifecyclePolicies[%d].%s", i, transition),
					Reason:   "BadRequest: One or more LifecyclePolicy objects specified are malformed",
				}}
			}
			seen[transition] = true
		}
	}
	return nil
}

func createFileSystem(c *provider.Call) error {
	if zone, ok := c.New.Props["availabilityZoneName"].(string); ok &&
		!slices.Contains(ec2.Zones, strings.TrimPrefix(zone, c.Region)) {
		// wording is a guess
		return provider.Errorf("UnsupportedAvailabilityZone", "The Availability Zone '%s' is not supported", zone)
	}
	key, given := c.New.Props["kmsKeyId"].(string)
	switch {
	case given && kms.Usable(c.World, c.Region, key) == nil:
		// wording is a guess
		return provider.Errorf("ValidationException", "The KMS key '%s' does not exist or is not enabled", key)
	case !given && c.New.Props["encrypted"] == true:
		c.New.Props["kmsKeyId"] = kms.Managed(c.Scope, "elasticfilesystem")
	}
	return nil
}
