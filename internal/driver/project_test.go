package driver

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLoadOverrides(t *testing.T) {
	t.Parallel()
	const service = "live-beats:service"
	tests := map[string]struct{ override, key, want string }{
		"none":                {"live-beats:host=a.example", service, `{"cpu":256}`},
		"dotted path":         {"live-beats:service.cpu=1024", service, `{"cpu":1024}`},
		"no namespace":        {"service.memory=2048", service, `{"cpu":256,"memory":2048}`},
		"new object":          {"network.mode=existing", "live-beats:network", `{"mode":"existing"}`},
		"list element":        {"network.zones[0]=a", "live-beats:network", `{"zones":["a"]}`},
		"whole object":        {`service={"cpu":512}`, service, `{"cpu":512}`},
		"list in an object":   {`network.zones=["a","b"]`, "live-beats:network", `{"zones":["a","b"]}`},
		"other namespace":     {"aws:region=eu-west-1", "aws:region", "eu-west-1"},
		"value with equals":   {"host=a=b", "live-beats:host", "a=b"},
		"empty value":         {"host=", "live-beats:host", ""},
		"brackets, not JSON":  {"host=[a", "live-beats:host", "[a"},
		"untouched by others": {"host=x", "aws:region", "eu-west-2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, newProject(t, stagingFile), test.override)
			require.Equal(t, test.want, p.Values()[test.key])
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ stack, override, want string }{
		"no value": {"staging", "host", `override config "host": must be KEY=VALUE`},
		"no key":   {"staging", "=x", `override config "=x": must be KEY=VALUE`},
		"bad key": {"staging", "a:b:c=x", `override config "a:b:c=x": could not parse a:b:c as a configuration key ` +
			"(configuration keys should be of the form `<namespace>:<name>`)"},
		"other stack":   {"prod", "", `read stack "prod": no Pulumi.prod.yaml in %q: its stacks are staging`},
		"other project": {"acme/other/staging", "", `read stack "acme/other/staging": the project is "live-beats", not "other"`},
		"bad stack": {"../staging", "", `read stack "../staging": a stack name may only contain alphanumeric, hyphens, ` +
			`underscores, or periods: invalid character '/' at position 2`},
		"bad path": {"staging", "service[=x", `override config "service[=x": invalid config key path: ` +
			`missing closing bracket in array index`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newProject(t, stagingFile)
			var overrides []string
			if test.override != "" {
				overrides = []string{test.override}
			}
			_, err := Load(dir, test.stack, overrides)
			require.EqualError(t, err, sprintfDir(test.want, dir))
		})
	}
}

func TestLoadFindsParent(t *testing.T) {
	t.Parallel()
	dir := newProject(t, stagingFile)
	p := load(t, filepath.Join(dir, "deep", "er"))
	require.Equal(t, dir, p.Dir)
	require.Equal(t, filepath.Join(dir, ".sandbox"), p.Sandbox())
	require.Equal(t, "live-beats", p.Name())
	require.Equal(t, "eu-west-2", p.Region())
}

func TestLoadWithoutProject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Load(dir, "staging", nil)
	require.EqualError(t, err,
		sprintfDir("find project: no Pulumi.yaml in %q or above it: run in the project's directory", dir))
}

func TestLoadHidesEncrypted(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, `config:
  aws:region: eu-west-2
  live-beats:token:
    secure: v1:ciphertext
  live-beats:environment:
    PLAIN: a
    HIDDEN:
      secure: v1:ciphertext
encryptionsalt: v1:salt
environment: [dev]
`))
	require.Equal(t, map[string]string{
		"aws:region":             "eu-west-2",
		"live-beats:token":       "sandbox-placeholder",
		"live-beats:environment": `{"HIDDEN":"sandbox-placeholder","PLAIN":"a"}`,
	}, p.Values())
	require.ElementsMatch(t, []string{
		"Pulumi ESC environments are not read in the sandbox",
		"live-beats:token is encrypted: the sandbox uses a placeholder",
		"live-beats:environment is encrypted: the sandbox uses a placeholder",
	}, p.Notes)
	require.ErrorContains(t, p.Validate(), "live-beats:environment is encrypted: ", "as on AWS")
	p = load(t, p.Dir, "environment={}")
	require.NotContains(t, fmt.Sprint(p.Validate()), "encrypted", "it was overridden")
}

func TestValidate(t *testing.T) {
	t.Parallel()
	dir := newProject(t, stagingFile)
	require.NoError(t, load(t, dir).Validate())
	require.ErrorContains(t, load(t, dir, "service.cpu=255").Validate(), "live-beats:service.cpu is 255")
}

// TestStackNames: a stack may be named with its organization and project, and its file may be in stackConfigDir.
func TestStackNames(t *testing.T) {
	t.Parallel()
	dir := newProject(t, stagingFile)
	for name, organization := range map[string]string{
		"staging": "organization", "acme/staging": "acme", "acme/live-beats/staging": "acme",
	} {
		p, err := Load(dir, name, nil)
		require.NoError(t, err)
		require.Equal(t, "staging", p.Stack)
		require.Equal(t, organization, p.Organization)
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "stacks"), 0o700))
	require.NoError(t, os.Rename(filepath.Join(dir, "Pulumi.staging.yaml"), filepath.Join(dir, "stacks", "Pulumi.staging.yaml")))
	_, err := Load(dir, "staging", nil)
	require.ErrorContains(t, err, "its stacks are none")
	project := filepath.Join(dir, "Pulumi.yaml")
	require.NoError(t, os.WriteFile(project, []byte(read(t, project)+"\nstackConfigDir: stacks\n"), 0o600))
	p := load(t, dir)
	require.Equal(t, "eu-west-2", p.Region())
	_, err = Load(dir, "prod", nil)
	require.ErrorContains(t, err, "its stacks are staging")
}
