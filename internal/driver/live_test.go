package driver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestServiceArn runs a fake CLI that answers as Pulumi's does. It sets PATH, so it is not parallel.
func TestServiceArn(t *testing.T) {
	const arn = "arn:aws:ecs:eu-west-2:123456789012:service/beats/live"
	for name, test := range map[string]struct{ cli, arn, want string }{
		"service": {`[ "$*" = "stack export --stack prod --cwd /project --non-interactive" ] || exit 3
echo '{"version": 3, "deployment": {"resources": [
  {"type": "aws:ecs/service:Service", "id": "old", "delete": true},
  {"type": "aws:ecs/service:Service", "id": "` + arn + `"}]}}'`, arn, ""},
		"no service": {`echo '{"version": 3, "deployment": {}}'`, "", `find the service of stack "prod": the stack has no ECS service`},
		"no stack":   {`echo "error: no stack named 'prod' found" >&2; exit 255`, "", `find the service of stack "prod": pulumi stack export: error: no stack named 'prod' found`},
		"no JSON":    {`echo hello`, "", `find the service of stack "prod": read its export: invalid character 'h' looking for beginning of value`},
		"no CLI":     {"", "", `find the service of stack "prod": pulumi is not on PATH`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.cli != "" {
				script := "#!/bin/sh\n" + test.cli + "\n"
				require.NoError(t, os.WriteFile(filepath.Join(dir, "pulumi"), []byte(script), 0o700)) //nolint:gosec // The test runs it.
			}
			t.Setenv("PATH", dir)
			got, err := ServiceArn(t.Context(), "/project", "prod")
			require.Equal(t, test.arn, got)
			if test.want != "" {
				require.EqualError(t, err, test.want)
			} else {
				require.NoError(t, err)
			}
		})
	}
}
