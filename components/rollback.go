package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RolledBackError is a deployment that ECS took back. To Pulumi's provider it is a success, as the service is steady.
// https://github.com/hashicorp/terraform-provider-aws/issues/20858
type RolledBackError struct {
	Stack                    string // Pulumi's.
	Cluster, Service, Region string
	Asked, Running           string // ARNs of task definitions.
}

func (e *RolledBackError) Error() string {
	return fmt.Sprintf("ECS rolled the deployment of %[1]s back and runs %[2]s again: the new tasks did not start or did "+
		"not become healthy. To see why, run \"go run . status --aws --stack %[6]s\" in the project of Live Beats, without "+
		"--aws in the sandbox; or anywhere \"aws ecs describe-services --region %[3]s --cluster %[4]s --services %[5]s "+
		"--query 'services[0].events[:10].message'\". Fix the cause, and run up again",
		revision(e.Asked), revision(e.Running), e.Region, e.Cluster, e.Service, e.Stack)
}

// failRolledBack is an option for the service: an update that ends with another task definition than the one asked for
// fails. What somebody runs there later is not compared, nor is a plan.
func (a LiveBeatsServiceArgs) failRolledBack(ctx *pulumi.Context, name string) (pulumi.ResourceOption, error) {
	hook, err := ctx.RegisterResourceHook(name+"-rolled-back", func(update *pulumi.ResourceHookArgs) error {
		return a.checkRollback(ctx.Stack(), update)
	}, nil)
	if err != nil {
		return nil, err
	}
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{AfterUpdate: []*pulumi.ResourceHook{hook}}), nil
}

func (a LiveBeatsServiceArgs) checkRollback(stack string, update *pulumi.ResourceHookArgs) error {
	asked, running := update.NewInputs["taskDefinition"], update.NewOutputs["taskDefinition"]
	if !asked.IsString() || !running.IsString() || revision(asked.StringValue()) == revision(running.StringValue()) {
		return nil
	}
	return &RolledBackError{
		Stack: stack, Cluster: revision(fmt.Sprint(update.NewInputs["cluster"].V)), Service: a.ServiceName, Region: a.Account.Region,
		Asked: asked.StringValue(), Running: running.StringValue(),
	}
}

// revision is what follows the last slash of an ARN: of a task definition the family and the revision.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
