package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func TestLiveBeatsServiceOnSpot(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.SpotWeight = 3
	require.Equal(t, []any{
		map[string]any{"capacityProvider": "FARGATE", "base": 1.0, "weight": 1.0},
		map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 3.0},
	}, recordService(t, args).inputs(t, "live-beats-service")["capacityProviderStrategies"])
}

func TestLiveBeatsServiceFiles(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.Files = testFiles
	task := recordService(t, args).inputs(t, "live-beats-task")
	require.Equal(t, []any{map[string]any{"name": "files", "efsVolumeConfiguration": map[string]any{
		"fileSystemId": "fs-1", "transitEncryption": "ENABLED",
		"authorizationConfig": map[string]any{"accessPointId": "fsap-1", "iam": "ENABLED"},
	}}}, task["volumes"])
	var containers []map[string]any
	require.NoError(t, json.Unmarshal([]byte(task["containerDefinitions"].(string)), &containers))
	mount := []any{map[string]any{"containerPath": "/tmp/songs", "sourceVolume": "files"}}
	require.Equal(t, mount, containers[0]["mountPoints"])
	require.Empty(t, containers[1]["mountPoints"], "the migration does not need the files")
}

func TestLiveBeatsServiceSecretVersions(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	require.NotContains(t, recordService(t, args).inputs(t, "live-beats-task")["containerDefinitions"], "dockerLabels")
	args.Parameters.Versions = pulumi.IntMap{"DATABASE_URL": pulumi.Int(7), "OTHER": pulumi.Int(1)}
	require.Contains(t, recordService(t, args).inputs(t, "live-beats-task")["containerDefinitions"],
		`"dockerLabels":{"live-beats.secret-version.DATABASE_URL":"7"}`)
}

func TestLiveBeatsServiceAlarmsAndDisk(t *testing.T) {
	t.Parallel()
	args := serviceArgs()
	args.RollbackAlarms = pulumi.ToStringArray([]string{"5xx"})
	args.EphemeralStorage = 50
	args.Autoscaled = true
	r := recordService(t, args)
	require.Equal(t, map[string]any{"alarmNames": []any{"5xx"}, "enable": true, "rollback": true},
		r.inputs(t, "live-beats-service")["alarms"])
	require.Equal(t, map[string]any{"sizeInGib": 50.0}, r.inputs(t, "live-beats-task")["ephemeralStorage"])
	require.Equal(t, []string{"desiredCount"}, r.resources["live-beats-service"].RegisterRPC.GetIgnoreChanges())
}
