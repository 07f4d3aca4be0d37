package sandbox_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRequests puts any JSON value in the place of any input, at any depth, of a valid resource of any type. What Check
// takes, it takes again and leaves as it is. It and the other calls of a preview must not panic.
func FuzzRequests(f *testing.F) {
	w := newWalk(f)
	tokens := w.account.Table.Tokens()
	for i := range tokens {
		for j, value := range []string{`""`, `[null]`, `{"a": {}}`, `-1.5`, `"arn:aws:iam::123456789012:role/a"`, `1e300`} {
			f.Add(uint(i), uint(i+j), uint(j), value)
		}
	}
	f.Fuzz(func(t *testing.T, ofType, ofExample, ofPath uint, text string) {
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			value = text
		}
		token := tokens[ofType%uint(len(tokens))]
		e := w.examples[token][ofExample%uint(len(w.examples[token]))]
		paths := allPaths(e.inputs, slices.Sorted(maps.Keys(w.account.Table[token].Inputs)))
		in := replace(e.inputs, paths[ofPath%uint(len(paths))], value).(props)
		checked, failures, err := w.account.Check(token, e.URN, e.Inputs, in, nil)
		if err != nil || len(failures) > 0 {
			return
		}
		again, failures, err := w.account.Check(token, e.URN, e.Inputs, checked, nil)
		require.NoError(t, err)
		require.Empty(t, failures, "what Check has completed is refused")
		require.Equal(t, withoutDefaults(checked), withoutDefaults(again))
		_, _, _ = w.account.Diff(token, e.State, checked)
		_, _ = w.account.Update(token, e.ID, e.State, checked, true)
		_, _, _ = w.account.Create(token, e.URN+"-2", checked, true)
	})
}

// withoutDefaults leaves out which values are defaults: when Check completes its own answer, none is.
func withoutDefaults(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := props{}
		for name, item := range v {
			if name != "__defaults" {
				out[name] = withoutDefaults(item)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = withoutDefaults(item)
		}
		return out
	}
	return v
}
