package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/enforcement"
)

// TestEnforcementKnowsEveryCheck holds the ids that a stack's config may name to those that exist.
func TestEnforcementKnowsEveryCheck(t *testing.T) {
	t.Parallel()
	require.Equal(t, append(proof.Checks(), enforcement.LeastPrivilege), enforcement.Checks)
	require.Equal(t, controls.IDs(), enforcement.Controls)
}
