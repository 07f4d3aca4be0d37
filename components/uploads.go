package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

const uploadsType = "livebeats:index:Uploads"

const nfsPort = 2049

// nobody is the application's user and group in the container.
const nobody = 65534

// Uploads is an EFS file system for uploaded files, which remain when tasks stop. A task mounts it through the access
// point, with TLS and IAM. Its role needs elasticfilesystem:ClientMount and ClientWrite on the file system.
type Uploads struct {
	pulumi.ResourceState
	children

	FileSystemId    pulumi.StringOutput `pulumi:"fileSystemId"` // Waits for the mount targets and the policy.
	FileSystemArn   pulumi.StringOutput `pulumi:"fileSystemArn"`
	AccessPointId   pulumi.StringOutput `pulumi:"accessPointId"`
	AccessPointArn  pulumi.StringOutput `pulumi:"accessPointArn"`
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	KmsKeyArn       pulumi.StringOutput `pulumi:"kmsKeyArn"` // The key that encrypts the files since the creation.
}

// NewUploads creates an encrypted file system with a mount target in each subnet and one access point. It opens the NFS
// port between the service's security group and its own. The file system's policy allows only mounts through the access
// point.
func NewUploads(
	ctx *pulumi.Context, name string, args *UploadsArgs, opts ...pulumi.ResourceOption,
) (*Uploads, error) {
	a := deref(args).withDefaults()
	if err := a.check(name); err != nil {
		return nil, err
	}
	uploads := &Uploads{}
	if err := register(ctx, uploadsType, name, a, uploads, opts); err != nil {
		return nil, err
	}
	if err := uploads.newSecurityGroup(ctx, name, a); err != nil {
		return nil, err
	}
	if err := uploads.newFileSystem(ctx, name, a); err != nil {
		return nil, err
	}
	if err := uploads.newAccessPoint(ctx, name); err != nil {
		return nil, err
	}
	if err := uploads.newPolicy(ctx, name); err != nil {
		return nil, err
	}
	if err := uploads.newMountTargets(ctx, name, a); err != nil {
		return nil, err
	}
	uploads.FileSystemId = after(uploads.FileSystemId, uploads.declared...)
	return uploads, registerOutputs(ctx, uploads)
}

// Mount returns the file system for the arguments of LiveBeatsService and IamRoles. It returns nil if u is nil.
func (u *Uploads) Mount() *FilesMount {
	if u == nil {
		return nil
	}
	return &FilesMount{u.FileSystemId, u.FileSystemArn, u.AccessPointId, u.AccessPointArn}
}

// FilesMount identifies an EFS file system that tasks share, and the access point through which they mount it.
// Uploads.Mount returns one.
type FilesMount struct {
	FileSystemId   pulumi.StringInput `pulumi:"fileSystemId"`   // Required.
	FileSystemArn  pulumi.StringInput `pulumi:"fileSystemArn"`  // Required.
	AccessPointId  pulumi.StringInput `pulumi:"accessPointId"`  // Required.
	AccessPointArn pulumi.StringInput `pulumi:"accessPointArn"` // Required.
}

func (f *FilesMount) check(p *problems) {
	if f == nil {
		return
	}
	p.required("Files.FileSystemId", f.FileSystemId)
	p.required("Files.FileSystemArn", f.FileSystemArn)
	p.required("Files.AccessPointId", f.AccessPointId)
	p.required("Files.AccessPointArn", f.AccessPointArn)
}

func (u *Uploads) newSecurityGroup(ctx *pulumi.Context, name string, a UploadsArgs) error {
	group, err := ec2.NewSecurityGroup(ctx, name+"-uploads-group", &ec2.SecurityGroupArgs{
		VpcId:       a.VpcId.ToStringOutput(),
		Description: pulumi.String("Uploaded files of Live Beats"),
	}, under(u))
	if err != nil {
		return err
	}
	u.SecurityGroupId = group.ID().ToStringOutput()
	return flow{
		"uploads", member(a.ServiceSecurityGroupId), member(u.SecurityGroupId), port(nfsPort), "Tasks to the uploaded files",
	}.open(ctx, name, under(u))
}

func (u *Uploads) newFileSystem(ctx *pulumi.Context, name string, a UploadsArgs) error {
	child, err := efs.NewFileSystem(ctx, name+"-uploads", &efs.FileSystemArgs{
		Encrypted:      pulumi.Bool(true),
		KmsKeyId:       a.KmsKeyArn,
		ThroughputMode: pulumi.String("elastic"), // Bursting throughput is low for a small file system.
		LifecyclePolicies: efs.FileSystemLifecyclePolicyArray{
			efs.FileSystemLifecyclePolicyArgs{TransitionToIa: pulumi.String("AFTER_30_DAYS")},
			efs.FileSystemLifecyclePolicyArgs{TransitionToPrimaryStorageClass: pulumi.String("AFTER_1_ACCESS")},
		},
	}, under(u), pulumi.Protect(a.Protect), pulumi.IgnoreChanges([]string{"kmsKeyId"}))
	if err != nil {
		return err
	}
	u.FileSystemId, u.FileSystemArn, u.KmsKeyArn = child.ID().ToStringOutput(), child.Arn, child.KmsKeyId
	status := "DISABLED"
	if *a.Backup {
		status = "ENABLED"
	}
	_, err = efs.NewBackupPolicy(ctx, name+"-uploads-backup", &efs.BackupPolicyArgs{
		FileSystemId: u.FileSystemId,
		BackupPolicy: &efs.BackupPolicyBackupPolicyArgs{Status: pulumi.String(status)},
	}, under(u))
	return err
}

func (u *Uploads) newAccessPoint(ctx *pulumi.Context, name string) error {
	child, err := efs.NewAccessPoint(ctx, name+"-uploads-access", &efs.AccessPointArgs{
		FileSystemId: u.FileSystemId,
		PosixUser:    &efs.AccessPointPosixUserArgs{Uid: pulumi.Int(nobody), Gid: pulumi.Int(nobody)},
		RootDirectory: &efs.AccessPointRootDirectoryArgs{
			Path: pulumi.String("/songs"),
			// Without this the directory is not created, and no task starts.
			CreationInfo: &efs.AccessPointRootDirectoryCreationInfoArgs{
				OwnerUid: pulumi.Int(nobody), OwnerGid: pulumi.Int(nobody), Permissions: pulumi.String("0755"),
			},
		},
	}, under(u))
	if err != nil {
		return err
	}
	u.AccessPointId, u.AccessPointArn = child.ID().ToStringOutput(), child.Arn
	return nil
}

func (u *Uploads) newMountTargets(ctx *pulumi.Context, name string, a UploadsArgs) error {
	subnets := a.SubnetIds.ToStringArrayOutput().ApplyT(func(ids []string) ([]string, error) {
		if len(ids) != a.SubnetCount {
			return nil, fmt.Errorf("create mount targets of %q: SubnetIds are %v, but SubnetCount is %d", name, ids,
				a.SubnetCount)
		}
		return ids, nil
	}).(pulumi.StringArrayOutput)
	for i := range a.SubnetCount {
		if _, err := efs.NewMountTarget(ctx, fmt.Sprintf("%s-uploads-mount-%d", name, i), &efs.MountTargetArgs{
			FileSystemId:   u.FileSystemId,
			SubnetId:       subnets.Index(pulumi.Int(i)),
			SecurityGroups: pulumi.StringArray{u.SecurityGroupId},
		}, under(u)); err != nil {
			return err
		}
	}
	return nil
}

// UploadsArgs configures Uploads.
type UploadsArgs struct {
	VpcId pulumi.StringInput `pulumi:"vpcId"` // Required.
	// SubnetIds are the subnets of the tasks, one in each zone. Each gets a mount target. Their order must not change.
	// Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// SubnetCount is the number of SubnetIds. Required if SubnetIds is an output, else it defaults to their number.
	SubnetCount int `pulumi:"subnetCount,optional"`
	// ServiceSecurityGroupId is the only security group that can reach the files. Required.
	ServiceSecurityGroupId pulumi.StringInput `pulumi:"serviceSecurityGroupId"`
	// Backup enables daily backups, which are kept for 35 days. Defaults to true.
	Backup *bool `pulumi:"backup,optional"`
	// Protect makes deleting or replacing the file system an error.
	Protect bool `pulumi:"protect,optional"`
	// KmsKeyArn encrypts the files. Defaults to the account's aws/elasticfilesystem key. It is used only when the file
	// system is created. A later change is ignored, because it would replace the file system and delete the files.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
}

func (a UploadsArgs) withDefaults() UploadsArgs {
	if ids, ok := a.SubnetIds.(pulumi.StringArray); ok && a.SubnetCount == 0 {
		a.SubnetCount = len(ids)
	}
	a.Backup = or(a.Backup, true)
	return a
}

func (a UploadsArgs) check(name string) error {
	var p problems
	p.required("VpcId", a.VpcId)
	p.required("SubnetIds", a.SubnetIds)
	p.check(a.SubnetCount >= 1, "SubnetCount", a.SubnetCount, "the number of SubnetIds, at least 1")
	if ids, ok := a.SubnetIds.(pulumi.StringArray); ok {
		p.check(a.SubnetCount == len(ids), "SubnetCount", a.SubnetCount, fmt.Sprintf("the number of SubnetIds, %d", len(ids)))
	}
	p.required("ServiceSecurityGroupId", a.ServiceSecurityGroupId)
	return p.err(uploadsType, name)
}

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

// uploadsPolicy returns the file system's policy. It allows nothing, so it does not have to name the task role: a file
// system with a policy requires IAM authorization, and the task role's own policy allows the access. The statements
// here deny access to every client that does not meet their conditions.
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
