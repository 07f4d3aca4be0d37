// Package kms is what KMS does beyond the facts: key policies that lock nobody out, and which keys can be used.
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

// Behaviours of keys and aliases.
var Behaviours = map[string]provider.Behaviour{
	keyType:   {Check: checkKey, Create: putKey, Update: putKey},
	aliasType: {Check: checkAlias, Create: point, Update: point},
}

// Usable finds an enabled key by its id, its ARN, an alias or an alias's ARN, or nil.
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

// Managed is the ARN of the key that AWS keeps for a service in every account and region.
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

// Put adds a key that was made outside of Pulumi, under an ARN of the caller's choice, or changes the policy of one
// that is there.
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

func checkAlias(in provider.Props) []provider.Failure {
	if name, _ := in["name"].(string); strings.HasPrefix(name, "alias/aws/") {
		return []provider.Failure{{Property: "name", Reason: fmt.Sprintf(
			"cannot begin with \"alias/aws/\", which is reserved for AWS: %q", name)}}
	}
	return nil
}

func point(c *provider.Call) error {
	key := c.New.Props["targetKeyId"]
	c.New.Props["targetKeyArn"] = c.World.Find(keyType, c.Region, func(o *world.Object) bool {
		return o.ID == key || o.Props["arn"] == key
	}).Props["arn"]
	return nil
}
