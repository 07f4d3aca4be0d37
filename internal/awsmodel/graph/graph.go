// Package graph holds AWS resources with Pulumi's type tokens and property names, from any source: the sandbox's world,
// or a Pulumi state or preview.
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
	// After are the resources that are created before a service, in the preview of a deployment. It is nil for other
	// resources, and where the order is not known.
	After map[*Resource]bool
}

// Planned reports whether a resource of a preview does not exist yet.
func (r *Resource) Planned() bool { return r.Text("id") == "" }

// Graph holds the resources of one account.
type Graph struct{ byType map[string][]*Resource }

// New returns a graph of resources, and keeps their order.
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

// Get returns the resource with an id or ARN, or nil. For an empty id it returns nil.
func (g *Graph) Get(typ, region, id string) *Resource {
	if id == "" {
		return nil
	}
	return g.Find(typ, region, func(r *Resource) bool { return r.ID == id || r.Text("arn") == id })
}

// Revision returns the task definition that a service names: by its ARN, by family:revision, or by its family, which
// stands for the newest revision. It returns nil for none.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
func (g *Graph) Revision(region, name string) (newest *Resource) {
	for _, r := range g.byType[TaskDefinition] {
		switch family := r.Text("family"); {
		case r.Region != region || name == "":
		case name == family:
			if newest == nil || r.Int("revision") > newest.Int("revision") {
				newest = r
			}
		case name == r.ID, name == r.Text("arn"), name == fmt.Sprintf("%s:%d", family, r.Int("revision")):
			return r
		}
	}
	return newest
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

// Text returns a string property, or "".
func (p Props) Text(name string) string { s, _ := p[name].(string); return s }

// True reports whether a boolean property is set and true.
func (p Props) True(name string) bool { return p[name] == true }

// Int returns a number property, or 0.
func (p Props) Int(name string) int { n, _ := p[name].(float64); return int(n) }

// Strings returns a list of strings, or nil.
func (p Props) Strings(name string) []string {
	items, _ := p[name].([]any)
	var out []string
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// Object returns a nested object, or nil.
func (p Props) Object(name string) Props { o, _ := p[name].(map[string]any); return o }

// Objects returns a list of objects, or nil.
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

// Unknown is the value, anywhere in Props, of a property that is not known before the deployment. The methods of Props
// treat it as missing, except At and Unknown. See also Known.
type Unknown struct{}

// UnknownText represents Unknown in JSON. It is the text that Pulumi itself uses.
const UnknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// MarshalText returns UnknownText.
func (Unknown) MarshalText() ([]byte, error) { return []byte(UnknownText), nil }

// Unknown reports whether a property is set to a value that is not known yet.
func (p Props) Unknown(name string) bool { _, unknown := p[name].(Unknown); return unknown }

// At returns the value at a dotted path ("healthCheck.protocol"), or nil. known is false if the value, or an object
// that contains it, is Unknown.
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

// Known reports whether a value contains no Unknown.
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
