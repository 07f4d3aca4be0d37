package awsmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

var hyphens = regexp.MustCompile("-+")

// FitName returns name if every service accepts it: it has at most limit characters, no upper case and no consecutive
// hyphens, which RDS refuses. Otherwise it shortens an accepted form of name and appends a digest of name, so that two
// names with the same beginning stay different. limit must be at least 8.
func FitName(name string, limit int) string {
	accepted := hyphens.ReplaceAllString(strings.ToLower(name), "-")
	if accepted == name && len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	digest := hex.EncodeToString(sum[:])[:4]
	return strings.TrimRight(accepted[:min(len(accepted), limit-len(digest)-1)], "-") + "-" + digest
}

// TagCharacters are the characters that every service accepts in the keys and values of tags. EC2 and some other
// services accept more.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const TagCharacters = "letters, digits, spaces and _ . : / = + - @"

// TagPattern is the regular expression for TagCharacters in the services' API references.
const TagPattern = `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`

// TagText reports whether a text consists of TagCharacters.
var TagText = regexp.MustCompile(`^` + TagPattern + `$`).MatchString

// Rules for ARNs, of any partition.
var (
	CertificateARN = arnRule("acm", `certificate/[0-9a-f-]{36}`,
		"the ARN of an ACM certificate: arn:aws:acm:REGION:ACCOUNT:certificate/ID")
	KMSKeyARN = arnRule("kms", `key/(?:[0-9a-f-]{36}|mrk-[0-9a-f]{32})`,
		"the ARN of a KMS key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID")
	WebACLARN = arnRule("wafv2", `regional/webacl/[\w-]{1,128}/[0-9a-f-]+`,
		"the ARN of a regional web ACL: arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID")
	ParameterARN = arnRule("ssm", `parameter(/[A-Za-z0-9_.-]+){1,15}`,
		"the full ARN of an SSM parameter: arn:aws:ssm:REGION:ACCOUNT:parameter/NAME")
)

// arnRule returns a Rule for the ARNs of a service's resources that have a region and an account.
func arnRule(service, resource, allowed string) Rule {
	whole := regexp.MustCompile(`^(?:` + resource + `)$`)
	return rule(allowed, func(text string) bool {
		parsed, err := arn.Parse(text)
		return err == nil && parsed.Service == service && parsed.Region != "" && AccountID.Valid(parsed.AccountID) &&
			whole.MatchString(parsed.Resource)
	})
}

// RegionOf returns the region of an ARN; "" if the text is not an ARN, or if the resource has no region.
func RegionOf(text string) string {
	parsed, _ := arn.Parse(text)
	return parsed.Region
}

// AccountOf returns the account of an ARN; "" if the text is not an ARN, or if the resource has no account.
func AccountOf(text string) string {
	parsed, _ := arn.Parse(text)
	return parsed.AccountID
}

// ParameterOf returns the name of an SSM parameter. text is its name or its ARN. The name of a parameter without a
// hierarchy has no leading slash.
func ParameterOf(text string) string {
	parsed, err := arn.Parse(text)
	if err != nil {
		return text
	}
	name := strings.TrimPrefix(parsed.Resource, "parameter")
	if strings.Count(name, "/") == 1 {
		return name[1:]
	}
	return name
}

// Region is the form of a region's name. It also accepts regions that KnownRegion does not list, because AWS adds
// regions.
var Region = pattern(`[a-z]{2,4}(-[a-z]+)+-[0-9]+`, "an AWS region such as eu-west-2")

// KnownRegion reports whether AWS had a region with the name when this list was written.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
func KnownRegion(name string) bool { return slices.Contains(regions, name) }

var regions = strings.Fields(`
	af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
	ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
	ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
	il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`)

// Partition returns the partition of a region, from the prefix of the region's name.
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

// CheckPartition returns an error for every partition except aws. The other partitions have different names of
// endpoints, service principals and hosted zones, which neither the components nor the proofs support.
func CheckPartition(partition string) error {
	if partition == "aws" {
		return nil
	}
	return fmt.Errorf("partition %q is not supported: its endpoints and service principals have other names than in "+
		"partition aws, and the components were not tested there", partition)
}
