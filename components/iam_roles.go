package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

const iamRolesType = "livebeats:index:IamRoles"

// IamRolesArgs configures IamRoles. It has names instead of ARNs where possible, so that policies are known at preview:
// the ARNs of new resources are unknown then.
type IamRolesArgs struct {
	Account      Account            `pulumi:"account"`       // Required.
	ClusterName  pulumi.StringInput `pulumi:"clusterName"`   // Required: where tasks may discover other tasks.
	LogGroupName pulumi.StringInput `pulumi:"logGroupName"`  // Required: the log group of the containers.
	Parameters   Parameters         `pulumi:"parameters"`    // Required: the SSM parameters that tasks start with.
	Image        pulumi.StringInput `pulumi:"image"`         // Required: to pull from private ECR, ECS needs permissions.
	Exec         bool               `pulumi:"exec,optional"` // Lets ECS Exec open a shell in tasks.
	// ExecKmsKeyArn is the customer key of the cluster's ECS Exec sessions. Leave it out if there is none.
	ExecKmsKeyArn pulumi.StringPtrInput `pulumi:"execKmsKeyArn,optional"`
	// ExecLogGroupName is the log group of ECS Exec's audit log. Leave it out if there is none. It may also resolve to
	// nil.
	ExecLogGroupName pulumi.StringPtrInput `pulumi:"execLogGroupName,optional"`
	// Files lets the tasks mount a file system and write to it. Leave it out if there is none.
	Files *FilesMount `pulumi:"files,optional"`
}

// IamRoles are the task execution role, with which ECS starts a task, and the task role, with which the application
// calls AWS. Both ARNs wait for the roles' policies.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
type IamRoles struct {
	pulumi.ResourceState
	children

	ExecutionRoleArn pulumi.StringOutput `pulumi:"executionRoleArn"`
	TaskRoleArn      pulumi.StringOutput `pulumi:"taskRoleArn"`
}

// NewIamRoles creates the two roles, each with one inline policy. Only ECS tasks of this account and region can assume
// them.
func NewIamRoles(
	ctx *pulumi.Context, name string, args *IamRolesArgs, opts ...pulumi.ResourceOption,
) (*IamRoles, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	a.Parameters.Versions = nil // A new version of a parameter does not change the roles.
	roles := &IamRoles{}
	if err := register(ctx, iamRolesType, name, a, roles, opts); err != nil {
		return nil, err
	}
	task := a.taskDocument(optional(nil), optional(nil))
	if a.Files != nil {
		fileSystem, accessPoint := a.Files.FileSystemArn.ToStringOutput(), a.Files.AccessPointArn.ToStringOutput()
		task = a.taskDocument(fileSystem.ToStringPtrOutput(), accessPoint.ToStringPtrOutput())
		if ctx.DryRun() {
			roles.recordDocument(name+"-task-policy", "policy", a.taskDocument(
				planned(ctx, fileSystem).ToStringPtrOutput(), planned(ctx, accessPoint).ToStringPtrOutput()))
		}
	}
	var err error
	roles.ExecutionRoleArn, err = roles.newRole(ctx, name+"-execution", a.Account,
		"Starts Live Beats tasks: pulls the image, reads the secrets, writes the logs.", a.executionDocument())
	if err != nil {
		return nil, err
	}
	roles.TaskRoleArn, err = roles.newRole(ctx, name+"-task", a.Account,
		"What Live Beats itself may do: find its other nodes and serve ECS Exec.", task)
	if err != nil {
		return nil, err
	}
	return roles, registerOutputs(ctx, roles)
}

func (a IamRolesArgs) executionDocument() pulumix.Output[string] {
	return pulumix.Apply4Err(a.Image.ToStringOutput(), a.LogGroupName.ToStringOutput(),
		a.Parameters.arns(), a.Parameters.keyArns(),
		func(image, logGroup string, parameters map[string]string, keys []string) (string, error) {
			parsed, err := awsmodel.ParseImage(image)
			if err != nil {
				return "", err
			}
			return executionPolicy(a.Account, parsed, logGroup, parameters, keys).Render(iampolicy.Identity)
		})
}

func (a IamRolesArgs) taskDocument(fileSystem, accessPoint pulumi.StringPtrOutput) pulumix.Output[string] {
	return pulumix.Apply5Err(a.ClusterName.ToStringOutput(), optional(a.ExecLogGroupName), optional(a.ExecKmsKeyArn),
		fileSystem, accessPoint,
		func(cluster string, execLogGroup, execKey, fileSystem, accessPoint *string) (string, error) {
			policy := taskPolicy(a.Account, cluster, fileSystem, accessPoint)
			if a.Exec {
				policy.Statements = append(policy.Statements, execStatements(a.Account, execLogGroup, execKey)...)
			}
			return policy.Render(iampolicy.Identity)
		})
}

func (r *IamRoles) newRole(
	ctx *pulumi.Context, child string, account Account, description string, policy pulumi.Input,
) (pulumi.StringOutput, error) {
	trust, err := trustPolicy(account).Render(iampolicy.Trust)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	role, err := iam.NewRole(ctx, child+"-role", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(trust),
		Description:      pulumi.String(description),
	}, under(r))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	attached, err := iam.NewRolePolicy(ctx, child+"-policy", &iam.RolePolicyArgs{
		Role:   role.Name,
		Policy: policy,
	}, under(r))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return after(role.Arn, attached), nil
}

func (a IamRolesArgs) check(name string) error {
	var p problems
	a.Account.check(&p)
	p.required("ClusterName", a.ClusterName)
	p.required("LogGroupName", a.LogGroupName)
	p.required("Parameters.Arns", a.Parameters.Arns)
	a.Files.check(&p)
	checkImage(&p, a.Image)
	return p.err(iamRolesType, name)
}

// checkImage checks an image if it is known before the run.
func checkImage(p *problems, image pulumi.StringInput) {
	p.required("Image", image)
	if text, ok := image.(pulumi.String); ok {
		_, err := awsmodel.ParseImage(string(text))
		p.add("Image", err)
	}
}
