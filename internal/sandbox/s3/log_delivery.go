package s3

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// logAccounts are the accounts that write load balancers' logs in the older regions.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
var logAccounts = map[string]string{
	"af-south-1":     "098369216593",
	"ap-east-1":      "754344448648",
	"ap-northeast-1": "582318560864",
	"ap-northeast-2": "600734575887",
	"ap-northeast-3": "383597477331",
	"ap-south-1":     "718504428378",
	"ap-southeast-1": "114774131450",
	"ap-southeast-2": "783225319266",
	"ap-southeast-3": "589379963580",
	"ca-central-1":   "985666609251",
	"eu-central-1":   "054676820928",
	"eu-north-1":     "897822967062",
	"eu-south-1":     "635631232127",
	"eu-west-1":      "156460612806",
	"eu-west-2":      "652711504416",
	"eu-west-3":      "009996457667",
	"me-south-1":     "076674570225",
	"sa-east-1":      "507241528517",
	"us-east-1":      "127311923021",
	"us-east-2":      "033677994240",
	"us-west-1":      "027434742980",
	"us-west-2":      "797873946194",
}

// AllowsLogDelivery decides, as Elastic Load Balancing does when access logs are turned on, whether it may write them
// to a bucket under a prefix (or ""): the bucket is in the region, is not encrypted with KMS, and its policy lets the
// region's log account or the log delivery service put objects. It does so by writing a test file: from then on the
// bucket is not empty. The error is that of Elastic Load Balancing.
func AllowsLogDelivery(w *world.World, s provider.Scope, bucket, prefix string) error {
	if prefix != "" {
		prefix += "/"
	}
	key := fmt.Sprintf("%sAWSLogs/%s/ELBAccessLogTestFile", prefix, s.Account)
	allowed, err := mayWriteLogs(w, s, bucket, key)
	if err != nil {
		return fmt.Errorf("the sandbox: policy of bucket %q: %w", bucket, err)
	}
	if !allowed {
		return provider.Errorf("InvalidConfigurationRequest",
			"Access Denied for bucket: %s. Please check S3bucket permission", bucket)
	}
	w.Put(&world.Object{
		Type: objectType, ID: bucket + "/" + key, Created: w.Now(), Props: provider.Props{"bucket": bucket, "key": key},
	})
	return nil
}

func mayWriteLogs(w *world.World, s provider.Scope, bucket, key string) (bool, error) {
	o, attached := bucketOf(w, bucket), w.Get(policyType, "", bucket)
	if o == nil || o.Props["region"] != s.Region || attached == nil || encryptsWithKMS(w, bucket) {
		return false, nil
	}
	policy, err := resourcepolicy.Parse(fmt.Sprint(attached.Props["policy"]), true)
	if err != nil {
		return false, err
	}
	request := iampolicy.Request{
		Action: "s3:PutObject", Resource: fmt.Sprintf("arn:%s:s3:::%s/%s", s.Partition, bucket, key),
		Context: map[string]string{
			"aws:SecureTransport": "true", "aws:SourceAccount": s.Account, "s3:x-amz-acl": "bucket-owner-full-control",
		},
	}
	writers := []resourcepolicy.Principal{{
		Kind: "Service", Names: []string{"logdelivery.elasticloadbalancing.amazonaws.com"},
	}}
	if account := logAccounts[s.Region]; account != "" {
		writers = append(writers, resourcepolicy.Account(s.Partition, account))
	}
	for _, writer := range writers {
		verdict, err := policy.Decide(writer, request)
		if err != nil || verdict == iampolicy.Allowed {
			return err == nil, err
		}
	}
	return false, nil
}

func encryptsWithKMS(w *world.World, bucket string) bool {
	encryption := w.Get(encryptionType, "", bucket)
	if encryption == nil {
		return false
	}
	rules, _ := encryption.Props["rules"].([]any)
	for _, item := range rules {
		rule, _ := item.(map[string]any)
		byDefault, _ := rule["applyServerSideEncryptionByDefault"].(map[string]any)
		if byDefault["sseAlgorithm"] == "aws:kms" {
			return true
		}
	}
	return false
}
