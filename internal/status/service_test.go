package status_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/status"
)

func TestParseService(t *testing.T) {
	t.Parallel()
	got, err := status.ParseService("arn:aws:ecs:eu-west-2:123456789012:service/beats/live")
	require.NoError(t, err)
	require.Equal(t, status.Service{Region: "eu-west-2", Cluster: "beats", Name: "live"}, got)
	for _, arn := range []string{"", "live", "arn:aws:ecs:eu-west-2:123456789012:service/live", "arn:aws:ec2:eu-west-2:1:service/a/b"} {
		_, err := status.ParseService(arn)
		require.ErrorContains(t, err, "must be arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME", arn)
	}
}
