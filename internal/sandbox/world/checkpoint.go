package world

import (
	"maps"
	"slices"
)

// Checkpoint remembers what there is. The function that it answers puts that back; time that has passed stays passed.
func (w *World) Checkpoint() (restore func()) {
	objects, kept := slices.Clone(w.state.Objects), make([]Object, len(w.state.Objects))
	for i, o := range objects {
		kept[i] = *o
		kept[i].Props, _ = copied(o.Props).(map[string]any)
	}
	generations := maps.Clone(w.state.Generations)
	return func() {
		for i, o := range objects {
			*o = kept[i]
		}
		w.state.Objects, w.state.Generations = objects, generations
	}
}

// copied copies a plain JSON value, for behaviours change the properties of other objects in place.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = copied(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copied(item)
		}
		return out
	}
	return v
}
