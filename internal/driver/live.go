package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// ServiceArn is the ARN of the ECS service of a stack on AWS, from the state that the user's own Pulumi CLI keeps: it
// is there even when the stack's first up has failed, and has no outputs. Errors: no CLI on PATH, its own, no service.
func ServiceArn(ctx context.Context, dir, stack string) (string, error) {
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		return "", fmt.Errorf("find the service of stack %q: there is no pulumi on PATH", stack)
	}
	//nolint:gosec // The user's own CLI.
	cmd := exec.CommandContext(ctx, cli, "stack", "export", "--stack", stack, "--cwd", dir, "--non-interactive")
	data, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("find the service of stack %q: pulumi stack export: %s", stack,
			strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("find the service of stack %q: %w", stack, err)
	}
	var file struct{ Deployment apitype.DeploymentV3 }
	if err := json.Unmarshal(data, &file); err != nil {
		return "", fmt.Errorf("find the service of stack %q: read its export: %w", stack, err)
	}
	for _, r := range file.Deployment.Resources {
		if r.Type == serviceType && !r.Delete {
			return r.ID.String(), nil
		}
	}
	return "", fmt.Errorf("find the service of stack %q: it has none", stack)
}
