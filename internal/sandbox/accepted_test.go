package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// configuration is one that AWS is known to accept. Its resources may refer to each other, and to those of
// sandboxtest.Stack, by "$name.property".
type configuration struct {
	Shows     string // What is special about it.
	Source    string // Where AWS, or a program that AWS accepts, has it: an address, or a repository and path.
	Resources []struct {
		Type, Name string
		Inputs     props
	}
	// Refused are changes of the last resource that AWS refuses. Error is a part of the message.
	Refused []struct {
		Shows, Error string
		Change       props
	}
}

// TestAccepted creates each known good configuration beside a small deployed stack. The sandbox accepts it, and then
// a refresh, a plan and an import find nothing to do. The configurations are rewritten from their sources: that AWS
// accepts them is known from there, not from this test.
func TestAccepted(t *testing.T) {
	t.Parallel()
	forEachConfiguration(t, "accepted", func(t *testing.T, c configuration) {
		t.Helper()
		a := sandboxtest.Deployed(t, nil)
		for _, r := range c.Resources {
			require.NoError(t, a.Make(r.Type, r.Name, r.Inputs), r.Name)
		}
		for _, r := range c.Resources {
			a.Steady(t, r.Name)
		}
	})
}

// forEachConfiguration runs a test for each configuration of a folder in testdata.
func forEachConfiguration(t *testing.T, folder string, run func(*testing.T, configuration)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var cases []configuration
		require.NoError(t, yaml.Unmarshal(data, &cases), file)
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml")+" "+c.Shows, func(t *testing.T) {
				t.Parallel()
				require.NotEmpty(t, c.Source)
				for _, r := range c.Resources {
					floats(r.Inputs)
				}
				for _, r := range c.Refused {
					floats(r.Change)
				}
				run(t, c)
			})
		}
	}
}

// floats converts YAML's integers to the numbers of Pulumi's protocol.
func floats(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = floats(v[key])
		}
	}
	return v
}
