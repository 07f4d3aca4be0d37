package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

func TestLevels(t *testing.T) {
	t.Parallel()
	levels := verify.Levels{"host": verify.Advisory, "timeouts": verify.Off, "ECS.5": verify.Mandatory}
	require.NoError(t, levels.Check())
	require.Equal(t, verify.Mandatory, levels.Of("host", "secrets"), "the strictest counts")
	require.Equal(t, verify.Advisory, levels.Of("host", "timeouts"))
	require.Equal(t, verify.Off, levels.Of("timeouts"))
	require.Equal(t, verify.Mandatory, levels.OfControl(controls.Control{ID: "ECS.5", Severity: controls.High}))
	require.Equal(t, verify.Mandatory, levels.OfControl(controls.Control{ID: "RDS.2", Severity: controls.Critical}))
	require.Equal(t, verify.Off, levels.OfControl(controls.Control{ID: "ELB.1", Severity: controls.Medium}))

	require.ErrorContains(t, verify.Levels{"hots": verify.Advisory}.Check(), "is not a question or control: known are roles,")
	require.EqualError(t, verify.Levels{"host": "strict"}.Check(), "must be mandatory, advisory or off")
}
