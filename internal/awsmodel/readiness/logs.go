package readiness

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// logs answers whether ECS can create a container's log stream.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
func (t Task) logs(c taskdef.Container) awsmodel.Answer {
	if c.LogConfiguration == nil {
		return nothing
	}
	if driver := c.LogConfiguration.LogDriver; driver != taskdef.AWSLogs {
		return awsmodel.Answer{}.Doubt("logs of container "+c.Name, "the log driver "+driver+" is not modelled")
	}
	const failed = "ResourceInitializationError: failed to validate logger args: create stream has been retried " +
		"1 times: failed to create Cloudwatch log stream: "
	options := c.LogConfiguration.Options
	group, region := options["awslogs-group"], options["awslogs-region"]
	answer := t.service("logs", region).WithSymptom(failed + fmt.Sprintf("RequestError: send request failed caused by: "+
		"Post \"https://logs.%s.amazonaws.com/\": dial tcp: i/o timeout : exit status 1", region))
	arn := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s", t.Partition, region, t.Account, group)
	stream := arn + ":log-stream:" + options["awslogs-stream-prefix"] + "/" + c.Name + "/" + t.ID
	for _, need := range [][2]string{{"logs:CreateLogStream", stream}, {"logs:PutLogEvents", stream}} {
		if !answer.OK() {
			return answer
		}
		may, denied := t.may("executionRoleArn", need[0], need[1])
		answer = answer.Then(may.WithSymptom(failed + denied + ": exit status 1"))
	}
	switch exists := t.Graph.Get(graph.LogGroup, region, group) != nil; {
	case !answer.OK():
		return answer
	case exists:
		return answer.Prove("log group "+group, "exists")
	case options["awslogs-create-group"] == "true":
		may, denied := t.may("executionRoleArn", "logs:CreateLogGroup", arn)
		return answer.Then(may.WithSymptom(failed + denied + ": exit status 1"))
	}
	return t.lacks(answer, graph.LogGroup, region, group, "log group "+group,
		failed+"ResourceNotFoundException: The specified log group does not exist. : exit status 1")
}
