package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/enforcement"
)

// TestEnforcementKnowsEveryCheck compares the ids that a stack's config may use with the existing checks and controls.
func TestEnforcementKnowsEveryCheck(t *testing.T) {
	t.Parallel()
	require.Equal(t, append(proof.Checks(), enforcement.LeastPrivilege), enforcement.Checks)
	require.Equal(t, controls.IDs(), enforcement.Controls)
}
