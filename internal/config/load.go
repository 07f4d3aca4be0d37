package config

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Load reads the configuration of the stack that the program runs for. It
// takes the values from the environment that the engine's language host sets
// for a program, the one place that lists every key. The error is a *Problems
// when the values were read but are not valid; it never shows a secret value.
func Load(ctx *pulumi.Context) (*Config, error) {
	return load(ctx.Stack(), os.LookupEnv)
}

func load(stack string, lookup func(string) (string, bool)) (*Config, error) {
	text, ok := lookup(pulumi.EnvConfig)
	if !ok {
		return nil, fmt.Errorf("read config of stack %q: %s is not set: run the program with pulumi or go run . up",
			stack, pulumi.EnvConfig)
	}
	var values map[string]string
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		return nil, fmt.Errorf("read config of stack %q from %s: %w", stack, pulumi.EnvConfig, err)
	}
	var secret []string
	if text, ok := lookup(pulumi.EnvConfigSecretKeys); ok && text != "" {
		if err := json.Unmarshal([]byte(text), &secret); err != nil {
			return nil, fmt.Errorf("read config of stack %q from %s: %w", stack, pulumi.EnvConfigSecretKeys, err)
		}
	}
	return Parse(stack, values, secret...)
}
