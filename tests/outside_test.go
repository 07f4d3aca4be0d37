package tests

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDrift changes a resource behind Pulumi's back and deletes another: refresh finds exactly that, and the next up
// repairs it.
func TestDrift(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("up").exits(0)
	id := func(typ string) string { return p.world().List(typ, "eu-west-2")[0].ID }
	targets, listener := id("aws:lb/targetGroup:TargetGroup"), id("aws:lb/listener:Listener")

	p.run("sandbox", "drift", targets, "healthCheck.path=/").exits(0)
	p.run("status").exits(2)
	p.run("sandbox", "delete", listener).exits(0)
	require.Equal(t, map[string]int{"update": 1, "delete": 1, "same": stagingResources - 2},
		p.run("refresh", "--json").exits(0).changes())
	p.run("preview", "--expect-no-changes").exits(1)
	require.Equal(t, map[string]int{"update": 1, "create": 1, "same": stagingResources - 2},
		p.run("up", "--json").exits(0).changes())
	p.run("status").exits(0)
	p.run("preview", "--expect-no-changes").exits(0)

	p.run("sandbox", "drift", targets, "port=1").exits(1).says("cannot be changed, only replaced")
	p.run("sandbox", "delete", targets).exits(1).says("ResourceInUse")
	var found []struct {
		ID    string
		Props map[string]any
	}
	p.run("sandbox", "describe", targets).exits(0).json(&found)
	require.Len(t, found, 1)
	require.Equal(t, "/signin", found[0].Props["healthCheck"].(map[string]any)["path"])
	require.True(t, json.Valid([]byte(p.run("sandbox", "describe").exits(0).stdout)))
}
