package config

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// The guide's five secrets.
var guideSecrets = []string{
	"SECRET_KEY_BASE",
	"DATABASE_URL",
	"LIVE_BEATS_GITHUB_CLIENT_ID",
	"LIVE_BEATS_GITHUB_CLIENT_SECRET",
	"RELEASE_COOKIE",
}

// Parse reads a stack's configuration as Pulumi hands it to a program: full
// keys ("live-beats:service", "aws:region"), structured values as JSON text.
// Keys of other namespaces are left alone. The error is a *Problems and
// holds every problem at once.
func Parse(stack string, values map[string]string) (*Config, error) {
	return parse(stack, values, nil)
}

// parse never shows the values of the keys in secret.
func parse(stack string, values map[string]string, secret []string) (*Config, error) {
	d := &decoder{secret: secret}
	config := &Config{Stack: stack}
	d.decode(values, config)
	config.fillIn()
	d.validate(config)
	if len(d.problems) > 0 {
		return nil, &Problems{Stack: stack, List: d.problems}
	}
	return config, nil
}

// fillIn sets the defaults that depend on another value.
func (c *Config) fillIn() {
	if sizes := awsmodel.FargateMemory(c.Service.CPU); c.Service.Memory == 0 && len(sizes) > 0 {
		c.Service.Memory = sizes[0]
	}
	if len(c.Secrets) > 0 {
		return
	}
	c.Secrets = make(map[string]string, len(guideSecrets))
	for _, name := range guideSecrets {
		c.Secrets[name] = "/" + c.Stack + "/fly-live-beats/" + strings.ReplaceAll(strings.ToLower(name), "_", "-")
	}
}
