package components

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsclient"
)

const (
	rolloutTimeout = 20 * time.Minute // Since the deployment began: as long as Pulumi's provider waits.
	rolloutPoll    = 5 * time.Second
	shownEvents    = 3
)

// ServiceRef names a service.
type ServiceRef struct {
	Stack                    string // The name of the Pulumi stack.
	Cluster, Service, Region string
}

// RolledBackError reports that ECS rolled a deployment back. For Pulumi's provider such a deployment is a success,
// because the service is steady.
// https://github.com/hashicorp/terraform-provider-aws/issues/20858
type RolledBackError struct {
	ServiceRef

	Asked, Running string // ARNs of the task definitions that the update asked for and that runs now.
}

func (e *RolledBackError) Error() string {
	return fmt.Sprintf("ECS rolled the deployment of %s back and runs %s again: the new tasks did not start or did "+
		"not become healthy. %s", revision(e.Asked), revision(e.Running), e.advice())
}

// UnhealthyError reports a deployment whose tasks run but do not become healthy. Pulumi's provider does not wait for
// their health: for it, a first deployment is a success as soon as the tasks run.
type UnhealthyError struct {
	ServiceRef

	Reason string   // Why ECS gave up, or how long it has been trying.
	Events []string // The last events of the service.
}

func (e *UnhealthyError) Error() string {
	lines := append([]string{"the tasks of " + e.Service + " did not become healthy: " + e.Reason}, e.Events...)
	return strings.Join(lines, "\n  ") + "\n" + e.advice()
}

func (s ServiceRef) advice() string {
	return fmt.Sprintf("To see why, run \"go run . status --aws --stack %[4]s\" in the project of Live Beats, without "+
		"--aws in the sandbox; or anywhere \"aws ecs describe-services --region %[1]s --cluster %[2]s --services %[3]s "+
		"--query 'services[0].events[:10].message'\". Fix the cause, and run up again",
		s.Region, s.Cluster, s.Service, s.Stack)
}

// checkRollout returns an option that fails a creation or an update of the service if its tasks are not healthy in the
// end, or ECS rolled the deployment back. It does not run in previews, nor when the service does not change.
func (a LiveBeatsServiceArgs) checkRollout(ctx *pulumi.Context, name string) (pulumi.ResourceOption, error) {
	hook, err := ctx.RegisterResourceHook(name+"-rollout", func(change *pulumi.ResourceHookArgs) error {
		service := ServiceRef{
			Stack: ctx.Stack(), Cluster: revision(fmt.Sprint(change.NewInputs["cluster"].V)), Service: a.ServiceName,
			Region: a.Account.Region,
		}
		asked, running := change.NewInputs["taskDefinition"], change.NewOutputs["taskDefinition"]
		if !asked.IsString() || !running.IsString() {
			return nil
		}
		if err := checkRollback(service, asked.StringValue(), running.StringValue()); err != nil {
			return err
		}
		return a.awaitHealth(ctx, service, asked.StringValue())
	}, nil)
	if err != nil {
		return nil, err
	}
	hooks := []*pulumi.ResourceHook{hook}
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{AfterCreate: hooks, AfterUpdate: hooks}), nil
}

func checkRollback(service ServiceRef, asked, running string) error {
	if revision(asked) == revision(running) {
		return nil
	}
	return &RolledBackError{ServiceRef: service, Asked: asked, Running: running}
}

// awaitHealth asks ECS until the deployment of a task definition has completed, which requires that its tasks are
// healthy. If ECS cannot be asked, the outcome is not known: that is a warning, not an error.
func (a LiveBeatsServiceArgs) awaitHealth(ctx *pulumi.Context, service ServiceRef, asked string) error {
	cfg, err := awsclient.Load(ctx, service.Region)
	if err == nil {
		waiting := func() error {
			return ctx.Log.Info("waiting until the tasks of "+service.Service+" are healthy", &pulumi.LogArgs{Ephemeral: true})
		}
		err = awaitRollout(ctx.Context(), ecs.NewFromConfig(cfg), service, asked, waiting)
	}
	var rolledBack *RolledBackError
	var unhealthy *UnhealthyError
	if err == nil || errors.As(err, &rolledBack) || errors.As(err, &unhealthy) {
		return err
	}
	return ctx.Log.Warn(fmt.Sprintf("cannot tell whether the tasks of %s are healthy: %v. %s",
		service.Service, err, service.advice()), nil)
}

// awaitRollout waits for the end of a deployment. Before each pause it calls waiting. Errors: RolledBackError,
// UnhealthyError, errors of ECS.
func awaitRollout(
	ctx context.Context, client *ecs.Client, service ServiceRef, asked string, waiting func() error,
) error {
	for {
		found, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{
			Cluster: &service.Cluster, Services: []string{service.Service},
		})
		if err != nil {
			return err
		}
		if len(found.Services) == 0 {
			return errors.New("ECS has no such service for these credentials")
		}
		now, _ := awsmiddleware.GetServerTime(found.ResultMetadata)
		if done, err := rolloutOf(found.Services[0], service, asked, now); done || err != nil {
			return err
		}
		if err := waiting(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rolloutPoll):
		}
	}
}

// rolloutOf reports whether the rollout of a service has ended by a time of AWS's clock, and how it failed.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
func rolloutOf(found types.Service, service ServiceRef, asked string, now time.Time) (done bool, err error) {
	for _, d := range found.Deployments {
		if aws.ToString(d.Status) != "PRIMARY" {
			continue
		}
		if err := checkRollback(service, asked, aws.ToString(d.TaskDefinition)); err != nil {
			return false, err
		}
		unhealthy := &UnhealthyError{ServiceRef: service, Reason: aws.ToString(d.RolloutStateReason)}
		newest := found.Events[:min(len(found.Events), shownEvents)]
		for _, event := range slices.Backward(newest) {
			unhealthy.Events = append(unhealthy.Events, aws.ToString(event.Message))
		}
		switch d.RolloutState {
		case types.DeploymentRolloutStateCompleted:
		case types.DeploymentRolloutStateFailed:
			return false, unhealthy
		case types.DeploymentRolloutStateInProgress:
			if now.Sub(aws.ToTime(d.CreatedAt)) < rolloutTimeout {
				return false, nil
			}
			unhealthy.Reason = fmt.Sprintf("ECS has been trying for %.0f minutes.", rolloutTimeout.Minutes())
			return false, unhealthy
		}
	}
	return true, nil
}

// revision returns the part of an ARN after the last slash. For a task definition that is family:revision.
func revision(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
