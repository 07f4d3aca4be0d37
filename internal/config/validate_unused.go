package config

import (
	"fmt"
	"reflect"
	"strings"
)

// A field's tag only lists the conditions of which one must hold for the field to have an effect, with | between them.
// A condition is the key of another field, which must not be zero, or KEY=VALUE.

// checkUnused refuses values that have no effect as given. A value that equals the default is accepted.
func (d *decoder) checkUnused(c *Config) {
	d.unusedFields("", reflect.ValueOf(*c), reflect.ValueOf(*c))
}

func (d *decoder) unusedFields(path string, object, config reflect.Value) {
	for i := range object.NumField() {
		field, value := object.Type().Field(i), object.Field(i)
		key := path + field.Tag.Get("key")
		if value.Kind() == reflect.Struct {
			d.unusedFields(key+".", value, config)
		}
		if only, ok := field.Tag.Lookup("only"); ok && !isDefault(field.Tag, value) && !anyHolds(only, config) {
			d.unused(key, value, describe(only, config))
		}
	}
}

// unused shows the value, but not of a list of objects, whose fields have other names in Go.
func (d *decoder) unused(key string, value reflect.Value, unless string) {
	rule := "must be left out unless " + unless
	if value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct {
		d.report(ownKey(key), "given", rule)
		return
	}
	d.reject(ownKey(key), value.Interface(), rule)
}

func isDefault(tag reflect.StructTag, value reflect.Value) bool {
	text, ok := tag.Lookup("default")
	if !ok {
		return value.IsZero()
	}
	fallback, ok := convert(plain(text), value.Kind())
	return ok && fallback == value.Interface()
}

func anyHolds(conditions string, config reflect.Value) bool {
	for condition := range strings.SplitSeq(conditions, "|") {
		key, wanted, equal := strings.Cut(condition, "=")
		value := find(config, key)
		if equal && fmt.Sprint(value) == wanted || !equal && !value.IsZero() {
			return true
		}
	}
	return false
}

// describe puts conditions into words: "database.mode is create", "observability.alarms is true or ...".
func describe(conditions string, config reflect.Value) string {
	var words []string
	for condition := range strings.SplitSeq(conditions, "|") {
		key, wanted, equal := strings.Cut(condition, "=")
		switch {
		case equal:
		case find(config, key).Kind() == reflect.Bool:
			wanted = "true"
		default:
			wanted = "given"
		}
		words = append(words, key+" is "+wanted)
	}
	return strings.Join(words, " or ")
}

// find returns the value of a key such as "database.mode". The key must exist; each call of Parse looks up every key
// that a tag names.
func find(object reflect.Value, key string) reflect.Value {
	name, rest, inside := strings.Cut(key, ".")
	for i := range object.NumField() {
		if object.Type().Field(i).Tag.Get("key") != name {
			continue
		}
		if inside {
			return find(object.Field(i), rest)
		}
		return object.Field(i)
	}
	return reflect.Value{}
}
