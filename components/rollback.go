package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RolledBackError reports that ECS rolled a deployment back. For Pulumi's provider such a deployment is a success,
// because the service is steady.
// https://github.com/hashicorp/terraform-provider-aws/issues/20858
type RolledBackError struct {
	Stack                    string // The name of the Pulumi stack.
	Cluster, Service, Region string
	Asked, Running           string // ARNs of the task definitions that the update asked for and that runs now.
}

func (e *RolledBackError) Error() string {
	return fmt.Sprintf("ECS rolled the deployment of %[1]s back and runs %[2]s again: the new tasks did not start or did "+
		"not become healthy. To see why, run \"go run . status --aws --stack %[6]s\" in the project of Live Beats, without "+
		"--aws in the sandbox; or anywhere \"aws ecs describe-services --region %[3]s --cluster %[4]s --services %[5]s "+
		"--query 'services[0].events[:10].message'\". Fix the cause, and run up again",
		revision(e.Asked), revision(e.Running), e.Region, e.Cluster, e.Service, e.Stack)
}

// failRolledBack returns an option that fails an update of the service if it ends with another task definition than the
// update asked for. It checks only updates: neither previews nor later changes of the service.
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
		Stack: stack, Cluster: revision(fmt.Sprint(update.NewInputs["cluster"].V)), Service: a.ServiceName,
		Region: a.Account.Region,
		Asked:  asked.StringValue(), Running: running.StringValue(),
	}
}

// revision returns the part of an ARN after the last slash. For a task definition that is family:revision.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
