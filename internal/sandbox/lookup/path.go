package lookup

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Path says where a value is found: in a property of the resource ("id" is its id), in a template of properties and the
// scope ("{family}:{revision}"), in a literal, or in a resource of another type that names this one.
type Path struct {
	// Property is a property's name or a template.
	Property string
	// Of is the other type. By is its property that holds this resource's id, or the value of this resource's property
	// From.
	Of, By, From string
	// Literal is returned unchanged.
	Literal any
}

// UnmarshalYAML reads a property's name, {of, by, from, property}, or {literal}.
func (p *Path) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode(&p.Property)
	}
	type fields Path
	return node.Decode((*fields)(p))
}

// values returns the values at a path.
func (q query) values(o *world.Object, p Path) []any {
	switch {
	case p.Of != "":
		var found []any
		own := any(o.ID)
		if p.From != "" {
			own = o.Props[p.From]
		}
		for _, other := range q.world.List(p.Of, o.Region) {
			if other.Props[p.By] == own {
				found = append(found, q.values(other, Path{Property: p.Property})...)
			}
		}
		return found
	case p.Literal != nil:
		return []any{p.Literal}
	case strings.Contains(p.Property, "{"):
		words := []string{
			"{region}", q.scope.Region, "{account}", q.scope.Account, "{partition}", q.scope.Partition, "{id}", o.ID,
		}
		for name, v := range o.Props {
			words = append(words, "{"+name+"}", fmt.Sprint(v))
		}
		return []any{strings.NewReplacer(words...).Replace(p.Property)}
	case p.Property == "id":
		return []any{o.ID}
	}
	return listOf(o.Props[p.Property])
}

// value returns the value at a path in the form of an output.
func (q query) value(o *world.Object, p Path) any {
	if v, ok := o.Props[p.Property]; ok && p.Of == "" {
		return v
	}
	if found := q.values(o, p); len(found) > 0 {
		return found[0]
	}
	return nil
}

// List is an output made of other resources. Of is their type, and By their property that holds this resource's id.
// Items maps names to the paths of values in each of them.
type List struct {
	Of, By string
	Items  map[string]Path
}

func (q query) list(o *world.Object, name string, l List) []any {
	own, _ := o.Props[name].([]any)
	list := slices.Clone(own)
	for _, other := range q.world.List(l.Of, o.Region) {
		if other.Props[l.By] != o.ID {
			continue
		}
		item := map[string]any{}
		for name, path := range l.Items {
			if v := q.value(other, path); v != nil {
				item[name] = v
			}
		}
		list = append(list, item)
	}
	return list
}

func tag(o *world.Object, key string) any {
	tags, _ := o.Props["tags"].(map[string]any)
	return tags[key]
}

// filter reports whether an object passes.
type filter func(o *world.Object) bool

// filters reads the argument "filters".
func (q query) filters() ([]filter, error) {
	items, _ := q.args["filters"].([]any)
	filters := make([]filter, 0, len(items))
	for _, item := range items {
		f, _ := item.(map[string]any)
		name, _ := f["name"].(string)
		values, _ := f["values"].([]any)
		paths, known := q.Filters[name]
		key, isTag := strings.CutPrefix(name, "tag:")
		switch {
		case slices.ContainsFunc(values, func(v any) bool { return strings.ContainsAny(fmt.Sprint(v), "*?") }):
			return nil, fmt.Errorf("the sandbox does not model wildcards in filters, as in %s=%v", name, values)
		case known:
			filters = append(filters, func(o *world.Object) bool { return q.equals(o, paths, values) })
		case isTag:
			filters = append(filters, func(o *world.Object) bool { return slices.Contains(values, tag(o, key)) })
		case name == "tag-key":
			filters = append(filters, func(o *world.Object) bool {
				return slices.ContainsFunc(values, func(v any) bool { return tag(o, fmt.Sprint(v)) != nil })
			})
		default:
			return nil, fmt.Errorf("the sandbox does not model the filter %q; it models %v, tag:KEY and tag-key",
				name, slices.Sorted(maps.Keys(q.Filters)))
		}
	}
	return filters, nil
}
