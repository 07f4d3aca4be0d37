package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/doctest"
)

// The table of keys in docs/config.md is generated from the structs.
func TestReferenceMatchesDocs(t *testing.T) {
	t.Parallel()
	doctest.Check(t, filepath.Join(root, "docs", "config.md"), "config", "", referenceTable(Docs()),
		"go test ./internal/config -run Reference -update")
}

func referenceTable(keys []Key) string {
	var text strings.Builder
	text.WriteString("| key | type | default | what it sets | allowed |\n|---|---|---|---|---|\n")
	for _, key := range keys {
		writeRows(&text, key)
	}
	return text.String()
}

func writeRows(text *strings.Builder, key Key) {
	name := strings.TrimPrefix(key.Name, Namespace+":")
	fmt.Fprintf(text, "| `%s` | %s | %s | %s | %s |\n", name, key.Type, referenceDefault(key), key.Description, key.Allowed)
	for _, field := range key.Fields {
		writeRows(text, field)
	}
}

func referenceDefault(key Key) string {
	switch {
	case key.Required:
		return "required"
	case key.Default != "":
		return "`" + key.Default + "`"
	default:
		return ""
	}
}

type schema = map[string]any

var schemaPath = filepath.Join(root, "docs", "stack.schema.json")

// Editors use docs/stack.schema.json to complete and check stack files.
func TestReferenceMatchesSchema(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(stackSchema(), "", "  ")
	require.NoError(t, err)
	doctest.Whole(t, schemaPath, string(text)+"\n", "go test ./internal/config -run Reference -update")
}

// stackSchema returns a JSON Schema for stack files. It allows all keys of other namespaces.
func stackSchema() schema {
	keys := fieldSchemas(reflect.TypeFor[Config](), ownKey)
	for name, key := range keys {
		// In a stack file, the value of a key may be encrypted, and a boolean may be text.
		forms := []any{key, schema{"$ref": "#/definitions/secure"}}
		if key.(schema)["type"] == "boolean" {
			forms = append(forms, schema{"enum": []string{"true", "false"}})
		}
		keys[name] = schema{"anyOf": forms, "description": key.(schema)["description"]}
	}
	return schema{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"title":   "Pulumi stack file of Live Beats",
		"type":    "object",
		"properties": schema{"config": schema{
			"type": "object", "properties": keys, "required": []string{"aws:region", ownKey("image")},
			"propertyNames": schema{"anyOf": []any{
				schema{"not": schema{"pattern": "^" + Namespace + ":"}}, schema{"enum": slices.Sorted(maps.Keys(keys))},
			}},
		}},
		"definitions": schema{"secure": schema{
			"type": "object", "properties": schema{"secure": schema{"type": "string"}},
			"required": []string{"secure"}, "additionalProperties": false,
		}},
	}
}

// fieldSchemas maps the keys of a struct's fields to their schemas.
func fieldSchemas(object reflect.Type, key func(string) string) schema {
	fields := schema{}
	for field := range object.Fields() {
		name, ok := field.Tag.Lookup("key")
		if !ok {
			continue
		}
		if !strings.Contains(name, ":") {
			name = key(name)
		}
		fields[name] = valueSchema(field.Type, field.Tag)
		fields[name].(schema)["description"] = field.Tag.Get("doc")
		if value := field.Tag.Get("default"); value != "" {
			fields[name].(schema)["default"] = parseText(value, field.Type.Kind())
		}
	}
	return fields
}

func valueSchema(typ reflect.Type, tag reflect.StructTag) schema {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case typ == reflect.TypeFor[PortRange]():
		return schema{"type": "string", "pattern": `^\d+-\d+$`}
	case typ.Kind() == reflect.Struct:
		fields := fieldSchemas(typ, func(name string) string { return name })
		return schema{"type": "object", "properties": fields, "additionalProperties": false}
	case typ.Kind() == reflect.Slice:
		return schema{"type": "array", "items": valueSchema(typ.Elem(), tag)}
	case typ.Kind() == reflect.Map:
		return schema{"type": "object", "additionalProperties": valueSchema(typ.Elem(), tag)}
	case typ.Kind() == reflect.Bool:
		return schema{"type": "boolean"}
	case typ.Kind() == reflect.Int:
		return numberSchema(tag)
	default:
		return textSchema(tag)
	}
}

func numberSchema(tag reflect.StructTag) schema {
	number := schema{"type": "integer"}
	if allowed, ok := numbers(tag); ok {
		number["minimum"] = allowed.Min
		if allowed.Max > 0 {
			number["maximum"] = allowed.Max
		}
	}
	return number
}

func textSchema(tag reflect.StructTag) schema {
	text, rule := schema{"type": "string"}, formats[tag.Get("format")]
	switch enum := tag.Get("enum"); {
	case enum != "":
		text["enum"] = strings.Split(enum, ",")
	case rule.Known != nil:
		text["enum"] = rule.Known
	case rule.Pattern != "":
		text["pattern"] = rule.Pattern
	}
	return text
}

// TestSchema checks that the schema accepts the stack files and other valid ones, and refuses invalid ones.
func TestSchema(t *testing.T) {
	t.Parallel()
	compiled, err := jsonschema.Compile(schemaPath)
	require.NoError(t, err)
	validate := func(text string) error {
		var file any
		require.NoError(t, yaml.Unmarshal([]byte(text), &file))
		return compiled.Validate(file)
	}
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, path := range files {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, validate(string(text)), path)
		require.Contains(t, string(text), "# yaml-language-server: $schema=docs/stack.schema.json\n")
	}
	const start = "config:\n  aws:region: eu-west-2\n  live-beats:image: nginx\n"
	for _, good := range []string{
		"  live-beats:protect: true\n", "  live-beats:protect: \"true\"\n", "  live-beats:host:\n    secure: AAAB\n",
		"  other:key: 1\n", "  live-beats:database: {forceTls: false, maxStorage: 100}\n",
		"  live-beats:autoscaling: {max: 3, schedules: [{name: night, schedule: rate(1 day), max: 1}]}\n",
	} {
		require.NoError(t, validate(start+good), good)
	}
	for _, bad := range []string{
		"  live-beats:hots: a.example.com\n", "  live-beats:service: {cpus: 256}\n", "  live-beats:service: {port: 70000}\n",
		"  live-beats:service: {migrate: \"true\"}\n", "  live-beats:service: {distributionPorts: 9100}\n",
		"  live-beats:network: {mode: own}\n", "  live-beats:network: {vpcId: vpc-1}\n",
		"  live-beats:tls: {policy: ELBSecurityPolicy-2000}\n", "  live-beats:environment: {A: 1}\n",
	} {
		require.Error(t, validate(start+bad), bad)
	}
	require.Error(t, validate("config:\n  aws:region: eu-west-2\n"), "an image is required")
}
