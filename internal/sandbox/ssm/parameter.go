// Package ssm is what Parameter Store does beyond the facts: versions, tiers and reserved names.
package ssm

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// ParameterType is the token of a parameter.
const ParameterType = "aws:ssm/parameter:Parameter"

// standardSize is the longest value, in characters, of a parameter of the Standard tier.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
const standardSize = 4096

// Behaviours of parameters.
var Behaviours = map[string]provider.Behaviour{ParameterType: {Check: check, Create: create, Update: update}}

func check(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	name, _ := in["name"].(string)
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(name), "/"), "/")
	if strings.HasPrefix(first, "aws") || strings.HasPrefix(first, "ssm") {
		failures = append(failures, provider.Failure{Property: "name", Reason: fmt.Sprintf(
			"ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive): %q", name)})
	}
	value, _ := in["value"].(string)
	if tier, _ := in["tier"].(string); len(value) > standardSize && (tier == "" || tier == "Standard") {
		failures = append(failures, provider.Failure{Property: "value", Reason: fmt.Sprintf(
			"ValidationException: Standard tier parameters support a maximum parameter value of %d characters: it has %d",
			standardSize, len(value))})
	}
	if typ, ok := in["type"].(string); ok && in["keyId"] != nil && typ != "SecureString" {
		failures = append(failures, provider.Failure{
			Property: "keyId", Reason: "ValidationException: KeyId is required for SecureString type parameter only.",
		})
	}
	return failures
}

func create(c *provider.Call) error {
	c.New.Props["version"] = 1.0
	name, _ := c.New.Props["name"].(string)
	c.Vars["slash"] = "/"
	if strings.HasPrefix(name, "/") {
		c.Vars["slash"] = ""
	}
	setKey(c.New.Props)
	return nil
}

// setKey: only a SecureString has a key, by default that of the account.
func setKey(props provider.Props) {
	switch {
	case props["type"] != "SecureString":
		props["keyId"] = ""
	case props["keyId"] == "":
		delete(props, "keyId")
	}
}

// update counts a version for every PutParameter; tags are another call.
func update(c *provider.Call) error {
	setKey(c.New.Props)
	version, _ := c.Old.Props["version"].(float64)
	changed := c.Changed("type") || c.Changed("description") || c.Changed("keyId") || c.Changed("tier")
	if value, _ := c.New.Props["value"].(string); changed || provider.Sealed(value) != c.Old.Props["value"] {
		version++
	}
	c.New.Props["version"] = version
	return nil
}

// Put sets a parameter's value as an operator does, outside of Pulumi; one that does not exist becomes a SecureString.
// It returns the new version.
func Put(w *world.World, s provider.Scope, name, value string) (int, error) {
	o := w.Get(ParameterType, s.Region, name)
	if o == nil {
		o = &world.Object{
			Type: ParameterType, Region: s.Region, ID: name, Created: w.Now(), Props: provider.Props{
				"name": name, "type": "SecureString", "tier": "Standard", "keyId": "alias/aws/ssm", "version": 0.0,
				"arn": fmt.Sprintf("arn:%s:ssm:%s:%s:parameter/%s",
					s.Partition, s.Region, s.Account, strings.TrimPrefix(name, "/")),
			},
		}
	}
	version, _ := o.Props["version"].(float64)
	o.Props["version"], o.Props["value"] = version+1, provider.Sealed(value)
	w.Put(o)
	return int(version) + 1, w.Save()
}
