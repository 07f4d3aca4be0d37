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
}

// TestAccepted creates each known good configuration beside a small deployed stack. The sandbox accepts it, and then
// a refresh, a plan and an import find nothing to do. The configurations are rewritten from their sources: that AWS
// accepts them is known from there, not from this test.
func TestAccepted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "accepted", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var cases []configuration
		require.NoError(t, yaml.Unmarshal(data, &cases))
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml")+" "+c.Shows, func(t *testing.T) {
				t.Parallel()
				require.NotEmpty(t, c.Source)
				a := sandboxtest.Deployed(t, nil)
				for _, r := range c.Resources {
					require.NoError(t, a.Make(r.Type, r.Name, floats(r.Inputs).(props)), r.Name)
				}
				for _, r := range c.Resources {
					a.Steady(t, r.Name)
				}
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
