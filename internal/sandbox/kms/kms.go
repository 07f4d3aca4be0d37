// Package kms is what KMS does beyond the facts: key policies that lock nobody out, and which keys can be used.
package kms

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
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
