package stack

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/components"
)

type mocks struct{}

func (mocks) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name, args.Inputs, nil
}

func (mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// TestDeployed compares with what the service says that it runs, and never in a plan.
func TestDeployed(t *testing.T) {
	t.Parallel()
	const family = "arn:aws:ecs:eu-west-2:123456789012:task-definition/beats:"
	for name, test := range map[string]struct {
		running string
		plan    bool
		want    string
	}{
		"as asked":    {running: family + "2"},
		"rolled back": {running: family + "1", want: "ECS rolled the deployment of beats:2 back, and runs beats:1"},
		"planned":     {running: family + "1", plan: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				ctx.Export("taskDefinitionArn", deployed(ctx, &components.LiveBeatsService{
					TaskDefinitionArn:        pulumi.String(family + "2").ToStringOutput(),
					RunningTaskDefinitionArn: pulumi.String(test.running).ToStringOutput(),
				}))
				return nil
			}, pulumi.WithMocks("live-beats", "staging", mocks{}), func(info *pulumi.RunInfo) { info.DryRun = test.plan })
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			var rolledBack *RolledBackError
			require.ErrorAs(t, err, &rolledBack)
			require.Equal(t, &RolledBackError{"staging", family + "2", family + "1"}, rolledBack)
			require.ErrorContains(t, err, test.want)
		})
	}
}
