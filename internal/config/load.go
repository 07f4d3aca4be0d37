package config

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Load reads the configuration of the stack that the program runs for: from the program's context, where WithValues
// has put it, or from the environment that the engine's language host sets for a program. Both list every key. The
// error is a *Problems when the values were read but are not valid; it never shows a secret value.
func Load(ctx *pulumi.Context) (*Config, error) {
	if v, ok := ctx.Context().Value(valuesKey{}).(given); ok {
		return Parse(ctx.Stack(), v.values, v.secret...)
	}
	return load(ctx.Stack(), os.LookupEnv)
}

// WithValues gives a program that runs in this process its stack's config: full keys, lists and objects as JSON, and
// the keys of which the value is a secret.
func WithValues(ctx context.Context, values map[string]string, secret []string) context.Context {
	return context.WithValue(ctx, valuesKey{}, given{values, secret})
}

type valuesKey struct{}

type given struct {
	values map[string]string
	secret []string
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
