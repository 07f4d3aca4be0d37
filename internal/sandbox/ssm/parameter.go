// Package ssm models what Parameter Store does beyond the facts: versions, tiers and reserved names.
package ssm

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// ParameterType is the type token of a parameter.
const ParameterType = "aws:ssm/parameter:Parameter"

// managedKey is the alias of the AWS managed key for parameters.
const managedKey = "alias/aws/ssm"

// standardSize is the maximum size of a value in the Standard tier, in characters.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
const standardSize = 4096

// Behaviours of parameters, by type.
var Behaviours = map[string]provider.Behaviour{
	ParameterType: {Check: check, Create: create, Update: update, Settle: settle},
}

func check(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	name, _ := in["name"].(string)
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(name), "/"), "/")
	if strings.HasPrefix(first, "aws") || strings.HasPrefix(first, "ssm") {
		failures = append(failures, provider.Failure{Property: "name", Reason: fmt.Sprintf(
			"ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive): %q", name)})
	}
	failures = append(failures, checkValue(in)...)
	if typ, ok := in["type"].(string); ok && in["keyId"] != nil && typ != "SecureString" {
		failures = append(failures, provider.Failure{
			Property: "keyId", Reason: "ValidationException: KeyId is required for SecureString type parameter only.",
		})
	}
	return failures
}

// checkValue checks the size of the value for its tier, and that it matches allowedPattern.
func checkValue(in provider.Props) []provider.Failure {
	property := "value"
	if in["insecureValue"] != nil {
		property = "insecureValue"
	}
	value, known := in[property].(string)
	var failures []provider.Failure
	if tier, _ := in["tier"].(string); len(value) > standardSize && (tier == "" || tier == "Standard") {
		failures = append(failures, provider.Failure{Property: property, Reason: fmt.Sprintf(
			"ValidationException: Standard tier parameters support a maximum parameter value of %d characters: it has %d",
			standardSize, len(value))})
	}
	if err := refuseNesting(value); err != nil {
		failures = append(failures, provider.Failure{Property: property, Reason: err.Error()})
	}
	allowed, _ := in["allowedPattern"].(string)
	pattern, err := regexp.Compile(`^(?:` + allowed + `)$`)
	switch {
	case err != nil:
		failures = append(failures, provider.Failure{
			Property: "allowedPattern", Reason: "InvalidAllowedPatternException: The request does not meet the regular " +
				"expression requirement.",
		})
	case allowed != "" && known && !pattern.MatchString(value):
		failures = append(failures, provider.Failure{Property: property, Reason: "ParameterPatternMismatchException: " +
			"Parameter value, cannot be validated against allowedPattern: " + allowed})
	}
	return failures
}

var nesting = regexp.MustCompile(`\{\{.*\}\}`)

// refuseNesting refuses {{}} in a value. It stands for a parameter in commands and documents, and a parameter cannot
// contain another one.
func refuseNesting(value string) error {
	if nesting.MatchString(value) {
		return provider.Errorf("ValidationException",
			`Parameter value can't nest another parameter. Do not use "{{}}" in the value.`)
	}
	return nil
}

func create(c *provider.Call) error {
	version := 1.0
	name, _ := c.New.Props["name"].(string)
	if old := c.World.Get(ParameterType, c.Region, name); old != nil && c.New.Props["overwrite"] == true {
		last, _ := old.Props["version"].(float64)
		version = last + 1
		c.World.Delete(old)
	}
	c.New.Props["version"] = version
	c.Vars["slash"] = "/"
	if strings.HasPrefix(name, "/") {
		c.Vars["slash"] = ""
	}
	setValue(c.New.Props)
	setKey(c.New.Props)
	return admitKey(c)
}

// admitKey checks that the KMS key that encrypts the value exists.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
func admitKey(c *provider.Call) error {
	key, _ := c.New.Props["keyId"].(string)
	return findKey(c.World, c.Region, key)
}

func findKey(w *world.World, region, key string) error {
	if key == "" || key == managedKey || kms.Usable(w, region, key) != nil {
		return nil
	}
	return provider.Errorf("InvalidKeyId", "Key '%s' does not exist", key)
}

// setValue copies insecureValue, if it is set, to value.
func setValue(props provider.Props) {
	if plain := props["insecureValue"]; plain != nil {
		props["value"] = plain
	}
}

// setKey makes sure that only a SecureString has a key. The default is the account's key.
func setKey(props provider.Props) {
	switch {
	case props["type"] != "SecureString":
		props["keyId"] = ""
	case props["keyId"] == "":
		delete(props, "keyId")
	}
}

// versioned are the inputs, besides the value, whose change is a PutParameter call.
var versioned = []string{"allowedPattern", "dataType", "description", "insecureValue", "keyId", "tier", "type"}

// update increments the version for every PutParameter call. Tags are changed by another call.
func update(c *provider.Call) error {
	if c.Old.Props["tier"] == "Advanced" && c.New.Props["tier"] == "Standard" {
		return errors.New("the sandbox does not model going back from the Advanced tier, for which the real provider " +
			"replaces the parameter; delete it first")
	}
	setValue(c.New.Props)
	setKey(c.New.Props)
	if err := admitKey(c); c.Changed("keyId") && err != nil {
		return err
	}
	version, _ := c.Old.Props["version"].(float64)
	value, _ := c.New.Props["value"].(string)
	if slices.ContainsFunc(versioned, c.Changed) || provider.Sealed(value) != c.Old.Props["value"] {
		version++
	}
	c.New.Props["version"] = version
	return nil
}

// Put sets a parameter's value outside of Pulumi, as an operator does, and returns the new version. A parameter that
// does not exist is created as a SecureString. The value is encrypted with key. If key is empty, it is encrypted with
// the account's key alias/aws/ssm, whatever key the parameter had before, as on AWS. Errors: a nested parameter in
// value, a key that does not exist.
func Put(w *world.World, s provider.Scope, name, value, key string) (int, error) {
	if err := errors.Join(refuseNesting(value), findKey(w, s.Region, key)); err != nil {
		return 0, err
	}
	o := w.Get(ParameterType, s.Region, name)
	if o == nil {
		o = &world.Object{
			Type: ParameterType, Region: s.Region, ID: name, Created: w.Now(), Props: provider.Props{
				"name": name, "type": "SecureString", "tier": "Standard", "version": 0.0,
				"arn": fmt.Sprintf("arn:%s:ssm:%s:%s:parameter/%s",
					s.Partition, s.Region, s.Account, strings.TrimPrefix(name, "/")),
			},
		}
	}
	version, _ := o.Props["version"].(float64)
	w.Edit(o)
	o.Props["version"], o.Props["value"] = version+1, provider.Sealed(value)
	if o.Props["type"] == "SecureString" {
		o.Props["keyId"] = cmp.Or(key, managedKey)
	}
	w.Put(o)
	setNames(w, s.Region, name, value)
	return int(version) + 1, w.Save()
}
