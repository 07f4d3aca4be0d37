package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// answers is a recorder that also knows what RDS, EFS and random make up.
type answers struct{ *recorder }

func (a answers) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	id, state, err := a.recorder.NewResource(args)
	if err != nil {
		return "", nil, err
	}
	switch args.TypeToken {
	case "aws:rds/instance:Instance":
		setDefault(state, "endpoint", "database.example:5432")
		// At preview too, unlike a provider's: see the recorder on secrets that are unknown.
		setDefault(state, "address", "database.example")
	case "aws:ssm/parameter:Parameter":
		state["version"] = resource.NewProperty(1.0)
	case "random:index/randomId:RandomId":
		setDefault(state, "hex", "0a1b2c3d")
	}
	if arn := "arn:aws:elasticfilesystem:eu-west-2:123456789012:" + args.Name; !a.preview &&
		strings.HasPrefix(args.TypeToken, "aws:efs/") {
		state["arn"] = resource.NewProperty(arn)
	}
	return id, state, err
}

func (a answers) run(run program) (*recorder, error) {
	err := pulumi.RunErr(func(ctx *pulumi.Context) error { return run(ctx, a.recorder) },
		pulumi.WithMocks("live-beats", "test", a), func(info *pulumi.RunInfo) { info.DryRun = a.preview })
	a.pending.Wait()
	return a.recorder, err
}

// recordAnswers is record with those answers.
func recordAnswers(t *testing.T, run program) *recorder {
	t.Helper()
	update, err := answers{newRecorder(false)}.run(run)
	require.NoError(t, err)
	preview, err := answers{newRecorder(true)}.run(run)
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
