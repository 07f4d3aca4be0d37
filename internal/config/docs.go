package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Key documents one key, or one field of an object.
type Key struct {
	Name        string // "aws:region", "live-beats:service", "live-beats:service.cpu".
	Type        string // As in Pulumi.yaml: string, integer, boolean, array or object.
	Required    bool
	Default     string // "" when there is none, or when Description states it.
	Allowed     string // "" when every value of the type is allowed.
	Description string
	Fields      []Key // The fields of an object whose fields are fixed.
}

// Docs returns every key, in the order of the structs.
func Docs() []Key { return document(Namespace+":", reflect.TypeFor[Config]()) }

func document(prefix string, object reflect.Type) []Key {
	var keys []Key
	for i := range object.NumField() {
		field := object.Field(i)
		name, ok := field.Tag.Lookup("key")
		if !ok {
			continue
		}
		key := Key{
			Name:        fullKey(prefix, name),
			Type:        typeName(field.Type),
			Required:    field.Tag.Get("required") != "",
			Default:     field.Tag.Get("default"),
			Allowed:     allowed(field.Tag),
			Description: field.Tag.Get("doc"),
		}
		if only, ok := field.Tag.Lookup("only"); ok {
			words, _ := condition(only, reflect.ValueOf(Config{}))
			key.Description += ". Only if " + words
		}
		if key.Type == "object" && field.Type.Kind() == reflect.Struct {
			key.Fields = document(key.Name+".", field.Type)
		}
		keys = append(keys, key)
	}
	return keys
}

func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[PortRange]() {
		return "string"
	}
	return map[reflect.Kind]string{
		reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean",
		reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
	}[t.Kind()]
}

// Text returns the key's description for Pulumi.yaml: one line for the key, one for its allowed values and one for each
// field.
func (k Key) Text() string {
	lines := []string{k.Description}
	if k.Allowed != "" {
		lines = append(lines, "Allowed: "+k.Allowed)
	}
	for _, field := range k.Fields {
		facts := field.Type
		if field.Allowed != "" {
			facts += ", " + field.Allowed
		}
		if field.Default != "" {
			facts += ", default " + field.Default
		}
		name := strings.TrimPrefix(field.Name, k.Name+".")
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", name, field.Description, facts))
	}
	return strings.Join(lines, "\n")
}
