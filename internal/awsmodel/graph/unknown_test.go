package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

func TestAt(t *testing.T) {
	t.Parallel()
	props := graph.Props{
		"name": "a", "later": graph.Unknown{}, "tags": []any{"x"},
		"check": map[string]any{"path": "/", "port": graph.Unknown{}},
	}
	for path, want := range map[string]struct {
		value any
		known bool
	}{
		"name":       {"a", true},
		"tags":       {[]any{"x"}, true},
		"check.path": {"/", true},
		"check.none": {nil, true},
		"none.none":  {nil, true},
		"name.first": {nil, true},
		"later":      {nil, false},
		"later.more": {nil, false},
		"check.port": {nil, false},
	} {
		value, known := props.At(path)
		require.Equal(t, want.value, value, path)
		require.Equal(t, want.known, known, path)
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for _, value := range []any{nil, "a", 1.0, []any{"a"}, map[string]any{"a": []any{true}}} {
		require.True(t, graph.Known(value), "%v", value)
	}
	for _, value := range []any{
		graph.Unknown{}, []any{"a", graph.Unknown{}}, map[string]any{"a": []any{graph.Unknown{}}},
	} {
		require.False(t, graph.Known(value), "%v", value)
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	a := &graph.Resource{Type: graph.Vpc, Region: "eu-west-2", ID: "a"}
	b := &graph.Resource{Type: graph.Vpc, Region: "eu-west-1", ID: "b"}
	g := graph.New(a, &graph.Resource{Type: graph.Subnet, ID: "c"}, b)
	require.Equal(t, []*graph.Resource{a, b}, g.All(graph.Vpc))
	require.Empty(t, g.All(graph.Role))
}
