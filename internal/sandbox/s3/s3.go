// Package s3 models what S3 does beyond the facts: the names, regions and policies of buckets, and the access logs that
// load balancers write.
package s3

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	bucketType     = "aws:s3/bucketV2:BucketV2"
	policyType     = "aws:s3/bucketPolicy:BucketPolicy"
	accessType     = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownershipType  = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	lifecycleType  = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	versioningType = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	// objectType is the type of an object in a bucket. Pulumi programs do not create objects.
	objectType = "s3/object"
)

// Behaviours of buckets and their settings, by type.
var Behaviours = map[string]provider.Behaviour{
	bucketType:     {Check: checkBucket, Delete: deleteBucket},
	policyType:     {Check: checkPolicy, Create: admitPolicy, Update: admitPolicy},
	accessType:     {Create: checkRegion, Update: checkRegion},
	ownershipType:  {Create: checkRegion, Update: checkRegion},
	encryptionType: {Create: checkRegion, Update: checkRegion},
	lifecycleType:  {Check: checkLifecycle, Create: checkRegion, Update: checkRegion},
	versioningType: {Create: checkRegion, Update: updateVersioning},
}

// checkRegion refuses a call in another region than the bucket's.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func checkRegion(c *provider.Call) error {
	if bucketOf(c.World, c.New.Props["bucket"]).Props["region"] != c.Region {
		return provider.Errorf("PermanentRedirect", "The bucket you are attempting to access must be addressed using the "+
			"specified endpoint. Please send all future requests to this endpoint.")
	}
	return nil
}

func bucketOf(w *world.World, name any) *world.Object { return w.Get(bucketType, "", fmt.Sprint(name)) }

// updateVersioning refuses to disable versioning once it was enabled. The error text is the real provider's.
func updateVersioning(c *provider.Call) error {
	status := func(o *world.Object) any {
		configuration, _ := o.Props["versioningConfiguration"].(map[string]any)
		return configuration["status"]
	}
	if old := status(c.Old); old != "Disabled" && status(c.New) == "Disabled" {
		return fmt.Errorf("versioning_configuration.status cannot be updated from '%v' to 'Disabled'", old)
	}
	return checkRegion(c)
}

// checkLifecycle refuses two rules with the same id.
func checkLifecycle(in provider.Props) []provider.Failure {
	seen := map[any]bool{}
	rules, _ := in["rules"].([]any)
	for i, item := range rules {
		rule, _ := item.(map[string]any)
		id, known := rule["id"].(string)
		if known && seen[id] {
			return []provider.Failure{{
				Property: fmt.Sprintf("rules[%d].id", i),
				Reason: fmt.Sprintf("InvalidArgument: Rule ID must be unique. Found same ID for more than one rule: %q",
					id),
			}}
		}
		seen[id] = true
	}
	return nil
}

// Prefixes and suffixes that AWS reserves. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

func checkBucket(in provider.Props) []provider.Failure {
	name, _ := in["bucket"].(string)
	_, notAddress := netip.ParseAddr(name)
	problem := ""
	switch {
	case strings.Contains(name, ".."):
		problem = "must not contain two adjacent periods"
	case name != "" && notAddress == nil:
		problem = "must not be formatted as an IP address"
	case slices.ContainsFunc(reservedPrefixes, func(s string) bool { return strings.HasPrefix(name, s) }):
		problem = fmt.Sprintf("must not start with one of %v", reservedPrefixes)
	case slices.ContainsFunc(reservedSuffixes, func(s string) bool { return strings.HasSuffix(name, s) }):
		problem = fmt.Sprintf("must not end with one of %v", reservedSuffixes)
	default:
		return nil
	}
	return []provider.Failure{{
		Property: "bucket", Reason: fmt.Sprintf("InvalidBucketName: The specified bucket is not valid: %q %s", name, problem),
	}}
}

// deleteBucket refuses to delete a bucket with objects, unless forceDestroy is set.
func deleteBucket(c *provider.Call) error {
	for _, object := range c.World.List(objectType, "") {
		if object.Props["bucket"] != c.Old.ID {
			continue
		}
		if c.Old.Props["forceDestroy"] != true {
			return provider.Errorf("BucketNotEmpty", "The bucket you tried to delete is not empty")
		}
		c.World.Delete(object)
	}
	return nil
}
