package tests

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// services are the packages of Pulumi's AWS SDK that the program imports. They take more than a third of a cold build,
// so adding one is a deliberate decision.
var services = []string{
	"acm", "appautoscaling", "budgets", "cloudwatch", "ec2", "ecr", "ecs", "efs", "iam", "internal", "lb", "rds",
	"route53", "s3", "sns", "ssm", "vpc",
}

// unneeded matches packages that the program must not depend on: AWS's own clients that only status --aws needs, which
// builds them in, the Automation API, the CLI's commands, the backends of other clouds, and aws/wafv2, which takes
// minutes to compile.
var unneeded = regexp.MustCompile(
	`service/(elasticloadbalancingv2|cloudwatchlogs)$|/go/auto$|cmd/pulumi/operations|backend/diy|aws/wafv2$`)

// TestWeight limits the packages that go run has to compile.
func TestWeight(t *testing.T) {
	t.Parallel()
	root, err := suite.Root()
	require.NoError(t, err)
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", ".")
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	packages := strings.Fields(string(out))
	var found []string
	for _, name := range packages {
		require.NotRegexp(t, unneeded, name)
		if service, ok := strings.CutPrefix(name, "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/"); ok {
			found = append(found, service)
		}
	}
	slices.Sort(found)
	require.Equal(t, services, found)
	require.LessOrEqual(t, len(packages), 1100)
}
