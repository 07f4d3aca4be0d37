package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Account is the AWS account and region of the resources. Components build ARNs from it, so that these are known at
// preview, before AWS has created the resources.
type Account struct {
	Id        string `pulumi:"id"`        // Required: 12 digits.
	Region    string `pulumi:"region"`    // Required, for example eu-west-2.
	Partition string `pulumi:"partition"` // Required: aws. No other partition is supported.
}

func (a Account) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", a.Partition, service, a.Region, a.Id, resource)
}

func (a Account) check(p *problems) {
	p.match("Account.Id", a.Id, awsmodel.AccountID)
	p.match("Account.Region", a.Region, awsmodel.Region)
	p.add("Account.Partition", awsmodel.CheckPartition(a.Partition))
}

// LookUpAccount returns the account and region of the program's default AWS provider. A program calls it once and
// passes the result to each component that has an Account argument. Errors: AWS does not accept the credentials.
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
