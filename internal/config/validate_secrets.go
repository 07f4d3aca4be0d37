package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

func (d *decoder) checkVariables(c *Config) {
	if key := ownKey("environment"); slices.Contains(d.secret, key) {
		d.report(key, "encrypted", "the tasks' definition and the stack's state would have it in clear: "+
			"put what is secret into Parameter Store and name it in secrets, and set the rest without --secret")
	}
	for _, object := range []struct {
		prefix    string
		variables map[string]string
	}{{"secrets.", c.Secrets}, {"environment.", c.Environment}} {
		for _, name := range slices.Sorted(maps.Keys(object.variables)) {
			if livebeats.SetByService(name) {
				d.report(ownKey(object.prefix+name), "reserved", "the service sets this variable itself")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		if _, ok := c.Secrets[name]; ok {
			d.report(ownKey("environment."+name), "a secret too", "a variable must be in secrets or in environment, not in both")
		}
	}
}

// checkSecrets: only a path can be created, and only once.
func (d *decoder) checkSecrets(c *Config) {
	if c.Database.Mode == DatabaseCreate {
		for _, name := range c.Database.Variables() {
			if path := c.Secrets[name]; strings.HasPrefix(path, "arn:") {
				d.reject(ownKey("secrets."+name), path, "must be a path, not an ARN, when database.mode is create, which writes it")
			}
		}
	}
	if c.SecretsMode != SecretsCreate {
		return
	}
	owner := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		path, key := c.Secrets[name], ownKey("secrets."+name)
		if strings.HasPrefix(path, "arn:") {
			d.reject(key, path, "must be a path, not an ARN, when secretsMode is create")
		} else if first, taken := owner[path]; taken {
			d.reject(key, path, "must be another path than that of "+first+" when secretsMode is create")
		} else {
			owner[path] = name
		}
	}
}
