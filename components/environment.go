package components

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const environmentAllowed = "an environment variable name: letters, digits and _, not starting with a digit"

var (
	environmentRule  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	parameterArnRule = regexp.MustCompile(`^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+$`)
)

// reserved names are set by LiveBeatsService itself.
var reserved = []string{
	"AWS_ECS_CLUSTER_NAME", "AWS_ECS_CLUSTER_REGION", "AWS_ECS_SERVICE_ARN", "ERL_AFLAGS", "PHX_HOST", "POOL_SIZE", "PORT",
}

func checkEnvironment(p *problems, environment pulumi.StringMap) {
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		p.check(environmentRule.MatchString(name), "Environment", name, environmentAllowed)
		p.check(!slices.Contains(reserved, name), "Environment", name,
			fmt.Sprintf("left out: the service sets %v itself", reserved))
	}
}
