package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStatusOnAWS: wrong flags are refused before AWS is called.
func TestStatusOnAWS(t *testing.T) {
	t.Parallel()
	dir := newProject(t, deployed)
	for args, want := range map[string]string{
		"--cluster c --service s": "error: --cluster, --service and --region need --aws: the sandbox has only the stack's service\n",
		"--region eu-west-2":      "error: --cluster, --service and --region need --aws: the sandbox has only the stack's service\n",
		"--aws --cluster c":       "error: --cluster and --service must be set together\n",
		"--aws --service s":       "error: --cluster and --service must be set together\n",
	} {
		got := run(t, dir, "", append([]string{"status"}, strings.Fields(args)...)...)
		require.Equal(t, outcome{1, "", want}, got, args)
	}
}
