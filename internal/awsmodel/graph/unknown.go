package graph

import "strings"

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
