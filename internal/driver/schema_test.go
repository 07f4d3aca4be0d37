package driver

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// TestSchemas binds the schemas of the sandbox's providers with Pulumi's own code.
func TestSchemas(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Open(t.TempDir())
	require.NoError(t, err)
	providers, err := w.Providers("eu-west-2")
	require.NoError(t, err)
	table, err := facts.Load()
	require.NoError(t, err)
	resources := 0
	for _, name := range []string{"aws", "random"} {
		answer, err := providers[name].GetSchema(t.Context(), &pulumirpc.GetSchemaRequest{})
		require.NoError(t, err)
		var spec schema.PackageSpec
		require.NoError(t, json.Unmarshal([]byte(answer.GetSchema()), &spec))
		bound, err := schema.ImportSpec(spec, nil, schema.NewNullLoader(), schema.ValidationOptions{})
		require.NoError(t, err)
		require.Equal(t, name, bound.Name)
		resources += len(bound.Resources)
		for _, r := range bound.Resources {
			for _, p := range r.InputProperties {
				fact := table[r.Token].Inputs[p.Name]
				require.Equal(t, fact.Required, p.IsRequired(), "%s %s", r.Token, p.Name)
				require.Equal(t, fact.Replaces, p.ReplaceOnChanges, "%s %s", r.Token, p.Name)
				require.Equal(t, fact.Secret, p.Secret, "%s %s", r.Token, p.Name)
			}
		}
	}
	require.Len(t, table.Tokens(), resources)
}
