package driver

import (
	"bytes"
	"testing"

	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

const urn = "urn:pulumi:staging::p::aws:ssm/parameter:Parameter::secret"

// TestSettle resolves pending operations against the resources that the world says a killed run created.
func TestSettle(t *testing.T) {
	t.Parallel()
	secret := resource.MakeSecret(resource.NewProperty("hush"))
	inputs := resource.PropertyMap{
		"name": resource.NewProperty("a"), "value": secret, "__defaults": resource.NewProperty([]resource.PropertyValue{}),
	}
	entry := func(id, arn string) *pkgresource.State {
		return &pkgresource.State{
			URN: urn, Custom: true, ID: resource.ID(id), Outputs: resource.PropertyMap{"arn": resource.NewProperty(arn)},
		}
	}
	added := &pkgresource.State{
		URN: urn, Custom: true, ID: "new", Inputs: inputs, Outputs: resource.PropertyMap{
			"name": resource.NewProperty("a"), "arn": resource.NewProperty("arn-new"), "value": secret,
		},
	}
	replaced, room := entry("old", "a"), entry("new", "arn-new")
	replaced.Delete, room.PendingReplacement = true, true
	tests := map[string]struct {
		op     pkgresource.OperationType
		before []*pkgresource.State
		found  string
		after  []*pkgresource.State
		says   string
	}{
		"created": {"creating", nil, "new", []*pkgresource.State{added}, "it exists as new and was added to the state"},
		"nothing": {"creating", nil, "", nil, "nothing was created"},
		"known": {
			"creating",
			[]*pkgresource.State{entry("new", "arn-new")},
			"new",
			[]*pkgresource.State{entry("new", "arn-new")},
			"nothing was created",
		},
		"replacing": {
			"creating", []*pkgresource.State{entry("old", "a")}, "new", []*pkgresource.State{replaced, added}, "was added to the state",
		},
		"made room": {"creating", []*pkgresource.State{room}, "new", []*pkgresource.State{added}, "was added to the state"},
		"updating": {
			"updating",
			[]*pkgresource.State{entry("old", "a")},
			"",
			[]*pkgresource.State{entry("old", "a")},
			"updating aws:ssm/parameter:Parameter secret: reading its state back",
		},
		"reading": {"reading", []*pkgresource.State{entry("old", "a")}, "", []*pkgresource.State{entry("old", "a")}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			o := &operation{
				Engine: &Engine{Options: Options{
					Project: &Project{}, Log: &log,
					Created: func(string, string) (string, map[string]any, error) {
						if test.found == "" {
							return "", nil, nil
						}
						return test.found, map[string]any{"name": "a", "arn": "arn-new"}, nil
					},
				}},
				snapshot: &deploy.Snapshot{Resources: test.before, PendingOperations: []pkgresource.Operation{{
					Type: test.op, Resource: &pkgresource.State{URN: urn, Custom: true, Inputs: inputs.Copy()},
				}}},
			}
			stale, err := o.settle()
			require.NoError(t, err)
			require.Equal(t, test.op == "updating", len(stale) == 1)
			require.Len(t, o.snapshot.PendingOperations, len(stale), "pending until it is read back")
			require.Contains(t, log.String(), test.says)
			require.Equal(t, test.after, o.snapshot.Resources)
		})
	}
}

// TestRecoveryThatFails: a failed recovery is repeated by the next run. A pending update stays in the state until its
// resource is read back.
func TestRecoveryThatFails(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	b := newBench(t, p, &shelf{}, declares("a"))
	b.up(t, Changes{"create": 2})
	snapshot, err := b.state.load(t.Context())
	require.NoError(t, err)
	last := snapshot.Resources[len(snapshot.Resources)-1]
	snapshot.PendingOperations = []pkgresource.Operation{{Type: pkgresource.OperationTypeUpdating, Resource: last}}
	require.NoError(t, b.state.saveSnapshot(t.Context(), snapshot))
	b.things["id of a"].Fields["note"] = structpb.NewStringValue("half done")

	b.broken = true
	for range 2 {
		_, err = b.Preview(t.Context(), PreviewOptions{SkipPolicies: true})
		require.ErrorContains(t, err, `recover stack "staging": read what a killed run changed`)
	}
	b.broken = false
	_, err = b.Preview(t.Context(), PreviewOptions{SkipPolicies: true, ExpectNoChanges: true})
	require.ErrorContains(t, err, "no changes were expected, but the plan above has some")
	b.up(t, Changes{"same": 1, "update": 1})
	b.unchanged(t)
	snapshot, err = b.state.load(t.Context())
	require.NoError(t, err)
	require.Empty(t, snapshot.PendingOperations)
}
