package efs

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

const invalidPolicy = "InvalidPolicyException"

// checkPolicy reads the policy. A statement without a resource is about the file system.
func checkPolicy(in provider.Props) []provider.Failure {
	return resourcepolicy.Check(in, invalidPolicy, false)
}

// admitPolicy refuses a policy that names nobody, or that keeps its author from changing it. The author's own rights
// count, so only a denial locks out. https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html
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
