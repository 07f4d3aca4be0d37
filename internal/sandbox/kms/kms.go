// Package kms models what KMS does beyond the facts: key policies must not lock out their author, and only enabled keys
// can be used.
package kms

import (
	"fmt"
	"maps"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	keyType   = "aws:kms/key:Key"
	aliasType = "aws:kms/alias:Alias"
)

// Behaviours of keys and aliases, by type.
var Behaviours = map[string]provider.Behaviour{
	keyType:   {Check: checkKey, Create: putKey, Update: putKey},
	aliasType: {Check: checkAlias, Create: setTarget, Update: setTarget},
}

// Usable returns the enabled key with this id, ARN, alias or alias ARN, or nil.
func Usable(w *world.World, region, name string) *world.Object {
	if alias := w.Find(aliasType, region, func(o *world.Object) bool {
		return o.ID == name || o.Props["arn"] == name
	}); alias != nil {
		name, _ = alias.Props["targetKeyArn"].(string)
	}
	return w.Find(keyType, region, func(o *world.Object) bool {
		return (o.ID == name || o.Props["arn"] == name) && o.Props["isEnabled"] != false
	})
}

// Managed returns the ARN of the AWS managed key for a service in the account and region.
func Managed(s provider.Scope, service string) string {
	return fmt.Sprintf("arn:%s:kms:%s:%s:key/%s", s.Partition, s.Region, s.Account,
		world.UUID(s.Region, s.Account, service))
}

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

// Put adds a key that was created outside of Pulumi, or changes the policy of an existing key. The caller chooses the
// ARN. An empty policy means AWS's default key policy. Errors: a policy that KMS refuses.
func Put(w *world.World, s provider.Scope, arn, policy string) error {
	_, id, _ := strings.Cut(arn, ":key/")
	if policy == "" {
		policy = fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":`+
			`"arn:%s:iam::%s:root"},"Action":"kms:*","Resource":"*"}]}`, s.Partition, s.Account)
	}
	key := &world.Object{Type: keyType, Region: s.Region, ID: id, Created: w.Now(), Props: provider.Props{
		"arn": arn, "keyId": id, "policy": policy, "isEnabled": true, "enableKeyRotation": false,
		"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "keyUsage": "ENCRYPT_DECRYPT",
	}}
	if old := w.Get(keyType, s.Region, id); old != nil {
		key.Created, key.Seeded, key.Props = old.Created, old.Seeded, maps.Clone(old.Props)
		key.Props["policy"] = policy
	}
	if err := admitPolicy(&provider.Call{World: w, Scope: s, Old: key, New: key}); err != nil {
		return err
	}
	w.Put(key)
	return nil
}

// admitPolicy refuses a policy with an invalid principal, or one that does not let its author change it again.
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

func checkAlias(in provider.Props) []provider.Failure {
	if name, _ := in["name"].(string); strings.HasPrefix(name, "alias/aws/") {
		return []provider.Failure{{Property: "name", Reason: fmt.Sprintf(
			"cannot begin with \"alias/aws/\", which is reserved for AWS: %q", name)}}
	}
	return nil
}

// setTarget fills in the ARN of the alias's key.
func setTarget(c *provider.Call) error {
	key := c.New.Props["targetKeyId"]
	c.New.Props["targetKeyArn"] = c.World.Find(keyType, c.Region, func(o *world.Object) bool {
		return o.ID == key || o.Props["arn"] == key
	}).Props["arn"]
	return nil
}
