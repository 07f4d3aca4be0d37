package config

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decoder fills structs from a tree of JSON values, as the structs' tags define. It collects every problem, whereas
// encoding/json would stop at the first one.
type decoder struct {
	secret   []string // Top-level keys whose values are never shown.
	problems []Problem
}

// plain is a top-level value: text, whose meaning depends on the type of its key.
type plain string

func (d *decoder) decode(values map[string]string, config *Config) {
	tree := map[string]any{}
	for key, text := range values {
		name, own := strings.CutPrefix(key, Namespace+":")
		if own && !strings.Contains(name, ":") {
			tree[name] = plain(text)
		} else if own || key == "aws:region" {
			tree[key] = plain(text)
		}
	}
	d.object(Namespace+":", tree, reflect.ValueOf(config).Elem())
}

func (d *decoder) object(prefix string, tree map[string]any, dst reflect.Value) {
	var known []string
	for i := range dst.NumField() {
		tag := dst.Type().Field(i).Tag
		if name, ok := tag.Lookup("key"); ok {
			known = append(known, name)
			d.field(fullKey(prefix, name), tag, tree[name], dst.Field(i))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		if !slices.Contains(known, name) {
			d.report(fullKey(prefix, name), "not a known key", suggest(prefix, strings.TrimPrefix(name, prefix), known))
		}
	}
}

// field treats an empty text as missing if the key has no default, because a default in Pulumi.yaml cannot be
// "missing".
func (d *decoder) field(key string, tag reflect.StructTag, given any, dst reflect.Value) {
	fallback, hasDefault := tag.Lookup("default")
	emptyText := dst.Kind() == reflect.String && !hasDefault && (given == "" || given == plain(""))
	switch {
	case given == nil && hasDefault:
		given = plain(fallback)
	case given == nil && dst.Kind() == reflect.Struct:
		given = map[string]any{}
	case given == nil || emptyText:
		if tag.Get("required") != "" {
			d.report(key, "missing or empty", "must be "+allowed(tag))
		}
		return
	}
	if dst.Kind() == reflect.Pointer { // It stays nil if no value is given.
		dst.Set(reflect.New(dst.Type().Elem()))
		dst = dst.Elem()
	}
	d.value(key, tag, given, dst)
}

func (d *decoder) value(key string, tag reflect.StructTag, given any, dst reflect.Value) {
	if dst, ok := dst.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(key, tag, given, dst)
		return
	}
	value, ok := convert(given, dst.Kind())
	if !ok {
		d.reject(key, given, mustBe(dst.Kind(), given))
		return
	}
	switch value := value.(type) {
	case map[string]any:
		if dst.Kind() == reflect.Struct {
			d.object(key+".", value, dst)
		} else {
			d.variables(key, tag, value, dst)
		}
	case []any:
		d.list(key, tag, value, dst)
	default:
		dst.Set(reflect.ValueOf(value))
		if violates(tag, value) {
			d.reject(key, given, "must be "+allowed(tag)+nearest(tag, value))
		}
	}
}

// nearest returns the value that was probably meant, if the allowed values are a list of long names.
func nearest(tag reflect.StructTag, value any) string {
	text, _ := value.(string)
	known := formats[tag.Get("format")].Known
	if len(known) == 0 {
		return ""
	}
	return "; did you mean " + slices.MaxFunc(known, func(a, b string) int {
		return cmp.Compare(likeness(text, a), likeness(text, b))
	}) + "?"
}

func (d *decoder) text(key string, tag reflect.StructTag, given any, dst encoding.TextUnmarshaler) {
	text, ok := convert(given, reflect.String)
	if !ok {
		d.reject(key, given, "must be "+allowed(tag))
	} else if dst.UnmarshalText([]byte(text.(string))) != nil {
		d.reject(key, given, "must be "+allowed(tag))
	}
}

func (d *decoder) variables(key string, tag reflect.StructTag, entries map[string]any, dst reflect.Value) {
	if len(entries) > 0 {
		dst.Set(reflect.MakeMap(dst.Type()))
	}
	names, given := tag.Lookup("keys")
	if !given {
		names = "variable"
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if rule, ok := formats[names]; ok && !rule.Valid(name) {
			d.report(key+"."+name, "not a "+names+" name", "must be "+rule.Allowed)
		}
		entry := reflect.New(dst.Type().Elem()).Elem()
		d.value(key+"."+name, tag, entries[name], entry)
		dst.SetMapIndex(reflect.ValueOf(name), entry)
	}
}

func (d *decoder) list(key string, tag reflect.StructTag, items []any, dst reflect.Value) {
	dst.Set(reflect.MakeSlice(dst.Type(), len(items), len(items)))
	for i, item := range items {
		d.value(fmt.Sprintf("%s[%d]", key, i), tag, item, dst.Index(i))
	}
}

// convert returns a value as the Go type of a kind. Only plain text is parsed: inside an object, "512" is not a number.
func convert(given any, kind reflect.Kind) (value any, ok bool) {
	if text, isPlain := given.(plain); isPlain {
		given = parseText(string(text), kind)
	}
	switch kind {
	case reflect.String:
		value, ok = given.(string)
	case reflect.Bool:
		value, ok = given.(bool)
	case reflect.Int:
		number, _ := given.(json.Number)
		n, err := strconv.Atoi(number.String())
		value, ok = n, err == nil
	case reflect.Slice:
		value, ok = given.([]any)
	default:
		value, ok = given.(map[string]any)
	}
	return value, ok
}

// parseText parses JSON text. It returns other text unchanged, which only the type string accepts.
func parseText(text string, kind reflect.Kind) any {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if kind == reflect.String || !json.Valid([]byte(text)) || decoder.Decode(&value) != nil {
		return text
	}
	return value
}
