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
		if only, ok := field.Tag.Lookup("only"); ok && !isDefault(field.Tag, value) {
			if words, holds := condition(only, config); !holds {
				d.unused(key, value, words)
			}
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

// condition puts the conditions of a tag into words, "observability.alarms is true or ...", and reports whether one of
// them holds.
func condition(only string, config reflect.Value) (words string, holds bool) {
	var all []string
	for text := range strings.SplitSeq(only, "|") {
		key, wanted, equal := strings.Cut(text, "=")
		value := find(config, key)
		switch {
		case equal:
			holds = holds || fmt.Sprint(value) == wanted
		case value.Kind() == reflect.Bool:
			wanted = "true"
			holds = holds || value.Bool()
		default:
			wanted = "given"
			holds = holds || !value.IsZero()
		}
		all = append(all, key+" is "+wanted)
	}
	return strings.Join(all, " or "), holds
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
