// Package sns models what SNS does beyond the facts: keys of topics, endpoints that match their protocol, confirmations
// and policies.
package sns

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

// Behaviours of topic policies and subscriptions, by type.
var Behaviours = map[string]provider.Behaviour{
	"aws:sns/topic:Topic":                         {Create: admitKey, Update: admitKey},
	"aws:sns/topicPolicy:TopicPolicy":             {Check: checkPolicy, Create: admitPolicy, Update: admitPolicy},
	"aws:sns/topicSubscription:TopicSubscription": {Create: subscribe, Update: subscribe},
}

// admitKey refuses a key that the account does not have.
func admitKey(c *provider.Call) error {
	key, encrypted := c.New.Props["kmsMasterKeyId"].(string)
	if encrypted && key != "alias/aws/sns" && kms.Usable(c.World, c.Region, key) == nil {
		return fmt.Errorf("the sandbox has no enabled KMS key %q for the topic; sandbox put-key adds one", key)
	}
	return nil
}

func checkPolicy(in provider.Props) []provider.Failure {
	return resourcepolicy.Check(in, "InvalidParameter: Invalid parameter: Policy Error", true)
}

// admitPolicy refuses actions of other services, resources that are not the topic, and principals that do not exist.
func admitPolicy(c *provider.Call) error {
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policy"]), true)
	if err != nil {
		return err
	}
	if stranger := policy.Stranger(c.World, c.Scope); stranger != "" {
		return invalid("Policy Error: PrincipalNotFound")
	}
	for _, s := range policy.Statements {
		if err := admitStatement(s, c.New.Props["arn"]); err != nil {
			return err
		}
	}
	return nil
}

func admitStatement(s iampolicy.Statement, topic any) error {
	for _, action := range s.Actions {
		if !strings.HasPrefix(strings.ToLower(action), "sns:") {
			return invalid("Policy statement action out of service scope!")
		}
	}
	for _, resource := range s.Resources {
		if resource != topic {
			return invalid("Policy statement resource does not match the topic") // wording is a guess
		}
	}
	return nil
}

// subscribe checks the endpoint. Only the owner of an email address, or an HTTPS endpoint itself, can confirm it.
func subscribe(c *provider.Call) error {
	endpoint := fmt.Sprint(c.New.Props["endpoint"])
	mail := c.New.Props["protocol"] != "https"
	local, domain, isAddress := strings.Cut(endpoint, "@")
	switch {
	case mail && (!isAddress || local == "" || domain == ""):
		return invalid("Email address")
	case !mail && !strings.HasPrefix(endpoint, "https://"):
		return invalid("Endpoint must match the specified protocol")
	}
	if c.New.Props["filterPolicy"] != nil && c.New.Props["filterPolicyScope"] == nil {
		c.New.Props["filterPolicyScope"] = "MessageAttributes"
	}
	if c.Old == nil {
		c.New.Props["pendingConfirmation"] = mail || c.New.Props["endpointAutoConfirms"] != true
	}
	return nil
}

func invalid(message string) error {
	return provider.Errorf("InvalidParameter", "Invalid parameter: %s", message)
}
