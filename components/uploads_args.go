package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// UploadsArgs configures Uploads.
type UploadsArgs struct {
	VpcId pulumi.StringInput `pulumi:"vpcId"` // Required.
	// SubnetIds are those of the tasks, one in each zone, in an order that stays: each gets a mount target. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// SubnetCount is how many SubnetIds are. Required where they are an output; else counted.
	SubnetCount int `pulumi:"subnetCount,optional"`
	// ServiceSecurityGroupId is the only one that reaches the files. Required.
	ServiceSecurityGroupId pulumi.StringInput `pulumi:"serviceSecurityGroupId"`
	Backup                 *bool              `pulumi:"backup,optional"`  // Daily, kept for 35 days. Defaults to true.
	Protect                bool               `pulumi:"protect,optional"` // Refuses to delete or to replace the files.
	// KmsKeyArn encrypts the files. Defaults to the account's aws/elasticfilesystem key. It counts when the file system is
	// made: a later change is ignored, as it would replace the file system and lose the files.
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
		p.check(a.SubnetCount == len(ids), "SubnetCount", a.SubnetCount, fmt.Sprintf("that of SubnetIds, %d", len(ids)))
	}
	p.required("ServiceSecurityGroupId", a.ServiceSecurityGroupId)
	return p.err(uploadsType, name)
}
