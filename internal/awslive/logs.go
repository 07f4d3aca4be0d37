package awslive

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/causes"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// containers are the container definitions of a task definition.
type containers []ecstypes.ContainerDefinition

func (r *Reader) definition(ctx context.Context, arn string) (containers, error) {
	found, err := r.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &arn})
	if err != nil {
		return nil, err
	}
	return found.TaskDefinition.ContainerDefinitions, nil
}

// nodes returns the Erlang nodes of the running tasks. Only their logs show whether they are connected.
func (cs containers) nodes(tasks []*status.Task) []status.Node {
	clusters := func(v ecstypes.KeyValuePair) bool { return aws.ToString(v.Name) == readiness.ServicePattern }
	if !slices.ContainsFunc(cs, func(c ecstypes.ContainerDefinition) bool {
		return slices.ContainsFunc(c.Environment, clusters)
	}) {
		return nil
	}
	var running []string
	for _, t := range tasks {
		if t.Status == status.Running {
			running = append(running, readiness.Node(t.PrivateIP))
		}
	}
	var nodes []status.Node
	for _, own := range running {
		node := status.Node{Name: own}
		for _, other := range running {
			if other != own {
				node.Peers = append(node.Peers, status.Peer{Name: other, State: status.Expected})
			}
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// lastLog sets LastLog of the newest failed task. If the log cannot be read, LastLog says why.
func (r *Reader) lastLog(ctx context.Context, s *status.Status, tasks []ecstypes.Task) {
	for i, task := range slices.Backward(tasks) {
		failed := slices.ContainsFunc(task.Containers, func(c ecstypes.Container) bool { return failure(c) != "" })
		if !failed || s.Tasks[i].Status != status.Stopped {
			continue
		}
		lines, err := r.lines(ctx, task)
		if err != nil {
			s.Tasks[i].LastLog = "cannot be read: " + brief(err).Error()
			return
		}
		s.Tasks[i].LastLog = bestLine(lines)
		return
	}
}

// userInfo matches the user and password in a URL. Applications often log a URL when it is wrong.
var userInfo = regexp.MustCompile(`://[^/\s@]+@`)

// lines returns the last log lines of the containers that failed.
func (r *Reader) lines(ctx context.Context, task ecstypes.Task) (lines []string, err error) {
	definitions, err := r.definition(ctx, aws.ToString(task.TaskDefinitionArn))
	if err != nil {
		return nil, err
	}
	for _, c := range task.Containers {
		i := slices.IndexFunc(definitions, func(d ecstypes.ContainerDefinition) bool {
			return aws.ToString(d.Name) == aws.ToString(c.Name)
		})
		if failure(c) == "" || i < 0 || definitions[i].LogConfiguration == nil {
			continue
		}
		options := definitions[i].LogConfiguration.Options
		stream := options["awslogs-stream-prefix"] + "/" + aws.ToString(c.Name) + "/" + name(task.TaskArn)
		found, err := r.logs.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: aws.String(options["awslogs-group"]), LogStreamName: &stream,
			Limit: aws.Int32(50), StartFromHead: aws.Bool(false),
		})
		if err != nil {
			return nil, err
		}
		for _, event := range found.Events {
			line := strings.TrimSpace(aws.ToString(event.Message))
			lines = append(lines, userInfo.ReplaceAllString(line, "://[secret]@"))
		}
	}
	return lines, nil
}

// bestLine returns the last line with a known cause, or else the last line that is not empty.
func bestLine(lines []string) string {
	if known := causes.Explain(lines...); known != nil {
		return known[len(known)-1].Evidence
	}
	for _, line := range slices.Backward(lines) {
		if line != "" {
			return line
		}
	}
	return ""
}
