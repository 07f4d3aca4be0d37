package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
