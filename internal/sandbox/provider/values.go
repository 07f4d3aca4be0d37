package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

var kindNames = map[string]string{
	facts.String: "a string", facts.Int: "an integer", facts.Number: "a number", facts.Bool: "a boolean",
	facts.JSON: "a JSON string",
	facts.Map:  "a map of strings", facts.Strings: "a list", facts.Objects: "a list", facts.Object: "an object",
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case float64:
		return "a number"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprintf("%T", v)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// number turns the integers of the table into the numbers of property values.
func number(v any) any {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v
}

// inputsOnly copies properties without the engine's and the provider's own ("__defaults").
func inputsOnly(props Props) Props {
	out := Props{}
	for name, v := range props {
		if !strings.HasPrefix(name, "__") {
			out[name] = v
		}
	}
	return out
}

// HasUnknown tells whether a value is not known yet, in whole or in part.
func HasUnknown(v any) bool {
	switch v := v.(type) {
	case Unknown:
		return true
	case []any:
		for _, item := range v {
			if HasUnknown(item) {
				return true
			}
		}
	case map[string]any:
		for _, item := range v {
			if HasUnknown(item) {
				return true
			}
		}
	}
	return false
}

// Zero tells whether a value means the same to AWS as an unset one.
func Zero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	case Unknown:
		return false
	default:
		return reflect.ValueOf(v).IsZero()
	}
}

func equalJSON(a, b any) bool { return Zero(a) && Zero(b) || reflect.DeepEqual(a, b) }

// sameDocument compares JSON texts by meaning, as the real provider does.
func sameDocument(p *facts.Property, a, b string) bool {
	switch {
	case p.Format == facts.FormatPolicy && iampolicy.Equivalent(a, b),
		p.Format == facts.FormatContainers && taskdef.Equivalent(a, b):
		return true
	}
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return reflect.DeepEqual(x, y)
}

// seal replaces secret values by a digest, in place: the world's file never holds a secret.
func seal(typ *facts.Type, props Props) Props {
	for name, v := range props {
		if p := typ.Property(name); p != nil && p.Secret && v != nil {
			props[name] = Sealed(fmt.Sprint(v))
		}
	}
	return props
}

// Sealed is how the world holds a secret value.
func Sealed(value string) string { return "sha256:" + world.Digest(64, "secret", value) }

// ChangedOutside stands for a secret whose value Pulumi does not know, because it was set outside of Pulumi.
const ChangedOutside = "(set outside of Pulumi: the sandbox keeps only a digest)"

// unknownSecret stands for an imported secret: the world can tell whether a value is the right one, not which it is.
func unknownSecret(digest any) string { return fmt.Sprintf("%s%v)", unknownSecretPrefix, digest) }

// veil makes imported secrets what they are to a Behaviour, unknown, and answers what stood in their place.
func veil(typ *facts.Type, in Props) Props {
	secrets := Props{}
	for name, v := range in {
		text, _ := v.(string)
		if p := typ.Inputs[name]; p != nil && p.Secret && strings.HasPrefix(text, unknownSecretPrefix) {
			secrets[name], in[name] = v, Unknown{}
		}
	}
	return secrets
}

const unknownSecretPrefix = "(the sandbox keeps only a digest of this secret; give its value: "

// unseal answers an object's properties with its secrets as Pulumi last saw them, if they are still those, and what the
// provider alone knows as it is in Pulumi's state. Without a state (an import), nobody knows either.
func (e *Engine) unseal(typ *facts.Type, o *world.Object, state Props) Props {
	out := Props{}
	for name, v := range o.Props {
		out[name] = v
		if p := typ.Property(name); p == nil || !p.Secret || v == nil {
			continue
		}
		last, known := state[name].(string)
		switch {
		case state == nil || last == unknownSecret(v):
			out[name] = unknownSecret(v)
		case known && Sealed(last) == v:
			out[name] = last
		default:
			out[name] = ChangedOutside
		}
	}
	return withLocal(typ, out, state)
}

// withLocal takes what AWS does not know from Pulumi's state. Without one, it is as the provider's defaults are.
func withLocal(typ *facts.Type, props, state Props) Props {
	props = maps.Clone(props)
	for name, p := range typ.Inputs {
		if !p.Local {
			continue
		}
		v := state[name]
		if state == nil {
			v = number(p.Default)
		}
		if props[name] = v; v == nil {
			delete(props, name)
		}
	}
	return props
}
