package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// TestRefused breaks each accepted configuration in one place at a time. The last resource of a configuration is the
// one that is changed: properties are replaced, or removed by null. That AWS or its provider refuses the change is
// known from the source, not from this test.
func TestRefused(t *testing.T) {
	t.Parallel()
	forEachConfiguration(t, "refused", func(t *testing.T, c configuration) {
		t.Helper()
		require.NotEmpty(t, c.Refused)
		a := sandboxtest.Deployed(t, nil)
		for _, r := range c.Resources {
			require.NoError(t, a.Make(r.Type, r.Name, r.Inputs), r.Name)
		}
		last := c.Resources[len(c.Resources)-1]
		require.NoError(t, a.Remove(last.Name))
		before := len(a.World.All())
		for _, refused := range c.Refused {
			require.NotEmpty(t, refused.Error, refused.Shows)
			err := a.Make(last.Type, last.Name, sandboxtest.Merge(last.Inputs, refused.Change))
			require.ErrorContains(t, err, refused.Error, refused.Shows)
			require.Len(t, a.World.All(), before, refused.Shows)
		}
	})
}
