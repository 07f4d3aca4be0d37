package driver

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Not parallel: The environment belongs to the process.
func TestIsolated(t *testing.T) {
	t.Setenv("AWS_PROFILE", "theirs")
	t.Setenv("PULUMI_ACCESS_TOKEN", "theirs")
	t.Setenv("PULUMI_CONFIG", "theirs")
	err := isolated(map[string]string{"PULUMI_CONFIG": "ours"}, func() error {
		require.Empty(t, os.Getenv("AWS_PROFILE"))
		require.Empty(t, os.Getenv("PULUMI_ACCESS_TOKEN"))
		require.Equal(t, "ours", os.Getenv("PULUMI_CONFIG"))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "theirs", os.Getenv("AWS_PROFILE"))
	require.Equal(t, "theirs", os.Getenv("PULUMI_ACCESS_TOKEN"))
	require.Equal(t, "theirs", os.Getenv("PULUMI_CONFIG"))
}
