package components

import (
	"maps"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// trustPolicy lets ECS assume a role only for tasks of this account and region. It prevents ECS from using the role for
// another account (the confused deputy problem).
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

// executionPolicy replaces AmazonECSTaskExecutionRolePolicy and the guide's ssm and kms statements, which all allow
// access to every resource in the account.
func executionPolicy(
	account Account, image awsmodel.Image, logGroup string, parameters map[string]string, keys []string,
) iampolicy.Document {
	statements := []iampolicy.Statement{
		allow("Logs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, account.logStreams(logGroup)),
	}
	if len(parameters) > 0 {
		statements = append(statements,
			allow("Secrets", []string{"ssm:GetParameters"}, slices.Collect(maps.Values(parameters))...))
	}
	if len(keys) > 0 {
		decrypt := allow("SecretsKey", []string{"kms:Decrypt"}, slices.Compact(slices.Sorted(slices.Values(keys)))...)
		// Only through Parameter Store: the role cannot decrypt other data with the key.
		decrypt.Conditions = iampolicy.Conditions{
			"StringEquals": {"kms:ViaService": {"ssm." + account.Region + ".amazonaws.com"}},
		}
		statements = append(statements, decrypt)
	}
	if image.PrivateECR() {
		statements = append(statements,
			// ECR supports no narrower resource for the login.
			allow("RegistryLogin", []string{"ecr:GetAuthorizationToken"}, "*"),
			allow("Image", []string{
				"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
			}, account.repository(image)))
	}
	return iampolicy.Document{Statements: statements}
}

// taskPolicy allows libcluster's discovery, and access to the shared files if there are any.
func taskPolicy(account Account, cluster string, fileSystem, accessPoint *string) iampolicy.Document {
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
	return iampolicy.Document{Statements: statements}
}

// execStatements allows the session channels, the audit log and the key of the sessions. The agent in the task uses
// them with the task role.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func execStatements(account Account, logGroup, key *string) []iampolicy.Statement {
	statements := []iampolicy.Statement{allow("Exec", []string{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
		"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	}, "*")}
	if logGroup != nil {
		statements = append(statements,
			allow("ExecAuditGroups", []string{"logs:DescribeLogGroups"}, "*"),
			allow("ExecAudit", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
				account.logStreams(*logGroup)))
	}
	if key != nil {
		statements = append(statements, allow("ExecKey", []string{"kms:Decrypt"}, *key))
	}
	return statements
}

func allow(sid string, actions []string, resources ...string) iampolicy.Statement {
	return iampolicy.Statement{Sid: sid, Effect: iampolicy.Allow, Actions: actions, Resources: resources}
}

func (a Account) logStreams(group string) string { return a.arn("logs", "log-group:"+group+":*") }

// repository returns the ARN of the image's repository, which may be in another account or region.
func (a Account) repository(image awsmodel.Image) string {
	a.Id, a.Region = image.AccountID, image.Region
	return a.arn("ecr", "repository/"+image.Repository)
}
