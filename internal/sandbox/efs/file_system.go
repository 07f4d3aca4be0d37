// Package efs models what EFS does beyond the facts: where mount targets may be created, and policies that must not
// lock out their author.
package efs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

const (
	fileSystemType  = "aws:efs/fileSystem:FileSystem"
	mountTargetType = "aws:efs/mountTarget:MountTarget"
	policyType      = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	subnetType      = "aws:ec2/subnet:Subnet"
)

// Behaviours of file systems, their mount targets and policies, by type.
var Behaviours = map[string]provider.Behaviour{
	fileSystemType:  {Check: checkFileSystem, Create: createFileSystem},
	mountTargetType: {Check: checkMountTarget, Create: createMountTarget, Update: admitGroups},
	policyType:      {Check: checkPolicy, Create: admitPolicy, Update: admitPolicy},
}

// checkFileSystem refuses two lifecycle transitions of the same kind.
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

const invalidPolicy = "InvalidPolicyException"

// checkPolicy validates the policy. A statement without a resource applies to the file system.
func checkPolicy(in provider.Props) []provider.Failure {
	return resourcepolicy.Check(in, invalidPolicy, false)
}

// admitPolicy refuses a policy with an invalid principal, or one that denies its author further changes. The author's
// own permissions apply too, so only an explicit deny locks the author out.
// https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html
func admitPolicy(c *provider.Call) error {
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policy"]), false)
	if err != nil {
		return provider.Errorf(invalidPolicy, "%v", err)
	}
	if who := policy.Stranger(c.World, c.Scope); who != "" {
		return provider.Errorf(invalidPolicy, "Policy contains an invalid Principal block: %s", who) // wording is a guess
	}
	if c.New.Props["bypassPolicyLockoutSafetyCheck"] == true {
		return nil
	}
	fileSystem := c.World.Get(fileSystemType, c.Region, fmt.Sprint(c.New.Props["fileSystemId"]))
	verdict, err := policy.Decide(resourcepolicy.Asked(c.Scope,
		"elasticfilesystem:PutFileSystemPolicy", fmt.Sprint(fileSystem.Props["arn"])))
	switch {
	case err != nil:
		return fmt.Errorf("the sandbox: %w", err)
	case verdict == iampolicy.ExplicitDeny:
		// wording is a guess
		return provider.Errorf(invalidPolicy, "The policy would lock you out of future PutFileSystemPolicy requests")
	}
	return nil
}
