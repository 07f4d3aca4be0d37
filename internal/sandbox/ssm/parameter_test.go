package ssm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ssm"
)

type props = provider.Props

func TestParameterRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("v", 4097)
	reserved := "name: ValidationException: Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive): "
	size := "ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters: it has 4097"
	nested := `ValidationException: Parameter value can't nest another parameter. Do not use "{{}}" in the value.`
	plain := func(change props) props {
		in := props{"type": "String", "value": nil, "insecureValue": "v"}
		for name, v := range change {
			in[name] = v
		}
		return in
	}
	sandboxtest.Breaks{
		Before: []sandboxtest.Step{
			{Token: "aws:kms/key:Key", Name: "key", Inputs: props{}},
			{Token: "aws:kms/alias:Alias", Name: "alias", Inputs: props{"name": "alias/live-beats", "targetKeyId": "$key"}},
		},
		Token: ssm.ParameterType, Good: sandboxtest.With("secret", nil), Update: props{"value": "other", "allowedPattern": "o.*"},
		Cases: map[string]sandboxtest.Break{
			"standard":              {props{"value": long[1:]}, ""},
			"advanced":              {props{"value": long, "tier": "Advanced"}, ""},
			"reserved further down": {props{"name": "/staging/aws"}, ""},
			"key":                   {props{"keyId": "alias/aws/ssm"}, ""},
			"customer's key":        {props{"keyId": "$key.arn"}, ""},
			"customer's alias":      {props{"keyId": "$alias"}, ""},
			"no such key":           {props{"keyId": "alias/none"}, "InvalidKeyId: Key 'alias/none' does not exist"},
			"braces":                {props{"value": "{ {a} } }}{{"}, ""},
			"plain":                 {plain(nil), ""},
			"nested":                {props{"value": "a {{ssm:b}}"}, "value: " + nested},
			"nested in a plain one": {plain(props{"insecureValue": "{{}}"}), "insecureValue: " + nested},
			"pattern":               {props{"allowedPattern": "[a-z ]+"}, ""},
			"too long":              {props{"value": long}, "value: " + size},
			"standard too long":     {props{"value": long, "tier": "Standard"}, "value: " + size},
			"plain too long":        {plain(props{"insecureValue": long}), "insecureValue: " + size},
			"advanced too long": {
				props{"value": strings.Repeat("v", 8193), "tier": "Advanced"},
				"value: cannot be longer than 8192 characters: [secret] has 8193",
			},
			"reserved":             {props{"name": "/aws/p"}, reserved + `"/aws/p"`},
			"reserved in capitals": {props{"name": "SSMparameter"}, reserved + `"SSMparameter"`},
			"key of a plain one": {
				props{"keyId": "alias/aws/ssm", "type": "String"},
				"keyId: ValidationException: KeyId is required for SecureString type parameter only.",
			},
			"no value": {props{"value": nil}, "insecureValue: exactly one of [insecureValue, value] must be set, got []"},
			"two values": {
				plain(props{"value": "v"}),
				"insecureValue: exactly one of [insecureValue, value] must be set, got [insecureValue, value]",
			},
			"insecure secret": {
				plain(props{"type": "SecureString"}),
				`insecureValue: invalid configuration, cannot set type = SecureString and insecure_value`,
			},
			"no match": {
				props{"allowedPattern": "[0-9]+"}, "value: ParameterPatternMismatchException: Parameter value, cannot be " +
					"validated against allowedPattern: [0-9]+",
			},
			"no pattern": {
				props{"allowedPattern": "["}, "allowedPattern: InvalidAllowedPatternException: The request does not meet the " +
					"regular expression requirement.",
			},
			"image": {props{"dataType": "aws:ec2:image"}, "dataType: expected one of [text], got aws:ec2:image"},
			"type":  {props{"type": "Secret"}, "type: expected one of [String, StringList, SecureString], got Secret"},
			"tier":  {props{"tier": "Basic"}, "tier: expected one of [Standard, Advanced, Intelligent-Tiering], got Basic"},
		},
	}.Run(t)
}

func TestPlainValue(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(ssm.ParameterType, "p", props{"name": "p", "type": "String", "insecureValue": "v"}))
	require.Equal(t, "v", a.Got("p").State["value"])
	require.NoError(t, a.Change("p", props{"insecureValue": "w"}))
	require.Equal(t, "w", a.Got("p").State["value"])
	require.InDelta(t, 2.0, a.Got("p").State["version"], 0)
	require.NoError(t, a.Change("p", props{"insecureValue": nil, "value": "x", "type": "SecureString"}))
	require.Nil(t, a.Got("p").State["insecureValue"])
}

func TestOverwrite(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	in := sandboxtest.With("secret", nil)
	require.NoError(t, a.Make(ssm.ParameterType, "first", in))
	_, err := ssm.Put(a.World, a.Scope, "/staging/SECRET", "{{a}}", "")
	require.ErrorContains(t, err, "Parameter value can't nest another parameter")
	require.EqualError(t, a.Make(ssm.ParameterType, "second", in), "ParameterAlreadyExists: The parameter already exists. "+
		"To overwrite this value, set the overwrite option in the request to true.")
	in["overwrite"] = true
	require.EqualError(t, a.Make(ssm.ParameterType, "third", sandboxtest.Merge(in, props{"keyId": "alias/none"})),
		"InvalidKeyId: Key 'alias/none' does not exist")
	_, state, err := a.Refresh("first")
	require.NoError(t, err)
	require.NotNil(t, state, "a refused overwrite changes nothing")
	require.NoError(t, a.Make(ssm.ParameterType, "second", in))
	require.InDelta(t, 2.0, a.Got("second").State["version"], 0)
	require.NoError(t, a.Change("second", props{"tier": "Advanced"}))
	require.ErrorContains(t, a.Change("second", props{"tier": "Standard"}), "does not model going back from the Advanced tier")
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

// account has only the stack's parameter.
func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(ssm.ParameterType, "secret", sandboxtest.With("secret", nil)))
	return a
}

func TestVersions(t *testing.T) {
	t.Parallel()
	a := account(t)
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
	a := account(t)
	require.Equal(t, "alias/aws/ssm", a.Got("secret").State["keyId"])
	require.NoError(t, a.Change("secret", provider.Props{"type": "String"}))
	require.Empty(t, a.Got("secret").State["keyId"])
	require.NoError(t, a.Change("secret", provider.Props{"type": "SecureString"}))
	require.Equal(t, "alias/aws/ssm", a.Got("secret").State["keyId"])
}

// TestPutWithKey: as on AWS, a value that is put without a key is encrypted with the account's key.
func TestPutWithKey(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make("aws:kms/key:Key", "key", props{}))
	put := func(key string) error {
		_, err := ssm.Put(a.World, a.Scope, "/staging/SECRET", "v", key)
		return err
	}
	key := func() any { return a.World.Get(ssm.ParameterType, a.Region, "/staging/SECRET").Props["keyId"] }
	require.NoError(t, put(a.Got("key").ID))
	require.Equal(t, a.Got("key").ID, key())
	require.NoError(t, put(""))
	require.Equal(t, "alias/aws/ssm", key())
	require.EqualError(t, put("alias/none"), "InvalidKeyId: Key 'alias/none' does not exist")
	require.NoError(t, a.Change("secret", props{"type": "String"}))
	require.NoError(t, put(""))
	require.Empty(t, key())
}

func TestPut(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	for want := 1; want < 4; want++ {
		version, err := ssm.Put(a.World, a.Scope, "/p", "v", "")
		require.NoError(t, err)
		require.Equal(t, want, version)
	}
	o := a.World.Get(ssm.ParameterType, a.Region, "/p")
	require.Equal(t, provider.Props{
		"name": "/p", "type": "SecureString", "tier": "Standard", "keyId": "alias/aws/ssm", "version": 3.0,
		"arn": "arn:aws:ssm:eu-west-2:123456789012:parameter/p", "value": provider.Sealed("v"),
	}, o.Props)
}
