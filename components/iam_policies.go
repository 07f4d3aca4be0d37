package components

import (
	"maps"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// trustPolicy lets ECS assume a role for tasks of this account and region
// only, so that nobody else's service can be talked into using it.
func trustPolicy(account Account) iampolicy.Document {
	return iampolicy.Document{Statements: []iampolicy.Statement{{
		Effect:     iampolicy.Allow,
		Principals: iampolicy.Principals{"Service": {"ecs-tasks.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: iampolicy.Conditions{
			"StringEquals": {"aws:SourceAccount": {account.Id}},
			"ArnLike":      {"aws:SourceArn": {account.arn("ecs", "*")}},
		},
	}}}
}

// executionPolicy replaces AmazonECSTaskExecutionRolePolicy and the guide's
// ssm and kms statements, which all reach every resource of the account.
func executionPolicy(
	account Account, image awsmodel.Image, logGroup string, parameters map[string]string, key *string,
) iampolicy.Document {
	statements := []iampolicy.Statement{
		allow("Logs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, account.logStreams(logGroup)),
	}
	if len(parameters) > 0 {
		statements = append(statements,
			allow("Secrets", []string{"ssm:GetParameters"}, slices.Collect(maps.Values(parameters))...))
	}
	if key != nil {
		statements = append(statements, allow("SecretsKey", []string{"kms:Decrypt"}, *key))
	}
	if image.PrivateECR() {
		statements = append(statements,
			// ECR knows no narrower resource for the login.
			allow("RegistryLogin", []string{"ecr:GetAuthorizationToken"}, "*"),
			allow("Image", []string{
				"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
			}, account.repository(image)))
	}
	return iampolicy.Document{Statements: statements}
}

// taskPolicy allows libcluster's discovery and, with exec, the session channels.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func taskPolicy(
	account Account, cluster string, exec bool, execLogGroup, fileSystem, accessPoint *string,
) iampolicy.Document {
	discovery := allow("Discovery", []string{"ecs:ListServices", "ecs:ListTasks", "ecs:DescribeTasks"}, "*")
	discovery.Conditions = iampolicy.Conditions{
		"ArnEquals": {"ecs:cluster": {account.arn("ecs", "cluster/"+cluster)}},
	}
	statements := []iampolicy.Statement{discovery}
	if fileSystem != nil && accessPoint != nil {
		files := allow("Files", []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"}, *fileSystem)
		files.Conditions = iampolicy.Conditions{
			"StringEquals": {"elasticfilesystem:AccessPointArn": {*accessPoint}},
		}
		statements = append(statements, files)
	}
	if exec {
		statements = append(statements, allow("Exec", []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		}, "*"))
	}
	if exec && execLogGroup != nil {
		statements = append(statements,
			allow("ExecAuditGroups", []string{"logs:DescribeLogGroups"}, "*"),
			allow("ExecAudit", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
				account.logStreams(*execLogGroup)))
	}
	return iampolicy.Document{Statements: statements}
}

func allow(sid string, actions []string, resources ...string) iampolicy.Statement {
	return iampolicy.Statement{Sid: sid, Effect: iampolicy.Allow, Actions: actions, Resources: resources}
}

func (a Account) logStreams(group string) string { return a.arn("logs", "log-group:"+group+":*") }

// repository is where the image is stored, which may be another account or region.
func (a Account) repository(image awsmodel.Image) string {
	a.Id, a.Region = image.AccountID, image.Region
	return a.arn("ecr", "repository/"+image.Repository)
}
