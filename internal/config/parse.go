package config

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// The guide's five secrets, without the database's.
var guideSecrets = []string{
	"SECRET_KEY_BASE",
	"LIVE_BEATS_GITHUB_CLIENT_ID",
	"LIVE_BEATS_GITHUB_CLIENT_SECRET",
	"RELEASE_COOKIE",
}

// Parse reads a stack's configuration as Pulumi hands it to a program: full
// keys ("live-beats:service", "aws:region"), structured values as JSON text.
// Keys of other namespaces are left alone. The error is a *Problems, holds every
// problem at once, and never shows the value of a key that is encrypted.
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

// fillIn sets the defaults that depend on another value.
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
