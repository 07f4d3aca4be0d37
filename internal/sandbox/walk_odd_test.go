package sandbox_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// odd are values of every shape, as a program in another language may send them for any input.
var odd = []any{
	"", " ", "x", "arn:", "[]", `{"a": null}`, 0.0, -1.5, true,
	provider.Unknown{},
	[]any{},
	[]any{nil},
	[]any{""},
	[]any{[]any{}},
	[]any{props{}},
	[]any{provider.Unknown{}},
	props{},
	props{"": ""},
	props{"a": nil},
	props{"a": []any{}},
	props{"a": provider.Unknown{}},
}

// TestOddInputs gives every input of every type, at any depth, values of another shape. The provider must refuse them
// or take them, at preview and at up, for a new resource and for an existing one. It must never panic.
func TestOddInputs(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	for _, token := range w.account.Table.Tokens() {
		typ := w.account.Table[token]
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			for _, e := range w.examples[token] {
				engine, fresh := w.engine(t, e, false), w.engine(t, e, true)
				for _, path := range allPaths(e.inputs, slices.Sorted(maps.Keys(typ.Inputs))) {
					for _, value := range odd {
						in := replace(e.inputs, path, value).(props)
						require.NotPanics(t, func() { try(engine, fresh, e, token, in) }, "%v = %#v", path, value)
					}
				}
			}
		})
	}
}

// try makes every call with inputs. What they answer is for other tests.
func try(engine, fresh *provider.Engine, e example, token string, in props) {
	checked, failures, err := engine.Check(token, e.URN, e.Inputs, in, nil)
	if err != nil || len(failures) > 0 {
		return
	}
	_, _, _ = engine.Diff(token, e.State, checked)
	_, _ = engine.Update(token, e.ID, e.State, checked, true)
	_, _, _ = fresh.Create(token, e.URN, checked, true)
	if provider.HasUnknown(checked) {
		return
	}
	if state, err := engine.Update(token, e.ID, e.State, checked, false); err == nil {
		_, _, _ = engine.Read(token, e.ID, checked, state)
		_, _ = engine.Update(token, e.ID, state, e.Inputs, false)
	}
	if id, state, err := fresh.Create(token, e.URN, checked, false); err == nil {
		_ = fresh.Delete(token, id, state)
	}
}

// allPaths lists the paths of all values in inputs, and of the top-level inputs that are not set.
func allPaths(in props, names []string) (paths [][]any) {
	var walk func(v any, path []any)
	walk = func(v any, path []any) {
		if len(path) > 0 {
			paths = append(paths, path)
		}
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(v[name], append(slices.Clone(path), name))
			}
		case []any:
			for i := range v {
				walk(v[i], append(slices.Clone(path), i))
			}
		}
	}
	walk(in, nil)
	for _, name := range names {
		if _, set := in[name]; !set {
			paths = append(paths, []any{name})
		}
	}
	return paths
}

// replace returns a copy of a value in which the value at a path is another one.
func replace(v any, path []any, value any) any {
	if len(path) == 0 {
		return value
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		out[fmt.Sprint(path[0])] = replace(v[fmt.Sprint(path[0])], path[1:], value)
		return out
	case []any:
		out := slices.Clone(v)
		out[path[0].(int)] = replace(out[path[0].(int)], path[1:], value)
		return out
	}
	return v
}
