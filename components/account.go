package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Account says where resources live; components compose ARNs from it that are
// then known at preview, before AWS has made the resource.
type Account struct {
	Id        string `pulumi:"id"`        // Required: 12 digits.
	Region    string `pulumi:"region"`    // Required, for example eu-west-2.
	Partition string `pulumi:"partition"` // Required: aws. Other partitions are refused.
}

func (a Account) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", a.Partition, service, a.Region, a.Id, resource)
}

func (a Account) check(p *problems) {
	p.match("Account.Id", a.Id, awsmodel.AccountID)
	p.match("Account.Region", a.Region, awsmodel.Region)
	p.add("Account.Partition", awsmodel.CheckPartition(a.Partition))
}

// LookUpAccount asks the program's default AWS provider where resources will live. A program calls it once, and hands
// the answer to the components that take an Account. Errors: credentials that AWS does not take.
func LookUpAccount(ctx *pulumi.Context) (Account, error) {
	identity, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return Account{}, err
	}
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{})
	if err != nil {
		return Account{}, err
	}
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{})
	if err != nil {
		return Account{}, err
	}
	return Account{Id: identity.AccountId, Region: region.Name, Partition: partition.Partition}, nil
}
