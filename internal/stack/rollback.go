package stack

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/components"
)

// RolledBackError is a deployment that ECS took back. To Pulumi's provider that is a success: the service is steady.
// https://github.com/hashicorp/terraform-provider-aws/issues/20858
type RolledBackError struct {
	Stack          string
	Asked, Running string // ARNs of task definitions.
}

func (e *RolledBackError) Error() string {
	return fmt.Sprintf("ECS rolled the deployment of %[2]s back, and runs %[3]s: the new tasks did not start or were not "+
		"healthy. See why with go run . status --aws --stack %[1]s, in the sandbox go run . status --stack %[1]s; mend "+
		"it, and run up again", e.Stack, revision(e.Asked), revision(e.Running))
}

// deployed is the task definition that the service runs. It fails the update when that is not the one asked for, as the
// service says right after its update. What somebody runs there later is not compared, nor is a plan.
func deployed(ctx *pulumi.Context, service *components.LiveBeatsService) pulumi.StringOutput {
	if ctx.DryRun() {
		return service.TaskDefinitionArn
	}
	arn := pulumix.Apply2Err(service.TaskDefinitionArn, service.RunningTaskDefinitionArn,
		func(asked, running string) (string, error) {
			if asked != running {
				return "", &RolledBackError{ctx.Stack(), asked, running}
			}
			return running, nil
		})
	return pulumix.Cast[pulumi.StringOutput](arn)
}

// revision is the family and the revision of a task definition's ARN.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
