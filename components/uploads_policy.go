package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

func (u *Uploads) newPolicy(ctx *pulumi.Context, name string) error {
	policy := uploadsDocument(u.FileSystemArn, u.AccessPointArn)
	if ctx.DryRun() {
		u.recordDocument(name+"-uploads-policy", "policy",
			uploadsDocument(planned(ctx, u.FileSystemArn), planned(ctx, u.AccessPointArn)))
	}
	_, err := efs.NewFileSystemPolicy(ctx, name+"-uploads-policy", &efs.FileSystemPolicyArgs{
		FileSystemId: u.FileSystemId, Policy: pulumix.Cast[pulumi.StringOutput](policy),
	}, under(u))
	return err
}

func uploadsDocument(fileSystem, accessPoint pulumi.StringOutput) pulumix.Output[string] {
	return pulumix.Apply2Err(fileSystem, accessPoint, func(fileSystem, accessPoint string) (string, error) {
		return uploadsPolicy(fileSystem, accessPoint).RenderResource()
	})
}

// uploadsPolicy allows nothing: a file system with a policy lets in only whom IAM allows, so the task role's own policy
// decides and this one needs not know the role. What it denies, it denies to every client.
// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
func uploadsPolicy(fileSystem, accessPoint string) iampolicy.Document {
	deny := func(sid, operator, key, value string) iampolicy.Statement {
		return iampolicy.Statement{
			Sid:        sid,
			Effect:     iampolicy.Deny,
			Principals: iampolicy.Principals{"AWS": {"*"}},
			Actions: []string{
				"elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite",
			},
			Resources:  []string{fileSystem},
			Conditions: iampolicy.Conditions{operator: {key: {value}}},
		}
	}
	return iampolicy.Document{Statements: []iampolicy.Statement{
		deny("OnlyTls", "Bool", "aws:SecureTransport", "false"),
		deny("OnlyMountTargets", "Bool", "elasticfilesystem:AccessedViaMountTarget", "false"),
		deny("OnlyAccessPoint", "StringNotEquals", "elasticfilesystem:AccessPointArn", accessPoint),
	}}
}
