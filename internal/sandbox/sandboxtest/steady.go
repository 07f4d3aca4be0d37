package sandboxtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Steady requires that a refresh, a plan and an import of the named resources find nothing to do.
func (a *Account) Steady(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		r := a.Got(name)
		inputs, state, err := a.Refresh(name)
		require.NoError(t, err, name)
		require.Equal(t, a.Resolve(r.Inputs), a.Resolve(inputs), name)
		require.Equal(t, r.State, state, name)
		require.Empty(t, Plan(t, a.Engine, r, state, a.Resolve(r.Inputs)), name)
		if a.Table[r.Token].ImportID == facts.NoImport {
			continue
		}
		id, inputs, state, err := a.Import(r.Token, a.ImportID(a.object(r)))
		require.NoError(t, err, name)
		require.Equal(t, r.ID, id, name)
		require.Empty(t, Plan(t, a.Engine, r, state, inputs), name)
	}
}

// Plan returns what a program would change in a resource.
func Plan(t *testing.T, engine *provider.Engine, r *Resource, state, program provider.Props) []provider.Change {
	t.Helper()
	checked, failures, err := engine.Check(r.Token, r.URN, state, program, nil)
	require.NoError(t, err)
	require.Empty(t, failures)
	changes, _, err := engine.Diff(r.Token, state, checked)
	require.NoError(t, err)
	return changes
}

// object returns a resource as the world holds it.
func (a *Account) object(r *Resource) *world.Object {
	typ, region, id := a.Table[r.Token], a.Region, any(r.ID)
	if typ.Global {
		region = ""
	}
	if typ.Key != "" {
		id = r.State[typ.Key]
	}
	return a.World.Find(r.Token, region, func(o *world.Object) bool { return o.ID == id })
}
