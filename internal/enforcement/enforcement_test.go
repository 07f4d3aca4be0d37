package enforcement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/enforcement"
)

func TestLevels(t *testing.T) {
	t.Parallel()
	levels := enforcement.Levels{"host": enforcement.Advisory, "timeouts": enforcement.Off, "ECS.5": enforcement.Mandatory}
	require.NoError(t, levels.Check())
	require.Equal(t, enforcement.Mandatory, levels.Of("host", "secrets"), "the strictest counts")
	require.Equal(t, enforcement.Advisory, levels.Of("host", "timeouts"))
	require.Equal(t, enforcement.Off, levels.Of("timeouts"))
	require.Equal(t, enforcement.Mandatory, levels.OfControl("ECS.5", false))
	require.Equal(t, enforcement.Mandatory, levels.OfControl("RDS.2", true))
	require.Equal(t, enforcement.Off, levels.OfControl("ELB.1", false))

	require.EqualError(t, enforcement.Levels{"hots": enforcement.Advisory}.Check(),
		"hots: is not a known check: did you mean host?")
	require.EqualError(t, enforcement.Levels{"host": "strict"}.Check(), "host: must be mandatory, advisory or off")
}
