package awsmodel

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

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

// arnRule is a rule for the ARNs of a service's resources in a region and an account.
func arnRule(service, resource, allowed string) Rule {
	whole := regexp.MustCompile(`^(?:` + resource + `)$`)
	return rule(allowed, func(text string) bool {
		parsed, err := arn.Parse(text)
		return err == nil && parsed.Service == service && parsed.Region != "" && AccountID.Valid(parsed.AccountID) &&
			whole.MatchString(parsed.Resource)
	})
}

// RegionOf is the region of an ARN; "" of a text that is none, and of a resource without a region.
func RegionOf(text string) string {
	parsed, _ := arn.Parse(text)
	return parsed.Region
}

// AccountOf is the account of an ARN; "" of a text that is none, and of a resource without an account.
func AccountOf(text string) string {
	parsed, _ := arn.Parse(text)
	return parsed.AccountID
}
