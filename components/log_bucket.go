package components

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

const logBucketType = "livebeats:index:LogBucket"

// LogBucketArgs configures a LogBucket.
type LogBucketArgs struct {
	Account        Account `pulumi:"account"`                 // Required: the load balancers' account and region.
	ExpirationDays int     `pulumi:"expirationDays,optional"` // The age at which logs are deleted. Defaults to 90.
	// ForceDestroy deletes the bucket together with its logs. Without it AWS does not delete a bucket that is not empty.
	ForceDestroy bool `pulumi:"forceDestroy,optional"`
	Protect      bool `pulumi:"protect,optional"` // Makes deleting or replacing the bucket an error.
}

// LogBucket is an S3 bucket for the access logs of load balancers. It is private, encrypted with S3's own key, accepts
// only TLS, and has no versioning.
type LogBucket struct {
	pulumi.ResourceState
	children

	// BucketName is known at preview. It waits for everything that protects the bucket and lets load balancers write,
	// because AWS tests a write when access logs are turned on.
	BucketName pulumi.StringOutput `pulumi:"bucketName"`
}

// NewLogBucket creates a bucket for load balancers without an AccessLogsPrefix. name has at most 43 letters, digits and
// hyphens.
func NewLogBucket(
	ctx *pulumi.Context, name string, args *LogBucketArgs, opts ...pulumi.ResourceOption,
) (*LogBucket, error) {
	a := deref(args)
	a.ExpirationDays = cmp.Or(a.ExpirationDays, 90)
	if err := a.check(name); err != nil {
		return nil, err
	}
	logs := &LogBucket{}
	if err := register(ctx, logBucketType, name, a, logs, opts); err != nil {
		return nil, err
	}
	child := strings.ToLower(name) + "-access-logs" // Bucket names contain it, and must be in lower case.
	bucket, err := s3.NewBucketV2(ctx, child, &s3.BucketV2Args{
		ForceDestroy: pulumi.Bool(a.ForceDestroy),
	}, under(logs), pulumi.Protect(a.Protect))
	if err != nil {
		return nil, err
	}
	restrictions, err := logs.restrict(ctx, child, bucket.Bucket, a)
	if err != nil {
		return nil, err
	}
	policy, err := s3.NewBucketPolicy(ctx, child+"-policy", &s3.BucketPolicyArgs{
		Bucket: bucket.Bucket,
		Policy: pulumix.Cast[pulumi.StringOutput](pulumix.ApplyErr(bucket.Bucket, func(bucket string) (string, error) {
			return a.policy(bucket).RenderResource()
		})),
	}, under(logs), pulumi.DependsOn(restrictions))
	if err != nil {
		return nil, err
	}
	logs.BucketName = policy.Bucket
	return logs, registerOutputs(ctx, logs)
}

type sse = s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs

// restrict creates everything that has to apply to the bucket before load balancers may write to it.
func (l *LogBucket) restrict(
	ctx *pulumi.Context, child string, bucket pulumi.StringOutput, a LogBucketArgs,
) ([]pulumi.Resource, error) {
	access, err := s3.NewBucketPublicAccessBlock(ctx, child+"-public-access", &s3.BucketPublicAccessBlockArgs{
		Bucket:          bucket,
		BlockPublicAcls: pulumi.Bool(true), IgnorePublicAcls: pulumi.Bool(true),
		BlockPublicPolicy: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}, under(l))
	if err != nil {
		return nil, err
	}
	ownership, err := s3.NewBucketOwnershipControls(ctx, child+"-ownership", &s3.BucketOwnershipControlsArgs{
		Bucket: bucket,
		Rule:   &s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}, under(l))
	if err != nil {
		return nil, err
	}
	encryption, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, child+"-encryption",
		&s3.BucketServerSideEncryptionConfigurationV2Args{
			Bucket: bucket,
			Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{
				&s3.BucketServerSideEncryptionConfigurationV2RuleArgs{ApplyServerSideEncryptionByDefault: sse{
					SseAlgorithm: pulumi.String("AES256"), // Load balancers cannot write with a KMS key.
				}},
			},
		}, under(l))
	if err != nil {
		return nil, err
	}
	expiration, err := s3.NewBucketLifecycleConfigurationV2(ctx, child+"-expiration",
		&s3.BucketLifecycleConfigurationV2Args{
			Bucket: bucket,
			Rules: s3.BucketLifecycleConfigurationV2RuleArray{&s3.BucketLifecycleConfigurationV2RuleArgs{
				Id: pulumi.String("expire"), Status: pulumi.String("Enabled"),
				Filter:     &s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String(logsFolder)},
				Expiration: &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(a.ExpirationDays)},
			}},
		}, under(l))
	return []pulumi.Resource{access, ownership, encryption, expiration}, err
}

// S3 allows 63 characters. Of these, "-access-logs" and Pulumi's "-" with 7 hex digits use 20.
var logBucketNameRule = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,42}$`)

func (a LogBucketArgs) check(name string) error {
	var p problems
	p.check(logBucketNameRule.MatchString(name), "name", name,
		"1-43 letters, digits and hyphens, not starting with a hyphen")
	a.Account.check(&p)
	p.check(a.ExpirationDays >= 1, "ExpirationDays", a.ExpirationDays, "at least 1 day")
	return p.err(logBucketType, name)
}

// logsFolder is the folder that load balancers write to, below their prefix if they have one.
const logsFolder = "AWSLogs/"

// policy returns a policy that lets load balancers of the account write and denies all requests without TLS.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func (a LogBucketArgs) policy(bucket string) iampolicy.Document {
	arn := fmt.Sprintf("arn:%s:s3:::%s", a.Account.Partition, bucket)
	write := allow("LoadBalancers", []string{"s3:PutObject"}, arn+"/"+logsFolder+a.Account.Id+"/*")
	write.Principals = a.Account.logWriter()
	return iampolicy.Document{Statements: []iampolicy.Statement{write, {
		Sid: "OnlyTls", Effect: iampolicy.Deny, Principals: iampolicy.Principals{"AWS": {"*"}},
		Actions: []string{"s3:*"}, Resources: []string{arn, arn + "/*"},
		Conditions: iampolicy.Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}}}
}

// logWriter returns the principal that writes access logs: AWS's account in regions that have one, else a service.
func (a Account) logWriter() iampolicy.Principals {
	if account, ok := awsmodel.LogDeliveryAccount(a.Region); ok {
		return iampolicy.Principals{"AWS": {fmt.Sprintf("arn:%s:iam::%s:root", a.Partition, account)}}
	}
	return iampolicy.Principals{"Service": {awsmodel.LogDeliveryService}}
}
