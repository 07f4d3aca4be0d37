package s3

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
)

const malformed = "MalformedPolicy"

func checkPolicy(in provider.Props) []provider.Failure {
	if failures := resourcepolicy.Check(in, malformed, true); failures != nil {
		return failures
	}
	bucket, bucketKnown := in["bucket"].(string)
	text, policyKnown := in["policy"].(string)
	if !bucketKnown || !policyKnown {
		return nil
	}
	policy, err := resourcepolicy.Parse(text, true)
	if err != nil {
		return nil // Check has reported it.
	}
	for _, s := range policy.Statements {
		for _, resource := range s.Resources {
			if !within(bucket, resource) {
				return []provider.Failure{{
					Property: "policy", Reason: fmt.Sprintf("%s: Policy has invalid resource: %q", malformed, resource),
				}}
			}
		}
	}
	return nil
}

// within reports whether an ARN names the bucket or objects in it.
func within(bucket, arn string) bool {
	name, isBucket := strings.CutPrefix(arn, "arn:aws:s3:::")
	name, _, _ = strings.Cut(name, "/")
	return isBucket && name == bucket
}

// admitPolicy refuses a policy with an invalid principal, or a public policy while the bucket blocks public policies.
func admitPolicy(c *provider.Call) error {
	if err := checkRegion(c); err != nil {
		return err
	}
	policy, err := resourcepolicy.Parse(fmt.Sprint(c.New.Props["policy"]), true)
	if err != nil {
		return provider.Errorf(malformed, "%v", err)
	}
	if policy.Stranger(c.World, c.Scope) != "" {
		return provider.Errorf(malformed, "Invalid principal in policy")
	}
	// A new bucket blocks public policies.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
	block := c.World.Get(accessType, "", fmt.Sprint(c.New.Props["bucket"]))
	if blocks := block == nil || block.Props["blockPublicPolicy"] == true; blocks && isPublic(policy) {
		return provider.Errorf("AccessDenied", "User: arn:%s:iam::%s:user/sandbox is not authorized to perform: "+
			"s3:PutBucketPolicy on resource: \"arn:%s:s3:::%v\" because public policies are blocked by the "+
			"BlockPublicPolicy block public access setting.", c.Partition, c.Account, c.Partition, c.New.Props["bucket"])
	}
	return nil
}

// restrictingKeys are the condition keys whose fixed values make a policy for principal "*" non-public.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
var restrictingKeys = []string{
	"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceaccount", "aws:sourceowner",
	"aws:userid", "aws:principalorgid", "aws:principalarn", "aws:principalaccount", "s3:dataaccesspointarn",
	"s3:dataaccesspointaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id",
}

func isPublic(policy resourcepolicy.Policy) bool {
	return slices.ContainsFunc(policy.Statements, func(s iampolicy.Statement) bool {
		return s.Effect == iampolicy.Allow && slices.Contains(s.Principals["AWS"], "*") && !isRestricted(s)
	})
}

func isRestricted(s iampolicy.Statement) bool {
	for operator, keys := range s.Conditions {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") {
			continue
		}
		for key, values := range keys {
			isFixed := !slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?$") })
			if isFixed && slices.Contains(restrictingKeys, strings.ToLower(key)) {
				return true
			}
		}
	}
	return false
}
