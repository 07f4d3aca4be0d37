package sandbox_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func TestAddFault(t *testing.T) {
	t.Parallel()
	either := "add fault: give either a number of times, at least 1, or a probability"
	tests := map[string]struct {
		fault world.Fault
		want  string
	}{
		"error":              {world.Fault{Code: "InternalFailure"}, ""},
		"crash":              {world.Fault{Crash: true, Times: 2}, ""},
		"neither":            {world.Fault{}, "add fault: give either an error code or a crash"},
		"both":               {world.Fault{Code: "X", Crash: true}, "add fault: give either an error code or a crash"},
		"no probability":     {world.Fault{Code: "X", Probability: 1.5}, "add fault: probability 1.5 is not between 0 and 1"},
		"times and a chance": {world.Fault{Code: "X", Probability: 1, Times: 1}, either},
		"negative times":     {world.Fault{Code: "X", Times: -1}, either},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := sandboxtest.New(t).Sandbox.AddFault(test.fault)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

// TestFaultsAreUsedUp: faults are used up in their order, and survive the end of the process.
func TestFaultsAreUsedUp(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: "PutParameter", Code: "Throttling", Times: 2}))
	require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: "PutParameter", Code: "InternalFailure", Message: "no"}))
	again, err := sandbox.Open(a.Dir)
	require.NoError(t, err)
	for _, want := range []string{"Throttling: Rate exceeded", "Throttling: Rate exceeded", "InternalFailure: no"} {
		f, err := again.TakeFault("PutParameter", "x")
		require.NoError(t, err)
		require.EqualError(t, f, want)
	}
	f, err := again.TakeFault("PutParameter", "x")
	require.NoError(t, err)
	require.Nil(t, f)
}

// TestChanceHasASeed: which calls fail depends on the seed and the resource, not on the order of calls.
func TestChanceHasASeed(t *testing.T) {
	t.Parallel()
	draw := func(seed string, resources []string) map[string]bool {
		a := sandboxtest.New(t)
		require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: "X", Code: "X", Probability: 0.5, Seed: seed}))
		hit := map[string]bool{}
		for _, resource := range resources {
			f, err := a.Sandbox.TakeFault("X", resource)
			require.NoError(t, err)
			hit[resource] = f != nil
		}
		return hit
	}
	resources := make([]string, 40)
	for i := range resources {
		resources[i] = strconv.Itoa(i)
	}
	backward := slices.Clone(resources)
	slices.Reverse(backward)
	first := draw("a", resources)
	require.Equal(t, first, draw("a", backward))
	require.NotEqual(t, first, draw("b", resources))
	require.Contains(t, first, "1")
	hits := 0
	for _, hit := range first {
		if hit {
			hits++
		}
	}
	require.InDelta(t, 20, hits, 10)
}

func TestClearFaults(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	for _, call := range []string{"A", "B", "A"} {
		require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: call, Crash: true}))
	}
	cleared, err := a.Sandbox.ClearFaults("A")
	require.NoError(t, err)
	require.Equal(t, 2, cleared)
	cleared, err = a.Sandbox.ClearFaults("")
	require.NoError(t, err)
	require.Equal(t, 1, cleared)
}
