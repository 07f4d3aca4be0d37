package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// TestCheckRollback compares the task definition that an update asked for with the one that runs after it. It does not
// prove that the engine calls the hook and fails the update. The tests in tests/releases do.
func TestCheckRollback(t *testing.T) {
	t.Parallel()
	const family = "arn:aws:ecs:eu-west-2:123456789012:task-definition/beats:"
	check := func(asked, running any) error {
		args := LiveBeatsServiceArgs{ServiceName: "beats", Account: testAccount}
		return args.checkRollback("staging", &pulumi.ResourceHookArgs{
			NewInputs: resource.NewPropertyMapFromMap(map[string]any{
				"taskDefinition": asked, "cluster": "arn:aws:ecs:eu-west-2:123456789012:cluster/main",
			}),
			NewOutputs: resource.NewPropertyMapFromMap(map[string]any{"taskDefinition": running}),
		})
	}
	require.NoError(t, check(family+"2", family+"2"))
	require.NoError(t, check("beats:2", family+"2"), "a revision without the rest of its ARN is the same")
	require.NoError(t, check(nil, family+"2"))
	var rolledBack *RolledBackError
	require.ErrorAs(t, check(family+"2", family+"1"), &rolledBack)
	require.Equal(t, &RolledBackError{"staging", "main", "beats", "eu-west-2", family + "2", family + "1"}, rolledBack)
	require.ErrorContains(t, rolledBack, "ECS rolled the deployment of beats:2 back and runs beats:1 again")
	require.ErrorContains(t, rolledBack,
		"go run . status --aws --stack staging")
	require.ErrorContains(t, rolledBack,
		"aws ecs describe-services --region eu-west-2 --cluster main --services beats --query")
}
