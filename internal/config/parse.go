package config

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// guideSecrets are the guide's five secrets, except the database's.
var guideSecrets = []string{
	"SECRET_KEY_BASE",
	"LIVE_BEATS_GITHUB_CLIENT_ID",
	"LIVE_BEATS_GITHUB_CLIENT_SECRET",
	"RELEASE_COOKIE",
}

// Parse reads a stack's configuration in the form in which Pulumi passes it to a program: full keys
// ("live-beats:service", "aws:region"), and structured values as JSON text. Keys of other namespaces are ignored. The
// error is a *Problems with every problem. It never contains the value of an encrypted key.
func Parse(stack string, values map[string]string, encrypted ...string) (*Config, error) {
	d := &decoder{secret: encrypted}
	config := &Config{Stack: stack}
	d.decode(values, config)
	config.fillIn()
	d.validate(config)
	if len(d.problems) > 0 {
		return nil, &Problems{Stack: stack, List: d.problems}
	}
	return config, nil
}

// fillIn sets the defaults that depend on other values.
func (c *Config) fillIn() {
	if sizes := awsmodel.FargateMemory(c.Service.CPU); c.Service.Memory == 0 && len(sizes) > 0 {
		c.Service.Memory = sizes[0]
	}
	if c.Service.PoolSize == 0 {
		c.Service.PoolSize = c.choosePool()
	}
	own := c.Database.Variables()
	switch {
	case len(c.Secrets) == 0:
		c.Secrets = map[string]string{}
		own = append(own, guideSecrets...)
	case c.Database.Mode != DatabaseCreate:
		return
	}
	for _, name := range own {
		if c.Secrets[name] == "" {
			c.Secrets[name] = "/" + c.Stack + "/fly-live-beats/" + strings.ReplaceAll(strings.ToLower(name), "_", "-")
		}
	}
}

// Load reads the configuration of the stack that the program runs for. It reads the values that WithValues has put into
// the program's context, else the environment variables that Pulumi's language host sets for a program. Both contain
// every key. The error is a *Problems if the values were read but are not valid. It never contains a secret value.
func Load(ctx *pulumi.Context) (*Config, error) {
	if v, ok := ctx.Context().Value(valuesKey{}).(given); ok {
		return Parse(ctx.Stack(), v.values, v.secret...)
	}
	return load(ctx.Stack(), os.LookupEnv)
}

// WithValues returns a context that passes a stack's config to a program in this process. values maps full keys to
// text, with lists and objects as JSON. secret lists the keys whose values are secret.
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
