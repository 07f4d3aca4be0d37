package kms

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const malformed = "MalformedPolicyDocumentException"

func checkKey(in provider.Props) []provider.Failure { return resourcepolicy.Check(in, malformed, true) }

func putKey(c *provider.Call) error {
	// https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
	switch {
	case c.New.Props["enableKeyRotation"] != true:
		delete(c.New.Props, "rotationPeriodInDays")
	case c.New.Props["rotationPeriodInDays"] == nil:
		c.New.Props["rotationPeriodInDays"] = 365.0
	}
	if c.New.Props["policy"] == nil {
		return nil
	}
	return admitPolicy(c)
}

// admitPolicy refuses a policy that names nobody, or under which its author could not change it again.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
func admitPolicy(c *provider.Call) error {
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policy"]), true)
	if err != nil {
		return provider.Errorf(malformed, "%v", err)
	}
	if policy.Stranger(c.World, c.Scope) != "" {
		return provider.Errorf(malformed, "Policy contains a statement with one or more invalid principals.")
	}
	if c.New.Props["bypassPolicyLockoutSafetyCheck"] == true {
		return nil
	}
	arn := fmt.Sprintf("arn:%s:kms:%s:%s:key/%v", c.Partition, c.Region, c.Account, world.UUID(c.New.Seed))
	if c.Old != nil {
		arn = fmt.Sprint(c.Old.Props["arn"])
	}
	verdict, err := policy.Decide(resourcepolicy.Asked(c.Scope, "kms:PutKeyPolicy", arn))
	switch {
	case err != nil:
		return fmt.Errorf("the sandbox: %w", err)
	case verdict != iampolicy.Allowed:
		return provider.Errorf(malformed,
			"The new key policy will not allow you to update the key policy in the future.")
	}
	return nil
}
