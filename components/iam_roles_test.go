package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const (
	testImage      = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/live-beats:v1"
	testKey        = "arn:aws:kms:eu-west-2:123456789012:key/k"
	testFileSystem = "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-1"

	logsStatement = `{"Sid":"Logs","Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],` +
		`"Resource":["arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/live-beats:*"]}`
	secretsStatement = `{"Sid":"Secrets","Effect":"Allow","Action":["ssm:GetParameters"],` +
		`"Resource":["arn:aws:ssm:eu-west-2:123456789012:parameter/a","arn:aws:ssm:eu-west-2:123456789012:parameter/b"]}`
	keyStatement = `{"Sid":"SecretsKey","Effect":"Allow","Action":["kms:Decrypt"],` +
		`"Resource":["` + testKey + `"],` +
		`"Condition":{"StringEquals":{"kms:ViaService":["ssm.eu-west-2.amazonaws.com"]}}}`
	imageStatements = `{"Sid":"RegistryLogin","Effect":"Allow","Action":["ecr:GetAuthorizationToken"],"Resource":["*"]},` +
		`{"Sid":"Image","Effect":"Allow","Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage",` +
		`"ecr:GetDownloadUrlForLayer"],"Resource":["arn:aws:ecr:eu-west-1:123456789012:repository/live-beats"]}`
	discoveryStatement = `{"Sid":"Discovery","Effect":"Allow",` +
		`"Action":["ecs:DescribeTasks","ecs:ListServices","ecs:ListTasks"],"Resource":["*"],` +
		`"Condition":{"ArnEquals":{"ecs:cluster":["arn:aws:ecs:eu-west-2:123456789012:cluster/main"]}}}`
	execStatement = `{"Sid":"Exec","Effect":"Allow","Action":["ssmmessages:CreateControlChannel",` +
		`"ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"],"Resource":["*"]}`
	auditStatements = `{"Sid":"ExecAuditGroups","Effect":"Allow","Action":["logs:DescribeLogGroups"],"Resource":["*"]},` +
		`{"Sid":"ExecAudit","Effect":"Allow","Action":["logs:CreateLogStream","logs:DescribeLogStreams",` +
		`"logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-2:123456789012:log-group:exec:*"]}`
	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com"]},` +
		`"Action":["sts:AssumeRole"],"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:ecs:eu-west-2:123456789012:*"]},` +
		`"StringEquals":{"aws:SourceAccount":["123456789012"]}}}]}`
)

func rolesArgs() IamRolesArgs {
	return IamRolesArgs{
		Account:      testAccount,
		ClusterName:  pulumi.String("main"),
		LogGroupName: pulumi.String("/ecs/live-beats"),
		Parameters: Parameters{Arns: pulumi.StringMap{
			"B": pulumi.String("arn:aws:ssm:eu-west-2:123456789012:parameter/b"),
			"A": pulumi.String("arn:aws:ssm:eu-west-2:123456789012:parameter/a"),
		}},
		Image: pulumi.String(testImage),
	}
}

func TestIamRoles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit            func(*IamRolesArgs)
		execution, task string
	}{
		"private ECR": {
			func(*IamRolesArgs) {}, logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement,
		},
		"public image": {
			func(a *IamRolesArgs) { a.Image = pulumi.String("ghcr.io/org/live-beats:v1") },
			logsStatement + "," + secretsStatement, discoveryStatement,
		},
		"no secrets": {
			func(a *IamRolesArgs) { a.Parameters.Arns = pulumi.StringMap{} },
			logsStatement + "," + imageStatements, discoveryStatement,
		},
		"customer key": {
			func(a *IamRolesArgs) {
				a.Parameters.KeyArns = pulumi.ToStringArray([]string{testKey, testKey})
			},
			logsStatement + "," + secretsStatement + "," + keyStatement + "," + imageStatements, discoveryStatement,
		},
		"exec": {
			func(a *IamRolesArgs) { a.Exec = true },
			logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement + "," + execStatement,
		},
		"audited exec": {
			func(a *IamRolesArgs) { a.Exec, a.ExecLogGroupName = true, pulumi.String("exec") },
			logsStatement + "," + secretsStatement + "," + imageStatements,
			discoveryStatement + "," + execStatement + "," + auditStatements,
		},
		"encrypted exec": {
			func(a *IamRolesArgs) { a.Exec, a.ExecKmsKeyArn = true, pulumi.String(testKey) },
			logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement + "," + execStatement +
				`,{"Sid":"ExecKey","Effect":"Allow","Action":["kms:Decrypt"],"Resource":["` + testKey + `"]}`,
		},
		"key without exec": {
			func(a *IamRolesArgs) { a.ExecKmsKeyArn = pulumi.String(testKey) },
			logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement,
		},
		"files": {
			func(a *IamRolesArgs) {
				a.Files = testFiles
			},
			logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement + "," +
				`{"Sid":"Files","Effect":"Allow","Action":["elasticfilesystem:ClientMount","elasticfilesystem:ClientWrite"],` +
				`"Resource":["` + testFileSystem + `"],"Condition":{"StringEquals":{"elasticfilesystem:AccessPointArn":["arn:ap"]}}}`,
		},
		"audit without exec": {
			func(a *IamRolesArgs) { a.ExecLogGroupName = pulumi.String("exec") },
			logsStatement + "," + secretsStatement + "," + imageStatements, discoveryStatement,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := rolesArgs()
			test.edit(&args)
			r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
				_, err := NewIamRoles(ctx, "iam", &args)
				return err
			})
			require.Equal(t, []string{
				"iam", "iam-execution-policy", "iam-execution-role", "iam-task-policy", "iam-task-role",
			}, r.names())
			require.Equal(t, map[string]any{
				"role":   "iam-execution-role-0000000",
				"policy": `{"Version":"2012-10-17","Statement":[` + test.execution + `]}`,
			}, r.inputs(t, "iam-execution-policy"))
			require.Equal(t, map[string]any{
				"role":   "iam-task-role-0000000",
				"policy": `{"Version":"2012-10-17","Statement":[` + test.task + `]}`,
			}, r.inputs(t, "iam-task-policy"))
			require.Equal(t, trust, r.inputs(t, "iam-execution-role")["assumeRolePolicy"])
			require.Equal(t, trust, r.inputs(t, "iam-task-role")["assumeRolePolicy"])
		})
	}
}

func TestIamRolesOutputs(t *testing.T) {
	t.Parallel()
	args := rolesArgs()
	r := runMode(t, func(ctx *pulumi.Context, r *recorder) error {
		roles, err := NewIamRoles(ctx, "iam", &args)
		if err != nil {
			return err
		}
		r.capture("execution", roles.ExecutionRoleArn)
		r.capture("task", roles.TaskRoleArn)
		return nil
	}, false)
	require.Equal(t, map[string]any{"execution": "iam-execution-role.arn", "task": "iam-task-role.arn"}, r.outputs)
}

func TestIamRolesRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(*IamRolesArgs)
		want string
	}{
		"account":   {func(a *IamRolesArgs) { a.Account.Id = "" }, `Account.Id "" must be 12 digits`},
		"cluster":   {func(a *IamRolesArgs) { a.ClusterName = nil }, "ClusterName must be given"},
		"log group": {func(a *IamRolesArgs) { a.LogGroupName = nil }, "LogGroupName must be given"},
		"access point": {
			func(a *IamRolesArgs) { a.Files = &FilesMount{FileSystemArn: pulumi.String("arn:fs")} },
			"Files.FileSystemId must be given\nFiles.AccessPointId must be given\nFiles.AccessPointArn must be given",
		},
		"parameters": {func(a *IamRolesArgs) { a.Parameters.Arns = nil }, "Parameters.Arns must be given"},
		"image": {
			func(a *IamRolesArgs) { a.Image = pulumi.String("") }, `Image: parse image "": ` +
				"must be [registry/]repository[:tag][@sha256:digest] with the repository in lower case",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := rolesArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewIamRoles(ctx, "iam", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:IamRoles "iam": `+test.want)
		})
	}
}
