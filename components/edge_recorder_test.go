package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// edgeRecorder is a recorder that also knows what S3, ACM and Route 53 make up.
type edgeRecorder struct{ *recorder }

func (r edgeRecorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id, state, err := r.recorder.NewResource(args)
	switch args.TypeToken {
	case "aws:s3/bucketV2:BucketV2":
		setDefault(state, "bucket", args.Name+"-0000000") // At preview too, as other generated names.
	case "aws:route53/record:Record":
		state["fqdn"] = state["name"]
	case "aws:acm/certificate:Certificate":
		if !r.preview {
			host := args.Inputs["domainName"].StringValue()
			state["domainValidationOptions"] = resource.NewPropertyValue([]any{map[string]any{
				"domainName": host, "resourceRecordName": "_n." + host + ".", "resourceRecordType": "CNAME",
				"resourceRecordValue": "_v.acm-validations.aws.",
			}})
		}
	}
	return id, state, err
}

func (r edgeRecorder) run(run program) (*recorder, error) {
	err := pulumi.RunErr(func(ctx *pulumi.Context) error { return run(ctx, r.recorder) },
		pulumi.WithMocks("live-beats", "test", r), func(info *pulumi.RunInfo) { info.DryRun = r.preview })
	r.pending.Wait()
	return r.recorder, err
}

// recordEdge is record with those answers.
func recordEdge(t *testing.T, run program) *recorder {
	t.Helper()
	update, err := edgeRecorder{newRecorder(false)}.run(run)
	require.NoError(t, err)
	preview, err := edgeRecorder{newRecorder(true)}.run(run)
	require.NoError(t, err)
	require.Equal(t, update.names(), preview.names(), "preview and update must register the same resources")
	for name, args := range update.resources {
		if strings.HasPrefix(args.TypeToken, "livebeats:") {
			continue
		}
		parent := resource.URN(args.RegisterRPC.GetParent())
		require.Contains(t, parent.Type().String(), "livebeats:index:", "%s is an orphan", name)
		require.True(t, strings.HasPrefix(name, parent.Name()+"-"), "%s is not named after %s", name, parent.Name())
	}
	return update
}
