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
	require.Equal(t, password(t, "a", in), password(t, "a", in), "the value is the same in every run")
	require.NotEqual(t, password(t, "a", in), password(t, "b", in))
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.RandomPassword, "a", in))
	first := a.Got("a").State["result"]
	require.NoError(t, a.Make(sandboxtest.RandomPassword, "a", in))
	require.NotEqual(t, first, a.Got("a").State["result"], "a replacement has another value")
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

func TestMinimums(t *testing.T) {
	t.Parallel()
	in := provider.Props{"length": 8.0, "upper": true, "minUpper": 3.0, "minNumeric": 2.0, "minSpecial": 2.0, "minLower": 1.0}
	got := password(t, "a", in)
	require.Regexp(t, `^[^A-Z]*([A-Z][^A-Z]*){3}$`, got)
	require.Regexp(t, `^[^0-9]*([0-9][^0-9]*){2}$`, got)
	require.Regexp(t, `^[^a-z]*[a-z][^a-z]*$`, got)
	require.NotRegexp(t, `^[a-z][A-Z]{3}`, got, "the characters are shuffled")
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ    string
		in     provider.Props
		id     string
		output string
		want   string
	}{
		"string":       {"randomString:RandomString", provider.Props{"length": 8.0, "special": false}, `^[a-zA-Z0-9]{8}$`, "result", `^[a-zA-Z0-9]{8}$`},
		"id":           {"randomId:RandomId", provider.Props{"byteLength": 4.0}, `^[\w-]{6}$`, "hex", `^[0-9a-f]{8}$`},
		"id, decimal":  {"randomId:RandomId", provider.Props{"byteLength": 8.0, "prefix": "p-"}, `^[\w-]{11}$`, "dec", `^p-\d+$`},
		"id, standard": {"randomId:RandomId", provider.Props{"byteLength": 4.0, "prefix": "p-"}, `^[\w-]{6}$`, "b64Std", `^p-.{6}==$`},
		"id, URL":      {"randomId:RandomId", provider.Props{"byteLength": 4.0, "prefix": "p-"}, `^[\w-]{6}$`, "b64Url", `^p-[\w-]{6}$`},
		"integer":      {"randomInteger:RandomInteger", provider.Props{"min": 10000000.0, "max": 10000001.0}, `^1000000[01]$`, "result", `^1(\.0000001)?e\+07$`},
		"UUID":         {"randomUuid:RandomUuid", nil, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, "result", `-4`},
		"pet":          {"randomPet:RandomPet", nil, `^[a-z]+-[a-z]+$`, "length", `^2$`},
		"long pet":     {"randomPet:RandomPet", provider.Props{"length": 4.0, "prefix": "p", "separator": "_"}, `^p_[a-z]+ly_[a-z]+ly_[a-z]+_[a-z]+$`, "prefix", "p"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make("random:index/"+test.typ, "a", test.in))
			require.Regexp(t, test.id, a.Got("a").ID)
			require.Regexp(t, test.want, a.Got("a").State[test.output])
		})
	}
}

func TestSeededIntegers(t *testing.T) {
	t.Parallel()
	of := func(name string, seed any) any {
		a := sandboxtest.New(t)
		in := provider.Props{"min": 1.0, "max": 1000000.0, "seed": seed}
		require.NoError(t, a.Make("random:index/randomInteger:RandomInteger", name, in))
		return a.Got(name).State["result"]
	}
	require.Equal(t, of("a", "s"), of("b", "s"))
	require.NotEqual(t, of("a", "s"), of("a", "t"))
	require.NotEqual(t, of("a", nil), of("b", nil))
}

func TestValuesThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct {
		typ string
		in  provider.Props
	}{
		"min: the minimum (2) must be smaller than or equal to the maximum (1)": {
			"randomInteger:RandomInteger", provider.Props{"min": 2.0, "max": 1.0},
		},
		"byteLength: expected a value in the range (1 - 32), got 33": {"randomId:RandomId", provider.Props{"byteLength": 33.0}},
		"length: expected at least 1, got 0":                         {"randomPet:RandomPet", provider.Props{"length": 0.0}},
	} {
		require.EqualError(t, sandboxtest.New(t).Make("random:index/"+test.typ, "a", test.in), want)
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]provider.Props{
		"length: missing required property":                       {},
		"length: expected a value in the range (1 - 4096), got 0": {"length": 0.0},
		"minLower: expected at least 0, got -1":                   {"length": 1.0, "minLower": -1.0},
		"lower: no class of characters is left to generate a password from": {
			"length": 1.0, "lower": false, "upper": false, "numeric": false, "special": false,
		},
		"number: is deprecated, and the sandbox does not model it; set numeric":                {"length": 1.0, "number": false},
		"minUpper: must not be set when upper is false":                                        {"length": 8.0, "minUpper": 1.0, "upper": false},
		"length: must be at least the sum of minUpper, minLower, minNumeric and minSpecial, 3": {"length": 2.0, "minUpper": 3.0},
	} {
		require.EqualError(t, sandboxtest.New(t).Make(sandboxtest.RandomPassword, "a", in), want)
	}
}
