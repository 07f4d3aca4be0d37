package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

func (d *decoder) checkVariables(c *Config) {
	if key := ownKey("environment"); slices.Contains(d.secret, key) {
		d.report(key, "encrypted", "the task definition and the stack's state would contain it in plain text: "+
			"store secret values in Parameter Store and name them in secrets, and set the others without --secret")
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
			d.report(ownKey("environment."+name), "also in secrets", "set a variable in secrets or in environment, not in both")
		}
	}
}

// checkSecrets requires distinct paths, and no ARNs, for the parameters that the stack creates.
func (d *decoder) checkSecrets(c *Config) {
	if c.Database.Mode == DatabaseCreate {
		for _, name := range c.Database.Variables() {
			if path := c.Secrets[name]; strings.HasPrefix(path, "arn:") {
				d.reject(ownKey("secrets."+name), path, "must be a path, not an ARN, when database.mode is create")
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
			d.reject(key, path, "must differ from the path of "+first+" when secretsMode is create")
		} else {
			owner[path] = name
		}
	}
}
