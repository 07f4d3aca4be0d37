package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordCluster(t *testing.T, args *EcsClusterArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		cluster, err := NewEcsCluster(ctx, "ecs", args)
		if err != nil {
			return err
		}
		r.capture("name", cluster.ClusterName)
		r.capture("arn", cluster.ClusterArn)
		r.capture("exec", cluster.ExecLogGroupName.Elem())
		return nil
	})
}

func TestEcsCluster(t *testing.T) {
	t.Parallel()
	r := recordCluster(t, nil)
	require.Equal(t, []string{"ecs", "ecs-capacity-providers", "ecs-cluster"}, r.names())
	require.Equal(t, map[string]any{
		"settings": []any{map[string]any{"name": "containerInsights", "value": "enabled"}},
	}, r.inputs(t, "ecs-cluster"))
	require.Equal(t, map[string]any{
		"clusterName":       "ecs-cluster-0000000",
		"capacityProviders": []any{"FARGATE", "FARGATE_SPOT"},
		"defaultCapacityProviderStrategies": []any{
			map[string]any{"capacityProvider": "FARGATE", "weight": 1.0},
		},
	}, r.inputs(t, "ecs-capacity-providers"))
	require.Equal(t, map[string]any{"name": "ecs-cluster-0000000", "arn": "ecs-cluster.arn", "exec": ""}, r.outputs)
}

func TestEcsClusterExecAudit(t *testing.T) {
	t.Parallel()
	r := recordCluster(t, &EcsClusterArgs{ExecAudit: true})
	require.Equal(t, []string{"ecs", "ecs-capacity-providers", "ecs-cluster", "ecs-exec-logs"}, r.names())
	require.Equal(t, map[string]any{"retentionInDays": 90.0}, r.inputs(t, "ecs-exec-logs"))
	require.Equal(t, map[string]any{"executeCommandConfiguration": map[string]any{
		"logging":          "OVERRIDE",
		"logConfiguration": map[string]any{"cloudWatchLogGroupName": "ecs-exec-logs-0000000"},
	}}, r.inputs(t, "ecs-cluster")["configuration"])
	require.Equal(t, "ecs-exec-logs-0000000", r.outputs["exec"])
}

func TestEcsClusterKey(t *testing.T) {
	t.Parallel()
	r := recordCluster(t, &EcsClusterArgs{ExecAudit: true, KmsKeyArn: pulumi.String(testKey)})
	require.Equal(t, map[string]any{"retentionInDays": 90.0, "kmsKeyId": testKey}, r.inputs(t, "ecs-exec-logs"))
	require.Equal(t, map[string]any{"executeCommandConfiguration": map[string]any{
		"logging": "OVERRIDE", "kmsKeyId": testKey,
		"logConfiguration": map[string]any{
			"cloudWatchLogGroupName": "ecs-exec-logs-0000000", "cloudWatchEncryptionEnabled": true,
		},
	}}, r.inputs(t, "ecs-cluster")["configuration"])
}

func TestEcsClusterRefuses(t *testing.T) {
	t.Parallel()
	err := refuse(t, func(ctx *pulumi.Context) error {
		_, err := NewEcsCluster(ctx, "ecs", &EcsClusterArgs{ExecLogRetentionDays: new(2)})
		return err
	})
	require.EqualError(t, err, `check args of livebeats:index:EcsCluster "ecs": ExecLogRetentionDays 2 must be one of `+
		"[0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]")
}
