package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
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
	quoted := resource.PropertyPath{name}.String() // In brackets if the name has dots or brackets.
	if path == "" || strings.HasPrefix(quoted, "[") {
		return path + quoted
	}
	return path + "." + quoted
}

// number converts the table's integers to the numbers of property values.
func number(v any) any {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v
}

// inputsOnly copies properties without the engine's and the provider's own, such as "__defaults".
func inputsOnly(props Props) Props {
	out := Props{}
	for name, v := range props {
		if !strings.HasPrefix(name, "__") {
			out[name] = v
		}
	}
	return out
}

// HasUnknown reports whether a value is unknown, in whole or in part.
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

// Zero reports whether a value means the same to AWS as an unset one.
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

func equalJSON(a, b any) bool {
	if a, ok := a.(string); ok { // Most values are strings, and there may be thousands.
		if b, ok := b.(string); ok {
			return a == b
		}
	}
	return Zero(a) && Zero(b) || reflect.DeepEqual(a, b)
}

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
