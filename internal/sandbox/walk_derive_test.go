package sandbox_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// inputPath is the path of an input: names, and "0" for the first item of a list of objects.
type inputPath []string

func (p inputPath) String() string { return strings.Join(p, ".") }

// inputPaths lists the paths of the inputs that hold values.
func inputPaths(inputs map[string]*facts.Property, under inputPath) []inputPath {
	var paths []inputPath
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		path := append(slices.Clone(under), name)
		switch p := inputs[name]; {
		case p.Alike == facts.AlikeAlways: // Alone it is no change.
		case p.Type == facts.Object:
			paths = append(paths, inputPaths(p.Properties, path)...)
		case p.Type == facts.Objects:
			paths = append(paths, inputPaths(p.Properties, append(path, "0"))...)
		default:
			paths = append(paths, path)
		}
	}
	return paths
}

func get(v any, path []string) any {
	for _, step := range path {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// set returns a copy of v with the value at a path replaced. Objects and lists that are missing on the way are created.
func (w *walk) set(known map[string]*facts.Property, v any, path, at inputPath, value any) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "0" {
		items, _ := v.([]any)
		items = append(slices.Clone(items), nil)[:max(len(items), 1)]
		items[0] = w.set(known, items[0], path[1:], append(at, "0"), value)
		return items
	}
	object, ok := v.(map[string]any)
	if !ok {
		object = w.minimal(known, at)
	}
	object = maps.Clone(object)
	object[path[0]] = w.set(known[path[0]].Properties, object[path[0]], path[1:], append(at, path[0]), value)
	return object
}

// minimal returns an object with its required properties, or the one in walkObjects.
func (w *walk) minimal(known map[string]*facts.Property, at inputPath) props {
	if given, ok := walkObjects[strings.ReplaceAll(at.String(), ".0", "")]; ok {
		return w.resolve(given).(props)
	}
	object := props{}
	for name, p := range known {
		if !p.Required {
			continue
		}
		switch p.Type {
		case facts.Object:
			object[name] = w.minimal(p.Properties, append(slices.Clone(at), name))
		case facts.Objects:
			object[name] = []any{w.minimal(p.Properties, append(slices.Clone(at), name))}
		default:
			if all := w.values(p, nil); len(all) > 0 {
				object[name] = all[0]
			}
		}
	}
	return object
}

// values returns values of a property that differ from the old one. Some may be invalid.
func (w *walk) values(p *facts.Property, old any) []any {
	var all []any
	switch p.Type {
	case facts.Bool:
		all = []any{old != true}
	case facts.Int, facts.Number:
		n, _ := old.(float64)
		all = append(numbers(p), n+1, n-1, n+60, 30.0)
	case facts.Map:
		return []any{props{"walk": "x"}}
	case facts.Strings:
		item := *p
		item.Type = facts.String
		items, _ := old.([]any)
		for _, v := range w.values(&item, get(old, []string{"0"})) {
			if !slices.Contains(items, v) {
				all = append(all, []any{v}, append(slices.Clone(items), v))
			}
		}
		return all
	case facts.String:
		all = w.texts(p, fmt.Sprint(old))
	}
	return slices.DeleteFunc(all, func(v any) bool { return v == old || old == nil && (v == "" || v == 0.0 || v == false) })
}

func numbers(p *facts.Property) []any {
	var all []any
	for _, e := range p.Enum {
		all = append(all, float64(e.(int)))
	}
	for _, limit := range []*int{p.Min, p.Max} {
		if limit != nil {
			all = append(all, float64(*limit))
		}
	}
	return all
}

// texts returns references to existing resources, or else words of several forms.
func (w *walk) texts(p *facts.Property, old string) []any {
	if p.Enum != nil {
		return append(slices.Clone(p.Enum), "walk") // The last one must be refused.
	}
	if p.Ref != nil {
		var all []any
		region := w.account.Region
		if w.account.Table[p.Ref.Type].Global {
			region = ""
		}
		for _, o := range w.account.World.List(p.Ref.Type, region) {
			if p.Ref.By == nil {
				all = append(all, o.ID)
			}
			for _, name := range p.Ref.By {
				all = append(all, o.Props[name])
			}
		}
		return all
	}
	switch p.Format {
	case facts.FormatCIDR, facts.FormatCIDRAny:
		return []any{"10.0.7.0/24", "192.0.2.0/24", "10.9.0.0/16"}
	case facts.FormatCIDR6:
		return []any{"2001:db8::/32"}
	}
	return []any{
		old + "2", "walk", "other", "/walk", "/walk/", "walk.example.com", "03:00-04:00", "sat:05:00-sat:06:00", "p99", "8443", "2",
		"0755", "arn:aws:sns:eu-west-2:123456789012:walk", "2030-01-01T00:00:00Z", "arn:aws:iam::123456789012:role/walk",
	}
}

func propertyAt(known map[string]*facts.Property, path inputPath) *facts.Property {
	var p *facts.Property
	for _, name := range path {
		if name != "0" {
			p = known[name]
			known = p.Properties
		}
	}
	return p
}
