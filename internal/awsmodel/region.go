package awsmodel

import (
	"fmt"
	"slices"
	"strings"
)

// Region is the form of a region's name. AWS adds regions, so that KnownRegion may not know one that exists.
var Region = pattern(`[a-z]{2,4}(-[a-z]+)+-[0-9]+`, "an AWS region such as eu-west-2")

// KnownRegion tells whether AWS had a region of the name when this list was made.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
func KnownRegion(name string) bool { return slices.Contains(regions, name) }

var regions = strings.Fields(`
	af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
	ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
	ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
	il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`)

// Partition is the partition of a region, by the beginning of its name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func Partition(region string) string {
	for prefix, partition := range map[string]string{
		"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b", "eu-isoe-": "aws-iso-e",
		"us-isof-": "aws-iso-f", "eusc-": "aws-eusc",
	} {
		if strings.HasPrefix(region, prefix) {
			return partition
		}
	}
	return "aws"
}

// CheckPartition refuses every partition but aws. The others name endpoints, service principals and hosted zones in
// their own ways, which neither the components nor the proofs know.
func CheckPartition(partition string) error {
	if partition == "aws" {
		return nil
	}
	return fmt.Errorf("partition %q is not supported: its endpoints and service principals have other names than those "+
		"of partition aws, and no component was tried there", partition)
}
