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
	p := deployed(t)
	id := func(typ string) string { return p.World().List(typ, "eu-west-2")[0].ID }
	targets, listener := id("aws:lb/targetGroup:TargetGroup"), id("aws:lb/listener:Listener")

	p.Run("sandbox", "drift", targets, "healthCheck.path=/").Exits(0)
	p.Run("status").Exits(2)
	p.Run("sandbox", "delete", listener).Exits(0)
	require.Equal(t, map[string]int{"update": 1, "delete": 1, "same": stagingResources - 2},
		p.Run("refresh", "--json").Exits(0).Changes())
	p.Run("preview", "--expect-no-changes").Exits(1)
	require.Equal(t, map[string]int{"update": 1, "create": 1, "same": stagingResources - 2},
		p.Run("up", "--json").Exits(0).Changes())
	p.Run("status").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)

	p.Run("sandbox", "drift", targets, "port=1").Exits(1).Says("cannot be changed, only replaced")
	p.Run("sandbox", "delete", targets).Exits(1).Says("ResourceInUse")
	var found []struct {
		ID    string
		Props map[string]any
	}
	p.Run("sandbox", "describe", targets).Exits(0).JSON(&found)
	require.Len(t, found, 1)
	require.Equal(t, "/signin", found[0].Props["healthCheck"].(map[string]any)["path"])
	require.True(t, json.Valid([]byte(p.Run("sandbox", "describe").Exits(0).Stdout)))
}
