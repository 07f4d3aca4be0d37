package sandbox

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// FuzzDriftPath changes any property of a target group. Either the change is refused, or the new inputs have a value at
// the path. The object stays as it is.
func FuzzDriftPath(f *testing.F) {
	for _, change := range [][2]string{
		{"healthCheck.path", "/"},
		{"healthCheck.interval", "20"},
		{"tags", `{"a": "b"}`},
		{"tags.owner", "ops"},
		{`tags["a.b"]`, "x"},
		{"", "x"},
		{"[", "x"},
		{"[-1]", "1"},
		{"stickiness.type[0]", "1"},
		{"tags[2]", "1"},
		{"*", "1"},
		{"healthCheck[99999999]", "x"},
	} {
		f.Add(change[0], change[1])
	}
	table, err := facts.Load()
	require.NoError(f, err)
	const token = "aws:lb/targetGroup:TargetGroup"
	before := `{"healthCheck": {"path": "/", "interval": 30}, "name": "a", "port": 80, "tags": {"a": "b"}}`
	f.Fuzz(func(t *testing.T, property, value string) {
		o := &world.Object{Type: token, ID: "a"}
		require.NoError(t, json.Unmarshal([]byte(before), &o.Props))
		in, err := withChange(table[token], o, property, value)
		after, errAfter := json.Marshal(o.Props)
		require.NoError(t, errAfter)
		require.JSONEq(t, before, string(after))
		if err != nil {
			return
		}
		path, err := resource.ParsePropertyPath(property)
		require.NoError(t, err)
		_, found := path.Get(resource.NewProperty(resource.NewPropertyMapFromMap(in)))
		require.True(t, found, "%v", in)
	})
}
