// Package graph holds AWS resources under Pulumi's type tokens and property names, wherever they were read from: the
// sandbox's world, or a Pulumi state or preview.
package graph

import (
	"fmt"
	"slices"
	"strings"
)

// Resource is one AWS resource. Region is empty for global services.
type Resource struct {
	Type, Region, ID string
	Props
}

// Graph is what exists in one account.
type Graph struct{ byType map[string][]*Resource }

// New indexes resources; their order is kept.
func New(resources ...*Resource) *Graph {
	g := &Graph{byType: map[string][]*Resource{}}
	for _, r := range resources {
		g.byType[r.Type] = append(g.byType[r.Type], r)
	}
	return g
}

// List returns the resources of a type in a region.
func (g *Graph) List(typ, region string) []*Resource {
	return slices.DeleteFunc(slices.Clone(g.byType[typ]), func(r *Resource) bool { return r.Region != region })
}

// Get finds a resource by its id or its ARN, or answers nil; nothing has an empty id.
func (g *Graph) Get(typ, region, id string) *Resource {
	if id == "" {
		return nil
	}
	return g.Find(typ, region, func(r *Resource) bool { return r.ID == id || r.Text("arn") == id })
}

// Find returns the first resource that matches, or nil.
func (g *Graph) Find(typ, region string, match func(*Resource) bool) *Resource {
	for _, r := range g.byType[typ] {
		if r.Region == region && match(r) {
			return r
		}
	}
	return nil
}

// Props are plain JSON values.
type Props map[string]any

// Text is a string property, or "".
func (p Props) Text(name string) string { s, _ := p[name].(string); return s }

// True tells whether a boolean property is set and true.
func (p Props) True(name string) bool { return p[name] == true }

// Int is a number property, or 0.
func (p Props) Int(name string) int { n, _ := p[name].(float64); return int(n) }

// Strings is a list of strings, or nil.
func (p Props) Strings(name string) []string {
	items, _ := p[name].([]any)
	var out []string
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// Object is a nested object, or nil.
func (p Props) Object(name string) Props { o, _ := p[name].(map[string]any); return o }

// Objects is a list of objects, or nil.
func (p Props) Objects(name string) []Props {
	items, _ := p[name].([]any)
	var out []Props
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// Unknown is the value of a property that nobody knows before the deployment, anywhere in Props. The readers of Props
// take it for absent; At and Known tell the two apart.
type Unknown struct{}

// UnknownText is what Unknown is in JSON: Pulumi's own mark.
const UnknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// MarshalText returns UnknownText.
func (Unknown) MarshalText() ([]byte, error) { return []byte(UnknownText), nil }

// Unknown tells whether a property is set to what is not known yet.
func (p Props) Unknown(name string) bool { _, unknown := p[name].(Unknown); return unknown }

// At is what stands at a dotted path ("healthCheck.protocol"), or nil; known is false if it, or what it is in, is
// Unknown.
func (p Props) At(path string) (value any, known bool) {
	value = map[string]any(p)
	for key := range strings.SplitSeq(path, ".") {
		object, _ := value.(map[string]any)
		if value = object[key]; value == (Unknown{}) {
			return nil, false
		}
	}
	return value, true
}

// Known tells whether a value has nothing Unknown in it.
func Known(value any) bool {
	switch v := value.(type) {
	case Unknown:
		return false
	case []any:
		for _, item := range v {
			if !Known(item) {
				return false
			}
		}
	case map[string]any:
		for _, item := range v {
			if !Known(item) {
				return false
			}
		}
	}
	return true
}

// All returns the resources of a type in every region.
func (g *Graph) All(typ string) []*Resource { return g.byType[typ] }
