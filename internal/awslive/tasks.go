package awslive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/live-beats/live-beats-aws/internal/status"
)

const (
	maxTasks    = 100 // How many tasks DescribeTasks accepts.
	keptStopped = 20  // How many stopped tasks are returned.
)

// tasks returns the last stopped tasks, followed by the tasks that are running or starting. Each group has the newest
// last. AWS keeps stopped tasks for one hour.
func (r *Reader) tasks(ctx context.Context, cluster, service string) ([]ecstypes.Task, error) {
	var all []ecstypes.Task
	for _, desired := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusStopped, ecstypes.DesiredStatusRunning} {
		found, err := r.list(ctx, cluster, service, desired)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(found, func(a, b ecstypes.Task) int {
			return aws.ToTime(a.CreatedAt).Compare(aws.ToTime(b.CreatedAt))
		})
		if desired == ecstypes.DesiredStatusStopped {
			found = found[max(0, len(found)-keptStopped):]
		}
		all = append(all, found...)
	}
	return all, nil
}

func (r *Reader) list(
	ctx context.Context, cluster, service string, desired ecstypes.DesiredStatus,
) (tasks []ecstypes.Task, err error) {
	pages := ecs.NewListTasksPaginator(r.ecs, &ecs.ListTasksInput{
		Cluster: &cluster, ServiceName: &service, DesiredStatus: desired, MaxResults: aws.Int32(maxTasks),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		described, err := r.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: page.TaskArns})
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, described.Tasks...)
	}
	return tasks, nil
}

func describeTask(task ecstypes.Task) *status.Task {
	t := &status.Task{
		ID: name(task.TaskArn), Deployment: aws.ToString(task.StartedBy), Status: aws.ToString(task.LastStatus),
		TaskDefinition: aws.ToString(task.TaskDefinitionArn), Zone: aws.ToString(task.AvailabilityZone),
		CreatedAt: aws.ToTime(task.CreatedAt), StoppedReason: aws.ToString(task.StoppedReason),
	}
	for _, attachment := range task.Attachments {
		for _, detail := range attachment.Details {
			switch aws.ToString(detail.Name) {
			case "privateIPv4Address":
				t.PrivateIP = aws.ToString(detail.Value)
			case "subnetId":
				t.Subnet = aws.ToString(detail.Value)
			}
		}
	}
	for _, container := range task.Containers {
		if failed := failure(container); failed != "" && t.Status == status.Stopped {
			t.StoppedReason += " (" + failed + ")"
		}
		for _, agent := range container.ManagedAgents {
			if t.ExecAgent = aws.ToString(agent.LastStatus); aws.ToString(agent.Reason) != "" {
				t.ExecAgent += " (" + aws.ToString(agent.Reason) + ")"
			}
		}
	}
	return t
}

// failure describes how a container failed. It is empty for a container that runs or has succeeded.
func failure(c ecstypes.Container) string {
	var parts []string
	if code := aws.ToInt32(c.ExitCode); code != 0 {
		parts = append(parts, fmt.Sprintf("exit code %d", code))
	}
	if reason := aws.ToString(c.Reason); reason != "" {
		parts = append(parts, reason)
	}
	if parts == nil {
		return ""
	}
	return "container " + aws.ToString(c.Name) + ": " + strings.Join(parts, ", ")
}

// name returns the last part of an ARN.
func name(arn *string) string {
	text := aws.ToString(arn)
	return text[strings.LastIndex(text, "/")+1:]
}
