//go:build javascript

// Package javascript deploys programs in JavaScript into the sandbox. They are written with Pulumi's SDKs for Node,
// which must be installed: npm ci --prefix tests/javascript. The build tag keeps it out of runs without Node:
// go test -tags javascript ./tests/javascript
package javascript

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

const (
	region   = "eu-central-1"
	password = "canary-of-the-database"
)

// stack is a stack of a program, with a sandbox of its own.
type stack struct {
	*driver.Engine
	world *sandbox.World
	dir   string
	log   bytes.Buffer // What the engine and the program print.
}

func newStack(t *testing.T, program string, overrides ...string) *stack {
	t.Helper()
	s := &stack{dir: t.TempDir()}
	for name, text := range map[string]string{
		"Pulumi.yaml": "name: web\nruntime: nodejs\n",
		"Pulumi.dev.yaml": "config:\n  aws:region: " + region + "\n  aws:defaultTags: {tags: {Team: web}}\n" +
			"  web:tasks: 2\n  web:databasePassword: " + password + "\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600))
	}
	project, err := driver.Load(s.dir, "dev", overrides)
	require.NoError(t, err)
	s.world, err = sandbox.Open(project.Sandbox())
	require.NoError(t, err)
	s.Engine, err = driver.New(driver.Options{
		Project: project, Log: &s.log, Providers: s.world.Providers,
		Language: func(engine string) pulumirpc.LanguageRuntimeServer {
			return node{program: program, engine: engine, output: &s.log}
		},
	})
	require.NoError(t, err)
	return s
}

// unchanged asserts that neither a preview, nor an up, nor a refresh changes anything.
func (s *stack) unchanged(t *testing.T, resources int) {
	t.Helper()
	_, err := s.Preview(t.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(t, err, &s.log)
	same := driver.Changes{"same": resources}
	changes, err := s.Up(t.Context(), driver.UpOptions{SkipPolicies: true})
	require.NoError(t, err, &s.log)
	require.Equal(t, same, changes)
	changes, err = s.Refresh(t.Context())
	require.NoError(t, err, &s.log)
	require.Equal(t, same, changes)
}

// destroyed destroys the stack, and asserts that nothing is left.
func (s *stack) destroyed(t *testing.T) {
	t.Helper()
	_, err := s.Destroy(t.Context())
	require.NoError(t, err, &s.log)
	require.True(t, s.world.Empty())
}

// TestService deploys a network, a load balancer, a database and a service.
func TestService(t *testing.T) {
	t.Parallel()
	s := newStack(t, "service.js")
	_, err := s.Preview(t.Context(), driver.PreviewOptions{})
	require.NoError(t, err, &s.log)
	changes, err := s.Up(t.Context(), driver.UpOptions{SkipPolicies: true})
	require.NoError(t, err, &s.log)
	const resources = 28
	require.Equal(t, driver.Changes{"create": resources}, changes)
	s.healthy(t)
	s.unchanged(t, resources)
	s.healthy(t)
	require.NoError(t, s.world.Flush())
	s.noSecrets(t, password, "canary-of-the-session-key")
	s.destroyed(t)
}

// healthy asserts that the service runs behind its load balancer, and that the database and its secret URL are there.
func (s *stack) healthy(t *testing.T) {
	t.Helper()
	outputs, err := s.Outputs(t.Context())
	require.NoError(t, err)
	status, err := s.world.Status(region, outputs["cluster"].(string), outputs["service"].(string))
	require.NoError(t, err)
	require.True(t, status.Healthy(), status)
	require.Len(t, status.Targets, 2)
	databases := s.world.List("aws:rds/instance:Instance", region)
	require.Len(t, databases, 1)
	require.Equal(t, databases[0].Props["address"], outputs["database"])
	require.Equal(t, "postgres://app:"+password+"@"+outputs["database"].(string)+":5432/app", outputs["databaseUrl"])
	require.Equal(t, map[string]any{"Project": "web", "Stack": "dev", "Team": "web"}, databases[0].Props["tagsAll"])
}

// noSecrets asserts that neither the log nor a file of the sandbox holds a secret.
func (s *stack) noSecrets(t *testing.T, secrets ...string) {
	t.Helper()
	texts := map[string]string{"log": s.log.String()}
	require.NoError(t, filepath.WalkDir(filepath.Join(s.dir, ".sandbox"),
		func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			texts[path] = string(data)
			return err
		}))
	require.Greater(t, len(texts), 2)
	for path, text := range texts {
		for _, secret := range secrets {
			require.NotContains(t, text, secret, path)
		}
	}
}

// TestNetwork deploys a component of Pulumi Crosswalk.
func TestNetwork(t *testing.T) {
	t.Parallel()
	s := newStack(t, "network.js")
	_, err := s.Up(t.Context(), driver.UpOptions{SkipPolicies: true})
	require.NoError(t, err, &s.log)
	outputs, err := s.Outputs(t.Context())
	require.NoError(t, err)
	require.Equal(t, region+"a", outputs["zone"])
	require.Len(t, outputs["privateSubnets"], 2)
	require.ElementsMatch(t, outputs["privateSubnets"], outputs["found"])
	s.unchanged(t, 24)
	s.destroyed(t)
}

// TestRefused: a component that the sandbox does not model, and a missing value, are refused by their names.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ program, override, want string }{
		{"network.js", "balancer=true", "the sandbox does not model the component awsx:lb:ApplicationLoadBalancer (it models " +
			"awsx:ec2:DefaultVpc, awsx:ec2:Vpc)"},
		{"service.js", "tasks=none", "Configuration 'web:tasks' value 'none' is not a valid number"},
		{"service.js", "tasks=-1", "desiredCount: expected a value in the range (0 - 5000), got -1"},
	} {
		s := newStack(t, test.program, test.override)
		_, err := s.Preview(t.Context(), driver.PreviewOptions{SkipPolicies: true})
		require.Error(t, err)
		require.Contains(t, s.log.String(), test.want)
	}
}
