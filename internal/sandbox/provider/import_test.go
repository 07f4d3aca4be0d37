package provider_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// TestImport imports every resource of the stack by the real provider's import id alone. The inputs must be complete: a
// program with these inputs changes nothing. The program that created the resource changes nothing either, except
// properties that AWS does not know.
func TestImport(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	ids := map[string]string{
		"cluster": "live-beats", "service": "live-beats/live-beats", "policy": "live-beats:tasks",
		"task": a.Text("$task.arn"),
	}
	for _, step := range sandboxtest.Stack() {
		r := a.Got(step.Name)
		id := ids[step.Name]
		if id == "" {
			id = r.ID
		}
		pulumiID, inputs, state, err := a.Import(r.Token, id)
		require.NoError(t, err, step.Name)
		require.Equal(t, r.ID, pulumiID, step.Name)
		for _, program := range []provider.Props{inputs, r.Inputs} {
			checked, failures, err := a.Check(r.Token, r.URN, inputs, program, nil)
			require.NoError(t, err, step.Name)
			require.Empty(t, failures, step.Name)
			changes, _, err := a.Diff(r.Token, state, checked)
			require.NoError(t, err, step.Name)
			changes = slices.DeleteFunc(changes, func(c provider.Change) bool { return a.Table[r.Token].Inputs[c.Path].Local })
			require.Empty(t, changes, step.Name)
		}
		_, refreshed, err := a.Read(r.Token, pulumiID, inputs, state)
		require.NoError(t, err, step.Name)
		require.Equal(t, state, refreshed, step.Name)
	}
}

func TestImportIsByTheRealProvidersIDs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for _, name := range []string{"service", "cluster", "task"} {
		r := a.Got(name)
		id, inputs, state, err := a.Import(r.Token, r.ID)
		require.NoError(t, err)
		require.Empty(t, id, "%s is not imported by %s", name, r.ID)
		require.Nil(t, inputs)
		require.Nil(t, state)
	}
	_, _, _, err := a.Import(sandboxtest.RandomPassword, "secret")
	require.EqualError(t, err, "the sandbox cannot import "+sandboxtest.RandomPassword+
		": it exists only in Pulumi's state")
}

// TestImportedSecret: the world knows only a digest. It can check that a program has the right value, but cannot return
// it.
func TestImportedSecret(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	r := a.Got("secret")
	_, inputs, state, err := a.Import(r.Token, r.ID)
	require.NoError(t, err)
	require.Contains(t, inputs["value"], "the sandbox keeps only a digest of this secret")
	require.NotContains(t, inputs["value"], sandboxtest.SecretValue)
	for value, differs := range map[string]bool{sandboxtest.SecretValue: false, "another": true} {
		inputs["value"] = value
		changes, _, err := a.Diff(r.Token, state, inputs)
		require.NoError(t, err)
		require.Equal(t, differs, len(changes) > 0, value)
	}
}

// TestWhatTheProviderAloneKnows: properties that only the provider knows belong to Pulumi's state. Neither a refresh
// nor a deletion asks the world for them.
func TestWhatTheProviderAloneKnows(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.LogGroup, "logs", provider.Props{"name": "logs", "skipDestroy": true}))
	r := a.Got("logs")
	_, _, imported, err := a.Import(r.Token, r.ID)
	require.NoError(t, err)
	require.Equal(t, false, imported["skipDestroy"], "the default")
	_, state, err := a.Refresh("logs")
	require.NoError(t, err)
	require.Equal(t, true, state["skipDestroy"])
	require.EqualError(t, a.Sandbox.Drift(a.Region, r.ID, "skipDestroy", "false"), `drift "logs": skipDestroy of `+
		r.Token+` exists only in the provider: AWS does not know it`)
	r.State = imported
	require.NoError(t, a.Remove("logs"))
	require.True(t, a.Sandbox.Empty())
}

func TestImportThatTheRealProviderDoesNotHave(t *testing.T) {
	t.Parallel()
	const token = "aws:acm/certificateValidation:CertificateValidation"
	_, _, _, err := sandboxtest.New(t).Import(token, "any")
	require.EqualError(t, err, "import not supported: the real provider cannot import "+token)
}
