package random_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func password(t *testing.T, name string, in provider.Props) any {
	t.Helper()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.RandomPassword, name, in))
	require.Equal(t, "none", a.Got(name).ID)
	return a.Got(name).State["result"]
}

func TestPasswordsBelongToTheirResource(t *testing.T) {
	t.Parallel()
	in := provider.Props{"length": 32.0}
	require.Equal(t, password(t, "a", in), password(t, "a", in), "the same in every run")
	require.NotEqual(t, password(t, "a", in), password(t, "b", in))
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.RandomPassword, "a", in))
	first := a.Got("a").State["result"]
	require.NoError(t, a.Make(sandboxtest.RandomPassword, "a", in))
	require.NotEqual(t, first, a.Got("a").State["result"], "a replacement is another one")
}

func TestAlphabets(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]provider.Props{
		`^[a-z]{64}$`:        {"upper": false, "numeric": false, "special": false},
		`^[A-Z]{64}$`:        {"lower": false, "numeric": false, "special": false},
		`^[0-9]{64}$`:        {"lower": false, "upper": false, "special": false},
		`^[a-zA-Z0-9]{64}$`:  {"special": false},
		`^[a-zA-Z0-9_]{64}$`: {"overrideSpecial": "_"},
		`^[!-~]{64}$`:        nil,
		`^[^a-zA-Z0-9]{64}$`: {"lower": false, "upper": false, "numeric": false},
		`^[xy]{64}$`:         {"lower": false, "upper": false, "numeric": false, "overrideSpecial": "xy"},
	} {
		all := provider.Props{"length": 64.0}
		for name, v := range in {
			all[name] = v
		}
		require.Regexp(t, want, password(t, "a", all))
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]provider.Props{
		"length: missing required property":  {},
		"length: expected at least 1, got 0": {"length": 0.0},
		"lower: no class of characters is left to generate a password from": {
			"length": 1.0, "lower": false, "upper": false, "numeric": false, "special": false,
		},
		"number: is deprecated, and the sandbox does not model it; set numeric": {"length": 1.0, "number": false},
		"minUpper: the sandbox does not model minimums":                         {"length": 8.0, "minUpper": 1.0},
	} {
		require.EqualError(t, sandboxtest.New(t).Make(sandboxtest.RandomPassword, "a", in), want)
	}
}
