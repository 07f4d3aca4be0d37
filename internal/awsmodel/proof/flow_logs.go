package proof

import (
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
)

const flowLog = "aws:ec2/flowLog:FlowLog"

// recorded is that the flow logs of the service's VPC are written.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (s *service) recorded() awsmodel.Answer {
	var answer awsmodel.Answer
	for _, log := range s.Graph.List(flowLog, s.Region) {
		role := identity.Role(s.Graph, log.Text("iamRoleArn"))
		group := s.Graph.Get(graph.LogGroup, s.Region, log.Text("logDestination"))
		if role == nil || group == nil {
			return answer.Doubt("flow log "+log.ID, "its role or its log group is not in the stack")
		}
		task := s.tasks[0]
		answer = answer.Then(identity.Trusts(role, "vpc-flow-logs.amazonaws.com", map[string]string{
			"aws:SourceAccount": s.Account, "aws:SourceArn": task.Arn("ec2", "vpc-flow-log/"+log.ID),
		}))
		stream := task.Arn("logs", "log-group:"+group.Text("name")+":log-stream:eni")
		for _, action := range []string{
			"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
		} {
			if answer.OK() {
				answer = answer.Then(identity.Allows(s.Graph, role, action, stream, nil))
			}
		}
		if !answer.OK() {
			return answer.WithSymptom("the flow log's status: Access error")
		}
	}
	return answer
}
