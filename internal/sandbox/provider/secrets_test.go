package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const hush = "hunter2-and-more"

// requireHushed fails if the secret occurs in the world's files, or in the output of describe.
func requireHushed(t *testing.T, a *sandboxtest.Account) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(a.Dir, "world", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotContains(t, string(data), hush, file)
	}
	objects, err := a.Sandbox.Describe(a.Region, "")
	require.NoError(t, err)
	data, err := json.Marshal(objects)
	require.NoError(t, err)
	require.NotContains(t, string(data), hush)
}

// create checks and creates a resource as the engine does.
func create(t *testing.T, s *provider.Server, urn string, news resource.PropertyMap) (
	inputs, state resource.PropertyMap,
) {
	t.Helper()
	checked, err := s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: wire(t, news)})
	require.NoError(t, err)
	require.Empty(t, checked.GetFailures())
	created, err := s.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs()})
	require.NoError(t, err)
	return unwire(t, checked.GetInputs()), unwire(t, created.GetProperties())
}

// TestMarkedSecretsAreSealed: what a program marks as a secret is treated as one, whatever the table says about the
// input.
func TestMarkedSecretsAreSealed(t *testing.T) {
	t.Parallel()
	s, a := serve(t)
	ctx, urn := t.Context(), sandboxtest.URN(sandboxtest.Parameter, "p")
	news := resource.PropertyMap{
		"name": text("/p"), "type": text("String"), "insecureValue": secret(hush), "description": secret("of " + hush),
		"tags": resource.NewObjectProperty(resource.PropertyMap{"key": secret(hush)}),
	}
	inputs, state := create(t, s, urn, news)
	requireHushed(t, a)
	news["insecureValue"] = resource.MakeSecret(unknown)
	preview, err := s.Create(ctx, &pulumirpc.CreateRequest{Urn: urn, Properties: wire(t, news), Preview: true})
	require.NoError(t, err)
	require.Equal(t, unknown, unwire(t, preview.GetProperties())["arn"], "it stays unknown")
	for _, name := range []resource.PropertyKey{"insecureValue", "value", "description", "tags", "tagsAll"} {
		require.True(t, state[name].IsSecret(), name)
	}

	read, err := s.Read(ctx, &pulumirpc.ReadRequest{Urn: urn, Id: "/p", Inputs: wire(t, inputs), Properties: wire(t, state)})
	require.NoError(t, err)
	require.Equal(t, state, unwire(t, read.GetProperties()))
	require.Equal(t, inputs, unwire(t, read.GetInputs()))

	inputs["allowedPattern"] = text(".*")
	update, err := s.Update(ctx, &pulumirpc.UpdateRequest{Urn: urn, Id: "/p", Olds: wire(t, state), News: wire(t, inputs)})
	require.NoError(t, err)
	require.Equal(t, resource.NewNumberProperty(2), unwire(t, update.GetProperties())["version"])
	inputs["tags"] = resource.NewObjectProperty(resource.PropertyMap{"other": secret(hush)})
	update, err = s.Update(ctx, &pulumirpc.UpdateRequest{Urn: urn, Id: "/p", Olds: update.GetProperties(), News: wire(t, inputs)})
	require.NoError(t, err)
	require.Equal(t, resource.NewNumberProperty(2), unwire(t, update.GetProperties())["version"], "the value is the same")
	requireHushed(t, a)

	imported, err := s.Read(ctx, &pulumirpc.ReadRequest{Urn: urn, Id: "/p"})
	require.NoError(t, err)
	diff, err := s.Diff(ctx, &pulumirpc.DiffRequest{
		Urn: urn, Id: "/p", Olds: imported.GetProperties(), News: wire(t, resource.PropertyMap{
			"name": text("/p"), "type": text("String"), "insecureValue": secret(hush), "description": secret("of " + hush),
			"tags": inputs["tags"], "allowedPattern": text(".*"),
		}),
	})
	require.NoError(t, err)
	require.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, diff.GetChanges(), "%v", diff.GetDiffs())
}

// TestSecretEnvironmentStarts: the scheduler can read container definitions whose values are sealed.
func TestSecretEnvironmentStarts(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	s := &provider.Server{Engine: a.Engine}
	task := resource.NewPropertyMapFromMap(a.Got("task").Inputs)
	definitions := strings.Replace(sandboxtest.Containers, "ecto://db", "ecto://"+hush+"@db", 1)
	definitions = strings.Replace(definitions, `"name": "app"`, `"name": "app", "command": ["/app/bin/server", "--key=`+
		hush+`"], "dockerLabels": {"key": "`+hush+`"}`, 1)
	task["containerDefinitions"] = secret(definitions)
	_, state := create(t, s, sandboxtest.URN(sandboxtest.TaskDefinition, "hushed"), task)
	require.Equal(t, secret(definitions), state["containerDefinitions"])
	require.NoError(t, a.Change("service", provider.Props{"taskDefinition": state["arn"].StringValue()}))
	requireHushed(t, a)

	again, err := sandbox.Open(a.Dir)
	require.NoError(t, err)
	service, err := again.Status(a.Region, "live-beats", "live-beats")
	require.NoError(t, err)
	require.True(t, service.Healthy(), service.String())
	require.Contains(t, service.String(), "runs live-beats:2")
}

// TestSecretsAreNotShown: failures do not show secrets, and secrets that the model would keep in plain text are
// refused.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	s := &provider.Server{Engine: a.Engine}
	refused := "came in as a secret, but the sandbox keeps only digests of secrets and has to read this input; AWS does " +
		"not hide it either, so pass it in plain text (pulumi.Unsecret)"
	tests := map[string]struct {
		token, property string
		value           resource.PropertyValue
		want            []string
	}{
		"too long":     {sandboxtest.Role, "description", secret(strings.Repeat(hush, 70)), []string{"[secret]"}},
		"pattern":      {sandboxtest.IngressRule, "description", secret("'" + hush), []string{"[secret]"}},
		"policy":       {sandboxtest.Role, "assumeRolePolicy", secret(`{"Sid": "` + hush + `"}`), []string{refused}},
		"name":         {sandboxtest.Role, "name", secret(hush), []string{refused}},
		"number":       {sandboxtest.TargetGroup, "port", resource.MakeSecret(resource.NewNumberProperty(70123)), []string{"[secret]", refused}},
		"not modelled": {sandboxtest.Role, "other", secret(hush), []string{"does not model"}},
		"containers": {
			sandboxtest.TaskDefinition, "containerDefinitions", secret(`[{"name": "app", "image": "a", "environment":` +
				` [{"name": "A", "value": "` + hush + `"}], "dependsOn": [{"containerName": "b", "condition": "START"}]}]`),
			[]string{`Container "app" depends on container "b", which does not exist`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			news := resource.PropertyMap{resource.PropertyKey(test.property): test.value}
			if test.token == sandboxtest.TaskDefinition {
				for _, name := range []resource.PropertyKey{"family", "networkMode", "cpu", "memory", "requiresCompatibilities"} {
					news[name] = resource.NewPropertyValue(a.Got("task").Inputs[string(name)])
				}
			}
			checked, err := s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: sandboxtest.URN(test.token, "x"), News: wire(t, news)})
			require.NoError(t, err)
			var reasons []string
			for _, f := range checked.GetFailures() {
				require.Empty(t, f.GetProperty(), "an engine prints the value of a property that is named")
				if strings.HasPrefix(f.GetReason(), test.property) {
					reasons = append(reasons, f.GetReason())
				}
			}
			for _, want := range test.want {
				require.Contains(t, strings.Join(reasons, "\n"), want)
			}
			require.NotContains(t, strings.Join(reasons, "\n"), hush)
			require.NotContains(t, strings.Join(reasons, "\n"), "70123")
		})
	}
}

// TestErrorsHoldNoSecret: neither errors nor events hold a secret, whatever AWS repeats of its input.
func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	s, a := serve(t)
	a.Behaviours[sandboxtest.LogGroup] = provider.Behaviour{Create: func(c *provider.Call) error {
		return fmt.Errorf("InvalidParameter: %v of %v", c.New.Props["tags"], c.New.Props["name"])
	}}
	urn := sandboxtest.URN(sandboxtest.LogGroup, "logs")
	_, err := s.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: wire(t, resource.PropertyMap{
		"name": text("/logs"), "tags": resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
			"a": text(hush), "b": text("x"), // One letter occurs in many words.
		})),
	})})
	require.ErrorContains(t, err, "InvalidParameter: map[a:[secret] b:[secret]] of /logs")
	requireHushed(t, a)
}
