package ssm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ssm"
)

func TestParameterRules(t *testing.T) {
	t.Parallel()
	make1 := func(change provider.Props) error {
		return sandboxtest.New(t).Make(ssm.ParameterType, "p", sandboxtest.With("secret", change))
	}
	long := strings.Repeat("v", 4097)
	reserved := "name: ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive): "
	size := "value: ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters: " +
		"it has 4097"
	tests := map[string]struct {
		change provider.Props
		want   string
	}{
		"standard":          {provider.Props{"value": long[1:]}, ""},
		"too long":          {provider.Props{"value": long}, size},
		"standard too long": {provider.Props{"value": long, "tier": "Standard"}, size},
		"advanced":          {provider.Props{"value": long, "tier": "Advanced"}, ""},
		"reserved":          {provider.Props{"name": "/aws/p"}, reserved + `"/aws/p"`},
		"reserved in capitals": {
			provider.Props{"name": "SSMparameter"}, reserved + `"SSMparameter"`,
		},
		"reserved further down": {provider.Props{"name": "/staging/aws"}, ""},
		"key":                   {provider.Props{"keyId": "alias/aws/ssm"}, ""},
		"key of a plain one": {
			provider.Props{"keyId": "alias/aws/ssm", "type": "String"},
			"keyId: ValidationException: KeyId is required for SecureString type parameter only.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.want == "" {
				require.NoError(t, make1(test.change))
				return
			}
			require.EqualError(t, make1(test.change), test.want)
		})
	}
}

func TestParameterOutputs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	arn := "arn:aws:ssm:eu-west-2:123456789012:parameter/"
	for name, want := range map[string]string{"/a/b": arn + "a/b", "plain": arn + "plain"} {
		require.NoError(t, a.Make(ssm.ParameterType, name, provider.Props{"name": name, "type": "String", "value": "v"}))
		require.Equal(t, want, a.Got(name).State["arn"])
		require.Empty(t, a.Got(name).State["keyId"], "only a SecureString has a key")
		require.Equal(t, "Standard", a.Got(name).State["tier"])
	}
	require.NoError(t, a.Make(ssm.ParameterType, "s", sandboxtest.With("secret", nil)))
	require.Equal(t, "alias/aws/ssm", a.Got("s").State["keyId"])
}

func TestVersions(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for _, step := range []struct {
		change provider.Props
		want   float64
	}{
		{nil, 1},
		{provider.Props{"tags": provider.Props{"a": "b"}}, 1},
		{provider.Props{"value": "new"}, 2},
		{provider.Props{"value": "new"}, 2},
		{provider.Props{"description": "d"}, 3},
		{provider.Props{"tier": "Advanced"}, 4},
		{provider.Props{"type": "String"}, 5},
	} {
		require.NoError(t, a.Change("secret", step.change))
		require.Equal(t, step.want, a.Got("secret").State["version"], step.change)
	}
}

func TestOnlyASecureStringHasAKey(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.Equal(t, "alias/aws/ssm", a.Got("secret").State["keyId"])
	require.NoError(t, a.Change("secret", provider.Props{"type": "String"}))
	require.Empty(t, a.Got("secret").State["keyId"])
	require.NoError(t, a.Change("secret", provider.Props{"type": "SecureString"}))
	require.Equal(t, "alias/aws/ssm", a.Got("secret").State["keyId"])
}

func TestPut(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	for want := 1; want < 4; want++ {
		version, err := ssm.Put(a.World, a.Scope, "/p", "v")
		require.NoError(t, err)
		require.Equal(t, want, version)
	}
	o := a.World.Get(ssm.ParameterType, a.Region, "/p")
	require.Equal(t, provider.Props{
		"name": "/p", "type": "SecureString", "tier": "Standard", "keyId": "alias/aws/ssm", "version": 3.0,
		"arn": "arn:aws:ssm:eu-west-2:123456789012:parameter/p", "value": provider.Sealed("v"),
	}, o.Props)
}
