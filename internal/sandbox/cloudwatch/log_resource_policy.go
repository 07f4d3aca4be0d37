package cloudwatch

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

func checkResourcePolicy(in provider.Props) []provider.Failure {
	failures := resourcepolicy.Check(provider.Props{"policy": in["policyDocument"]}, "InvalidParameterException", true)
	for i := range failures {
		failures[i].Property = "policyDocument"
	}
	return failures
}

func admitResourcePolicy(c *provider.Call) error {
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policyDocument"]), true)
	if err != nil {
		return err
	}
	if stranger := policy.Stranger(c.World, c.Scope); stranger != "" {
		return provider.Errorf("InvalidParameterException", "Invalid principal in policy: %s", stranger) // a guess
	}
	return nil
}
