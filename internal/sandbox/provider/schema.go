package provider

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// GetSchema returns the part of the package's schema that the sandbox models, from the facts. Objects inside of
// properties are of any shape there, and functions have neither arguments nor results: the SDKs have their own types,
// and the sandbox checks what it gets.
func (s *Server) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	resources, functions := map[string]any{}, map[string]any{}
	for _, token := range s.Table.Tokens() {
		if strings.HasPrefix(token, s.Package+":") {
			resources[token] = resourceSchema(s.Table[token])
		}
	}
	for token := range s.Invokes {
		if strings.HasPrefix(token, s.Package+":") {
			functions[token] = map[string]any{"outputs": objectSchema(nil, nil)}
		}
	}
	document, err := json.Marshal(map[string]any{
		"name": s.Package, "version": s.Version, "resources": resources, "functions": functions,
		// The part of a module after the slash is the file of Pulumi's SDK, as in the real package.
		"meta":        map[string]any{"moduleFormat": "(.*)(?:/[^/]*)"},
		"description": "What the sandbox of Live Beats models of this provider.",
	})
	return &pulumirpc.GetSchemaResponse{Schema: string(document)}, err
}

func resourceSchema(typ *facts.Type) map[string]any {
	inputs, outputs, required := map[string]any{}, map[string]any{}, []string{}
	for _, name := range slices.Sorted(maps.Keys(typ.Inputs)) {
		p := typ.Inputs[name]
		inputs[name], outputs[name] = propertySchema(p), propertySchema(p)
		if p.Required {
			required = append(required, name)
		}
	}
	for name, p := range typ.Outputs {
		outputs[name] = propertySchema(p)
	}
	return map[string]any{
		"description": strings.Join(typ.Docs, "\n"), "inputProperties": inputs, "requiredInputs": required,
		"properties": outputs,
	}
}

func objectSchema(properties map[string]any, required []string) map[string]any {
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

func propertySchema(p *facts.Property) map[string]any {
	anything := map[string]any{"$ref": "pulumi.json#/Any"}
	text := map[string]any{"type": "string"}
	property := map[string]map[string]any{
		facts.String: text, facts.JSON: text, facts.Int: {"type": "integer"}, facts.Number: {"type": "number"},
		facts.Bool: {"type": "boolean"}, facts.Map: {"type": "object", "additionalProperties": text},
		facts.Strings: {"type": "array", "items": text}, facts.Object: anything,
		facts.Objects: {"type": "array", "items": anything},
	}[p.Type]
	property = maps.Clone(property)
	if p.Secret {
		property["secret"] = true
	}
	if p.Replaces {
		property["replaceOnChanges"] = true
	}
	switch p.Default.(type) {
	case string, bool, int, float64:
		property["default"] = p.Default
	}
	return property
}
