package sandbox_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func TestEmpty(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		token string
		in    provider.Props
		want  bool
	}{
		"nothing":                 {"", nil, true},
		"log group":               {sandboxtest.LogGroup, nil, false},
		"cluster named default":   {sandboxtest.Cluster, provider.Props{"name": "default"}, false},
		"log group named default": {sandboxtest.LogGroup, provider.Props{"name": "default"}, false},
		"security group":          {sandboxtest.SecurityGroup, nil, false},
		"password":                {sandboxtest.RandomPassword, provider.Props{"length": 8.0}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			if test.token != "" {
				require.NoError(t, a.Make(test.token, "x", test.in))
			}
			require.Equal(t, test.want, a.Sandbox.Empty())
		})
	}
}

func TestTasksAreNotNothing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	a.World.Put(&world.Object{Type: "ecs/runtime", Region: a.Region, ID: "orphan"})
	require.False(t, a.Sandbox.Empty())
}

func TestReset(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	other := filepath.Join(a.Dir, "other")
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	require.NoError(t, sandbox.Reset(a.Dir))
	require.FileExists(t, other, "only the world is deleted")
	w, err := sandbox.Open(a.Dir)
	require.NoError(t, err)
	require.Empty(t, w.All())
	require.NoError(t, sandbox.Reset(t.TempDir()), "the directory has no world")
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := sandbox.Open(file)
	require.ErrorContains(t, err, "open sandbox: mkdir ")
	require.ErrorContains(t, err, "make the directory writable, or free some space")
	require.ErrorContains(t, sandbox.Reset(file), "reset sandbox: ")

	newer := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(newer, "world"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(newer, "world", "world.json"), []byte(`{"version": 2}`), 0o600))
	_, err = sandbox.Open(newer)
	require.ErrorIs(t, err, world.ErrNewer)
}

func TestPutParameter(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	for want, name := range []string{"", "/staging/A", "/staging/A"} {
		if name == "" {
			continue
		}
		version, err := a.Sandbox.PutParameter(a.Region, name, "v", "")
		require.NoError(t, err)
		require.Equal(t, want, version)
	}
	for name, want := range map[string]string{
		"/a b": `put parameter "/a b": name: "/a b" does not match ^(/[a-zA-Z0-9_.-]+){1,15}$|^[a-zA-Z0-9_.-]+$`,
		"/aws": `put parameter "/aws": name: ValidationException: Parameter name: ` +
			`can't be prefixed with "aws" or "ssm" (case-insensitive): "/aws"`,
	} {
		_, err := a.Sandbox.PutParameter(a.Region, name, "v", "")
		require.EqualError(t, err, want)
	}
	_, err := a.Sandbox.PutParameter(a.Region, "/p", "", "")
	require.EqualError(t, err, `put parameter "/p": value: must have at least 1 characters`)
}

// TestEveryBehaviourIsRegistered: a service's package that is not in the list would have no effect.
func TestEveryBehaviourIsRegistered(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("sandbox.go")
	require.NoError(t, err)
	files, err := filepath.Glob("*/*.go")
	require.NoError(t, err)
	services := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if regexp.MustCompile(`(?m)^var Behaviours\b`).Match(text) {
			registered := regexp.MustCompile(`\b` + filepath.Dir(file) + `\.Behaviours,`)
			require.True(t, registered.Match(list), "add %s to behaviours in sandbox.go", filepath.Dir(file))
			services++
		}
	}
	require.Positive(t, services)
}
