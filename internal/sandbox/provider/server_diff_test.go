package provider_test

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestServerDiff(t *testing.T) {
	t.Parallel()
	type kinds = map[string]pulumirpc.PropertyDiff_Kind
	state := resource.PropertyMap{
		"name": text("a"), "retentionInDays": resource.NewNumberProperty(1), "logGroupClass": text("STANDARD"),
	}
	tests := map[string]struct {
		change    resource.PropertyMap
		ignore    []string
		replaces  []string
		delFirst  bool
		wantKinds kinds
	}{
		"nothing": {wantKinds: kinds{}},
		"in place": {
			change:    resource.PropertyMap{"retentionInDays": resource.NewNumberProperty(3)},
			wantKinds: kinds{"retentionInDays": pulumirpc.PropertyDiff_UPDATE},
		},
		"ignored": {
			change: resource.PropertyMap{"retentionInDays": resource.NewNumberProperty(3)},
			ignore: []string{"retentionInDays"}, wantKinds: kinds{},
		},
		"replaced": {
			change: resource.PropertyMap{"logGroupClass": text("INFREQUENT_ACCESS")}, replaces: []string{"logGroupClass"},
			delFirst: true, wantKinds: kinds{"logGroupClass": pulumirpc.PropertyDiff_UPDATE_REPLACE},
		},
		"replaced under a generated name": {
			change: resource.PropertyMap{
				"logGroupClass": text("INFREQUENT_ACCESS"),
				"__defaults":    resource.NewArrayProperty([]resource.PropertyValue{text("name")}),
			},
			replaces: []string{"logGroupClass"}, wantKinds: kinds{"logGroupClass": pulumirpc.PropertyDiff_UPDATE_REPLACE},
		},
		"tags": {
			change: resource.PropertyMap{
				"tags": resource.NewObjectProperty(resource.PropertyMap{"a": text("1"), "b": text("2")}),
			},
			wantKinds: kinds{"tags": pulumirpc.PropertyDiff_ADD},
		},
	}
	s, _ := serve(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			news := maps.Clone(state)
			maps.Copy(news, test.change)
			resp, err := s.Diff(t.Context(), &pulumirpc.DiffRequest{
				Urn: sandboxtest.URN(sandboxtest.LogGroup, "logs"), Olds: wire(t, state), News: wire(t, news),
				IgnoreChanges: test.ignore,
			})
			require.NoError(t, err)
			got := kinds{}
			for path, d := range resp.GetDetailedDiff() {
				got[path] = d.GetKind()
			}
			require.Equal(t, test.wantKinds, got)
			require.Equal(t, test.replaces, resp.GetReplaces())
			require.Equal(t, test.delFirst, resp.GetDeleteBeforeReplace())
			require.Equal(t, len(test.wantKinds) > 0, resp.GetChanges() == pulumirpc.DiffResponse_DIFF_SOME)
		})
	}
}

// TestServerKeepsAServiceThatFails: the engine must keep in its state what exists. Otherwise the next up creates it
// twice.
func TestServerKeepsAServiceThatFails(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	err := a.Deploy(sandboxtest.Changes{"secret": nil, "service": nil})
	require.NoError(t, err)
	s := &provider.Server{Engine: a.Engine}
	urn := sandboxtest.URN(sandboxtest.Service, "service")
	in := a.Resolve(sandboxtest.With("service", nil))
	properties := wire(t, resource.NewPropertyMapFromMap(in))
	checked, err := s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: properties})
	require.NoError(t, err)
	_, err = s.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs()})
	require.Equal(t, codes.FailedPrecondition, status.Code(err))
	details := status.Convert(err).Details()
	require.Len(t, details, 1)
	failed, ok := details[0].(*pulumirpc.ErrorResourceInitFailed)
	require.True(t, ok)
	require.Equal(t, "arn:aws:ecs:eu-west-2:123456789012:service/live-beats/live-beats", failed.GetId())
	require.Equal(t, unwire(t, checked.GetInputs()), unwire(t, failed.GetInputs()))
	require.Equal(t, text("LATEST"), unwire(t, failed.GetProperties())["platformVersion"])
	require.Len(t, failed.GetReasons(), 1)
	require.Contains(t, failed.GetReasons()[0], "invalid parameters: /staging/SECRET")
	require.NotNil(t, a.World.Get(sandboxtest.Service, a.Region, failed.GetId()))
}
