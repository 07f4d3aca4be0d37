package ecs

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/iam"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// assume returns why ECS cannot take on a role for a task, or "".
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func (s *scheduler) assume(arn string, t *Task) string {
	refused := fmt.Sprintf("ECS was unable to assume the role '%s' that was provided for this task. Please verify that "+
		"the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to "+
		"pass this role.", arn)
	role := iam.Role(s.call.World, arn)
	if role == nil {
		return refused
	}
	trusted, err := iam.Trusts(role, "ecs-tasks.amazonaws.com", map[string]string{
		"aws:SourceAccount": s.call.Account,
		"aws:SourceArn":     s.arn("ecs", s.call.Region, s.call.Account, "task/"+t.ID),
	})
	switch {
	case err != nil:
		return undecided(err)
	case !trusted:
		return refused
	}
	return ""
}

func undecided(err error) string { return "the sandbox cannot decide this: " + err.Error() }

func (s *scheduler) arn(service, region, account, resource string) string {
	return strings.Join([]string{"arn", s.call.Partition, service, region, account, resource}, ":")
}

// taskRole is the execution role at work for one task. Without a role nothing needs one: ECS made sure of it when the
// task definition was registered.
type taskRole struct {
	*scheduler
	task *Task
	role *world.Object
}

const (
	registryFailure = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource " +
		"retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): "
	secretsFailure = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource " +
		"retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
	logsFailure = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
		"failed to create Cloudwatch log stream: "
)

// pull returns why the image cannot be pulled, or "". Only a private ECR repository asks for permissions.
func (r taskRole) pull(c container) string {
	image, err := awsmodel.ParseImage(c.Image)
	if err != nil || !image.PrivateECR() || r.role == nil {
		return ""
	}
	if denied := r.denied("ecr:GetAuthorizationToken", "*"); denied != "" {
		return registryFailure + denied
	}
	repository := r.arn("ecr", image.Region, image.AccountID, "repository/"+image.Repository)
	for _, action := range []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"} {
		if denied := r.denied(action, repository); denied != "" {
			return "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " +
				c.Image + ": " + denied
		}
	}
	return ""
}

// readSecrets returns why a secret cannot be read, or "".
func (r taskRole) readSecrets(c container) string {
	for _, secret := range c.Secrets {
		name, region, account := parameterOf(secret.ValueFrom, r.call.Region, r.call.Account)
		arn := r.arn("ssm", region, account, "parameter/"+strings.TrimPrefix(name, "/"))
		if denied := r.denied("ssm:GetParameters", arn); denied != "" {
			return secretsFailure + denied
		}
		// The world is one account: whether another one shares a parameter is not modelled, so it is not there.
		if account != r.call.Account || r.call.World.Get(parameterType, region, name) == nil {
			return secretsFailure + "invalid parameters: " + name
		}
	}
	return ""
}

// openLogs returns why the container's log stream cannot be made, or "".
func (r taskRole) openLogs(c container) string {
	if c.LogConfiguration == nil {
		return ""
	}
	group, region := c.LogConfiguration.Options["awslogs-group"], c.LogConfiguration.Options["awslogs-region"]
	stream := c.LogConfiguration.Options["awslogs-stream-prefix"] + "/" + c.Name + "/" + r.task.ID
	arn := r.arn("logs", region, r.call.Account, "log-group:"+group+":log-stream:"+stream)
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		if denied := r.denied(action, arn); denied != "" {
			return logsFailure + denied + ": exit status 1"
		}
	}
	if r.call.World.Get(logGroupType, region, group) == nil {
		return logsFailure + "ResourceNotFoundException: The specified log group does not exist. : exit status 1"
	}
	return ""
}

// denied is AWS's answer when the role's policies do not allow an action, or "".
func (r taskRole) denied(action, resource string) string {
	allowed, err := iam.Allows(r.call.World, r.role, action, resource, nil)
	switch {
	case err != nil:
		return undecided(err)
	case allowed:
		return ""
	}
	return fmt.Sprintf("AccessDeniedException: User: %s is not authorized to perform: %s on resource: %s because no "+
		"identity-based policy allows the %s action",
		r.arn("sts", "", r.call.Account, fmt.Sprintf("assumed-role/%v/%s", r.role.Props["name"], r.task.ID)),
		action, resource, action)
}
