package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	config, err := load("staging", lookup(map[string]string{
		"PULUMI_CONFIG":             `{"aws:region": "eu-west-2", "live-beats:image": "live-beats:1.0"}`,
		"PULUMI_CONFIG_SECRET_KEYS": `[]`,
	}))
	require.NoError(t, err)
	require.Equal(t, "live-beats:1.0", config.Image)
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  map[string]string
		text string
	}{
		"no config": {
			nil,
			`read config of stack "staging": PULUMI_CONFIG is not set: run the program with pulumi or go run . up`,
		},
		"bad config": {
			map[string]string{"PULUMI_CONFIG": "{"},
			`read config of stack "staging" from PULUMI_CONFIG: unexpected end of JSON input`,
		},
		"bad secret keys": {
			map[string]string{"PULUMI_CONFIG": "{}", "PULUMI_CONFIG_SECRET_KEYS": "["},
			`read config of stack "staging" from PULUMI_CONFIG_SECRET_KEYS: unexpected end of JSON input`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load("staging", lookup(test.env))
			require.EqualError(t, err, test.text)
		})
	}
}

func TestLoadNeverShowsSecretValues(t *testing.T) {
	t.Parallel()
	_, err := load("staging", lookup(map[string]string{
		"PULUMI_CONFIG": `{"aws:region": "eu-west-2", "live-beats:image": "HIDDEN:1", "live-beats:protect": "shown",
			"live-beats:service": "{\"cpu\": 777, \"stopTimeout\": 888}", "live-beats:tags": "{\"A\": 999}"}`,
		"PULUMI_CONFIG_SECRET_KEYS": `["live-beats:image", "live-beats:service", "live-beats:tags"]`,
	}))
	hidden := " is not valid: the value is secret, so neither the value nor the reason is shown"
	require.Equal(t, []string{
		"live-beats:image" + hidden,
		"live-beats:service.stopTimeout" + hidden,
		`live-beats:protect is "shown": must be true or false`,
		"live-beats:tags.A" + hidden,
		"live-beats:service.cpu" + hidden,
	}, problems(t, err))
}

func TestLoadRefusesAnEncryptedEnvironment(t *testing.T) {
	t.Parallel()
	_, err := load("staging", lookup(map[string]string{
		"PULUMI_CONFIG": `{"aws:region": "eu-west-2", "live-beats:image": "live-beats:1.0",
			"live-beats:environment": "{\"TOKEN\": \"HIDDEN\"}"}`,
		"PULUMI_CONFIG_SECRET_KEYS": `["live-beats:environment"]`,
	}))
	require.EqualError(t, err, `config of stack "staging" is not valid:
  live-beats:environment is encrypted: the task definition and the stack's state would contain it in plain text: `+
		`store secret values in Parameter Store and name them in secrets, and set the others without --secret`)
}
