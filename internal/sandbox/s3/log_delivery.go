package s3

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/resourcepolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// AllowsLogDelivery checks, as Elastic Load Balancing does when access logs are turned on, that it may write the logs
// to a bucket under a prefix, which may be "". The bucket must be in the region and must not be encrypted with KMS. Its
// policy must let the region's log account or the log delivery service put objects. If so, AllowsLogDelivery writes a
// test file, so the bucket is no longer empty. Errors: Elastic Load Balancing's own; a policy element that is not
// modelled.
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
		Services: []string{awsmodel.LogDeliveryService},
		Action:   "s3:PutObject", Resource: fmt.Sprintf("arn:%s:s3:::%s/%s", s.Partition, bucket, key),
		Context: map[string]string{
			"aws:SecureTransport": "true", "aws:SourceAccount": s.Account, "s3:x-amz-acl": "bucket-owner-full-control",
		},
	}
	verdict, err := policy.Decide(request)
	if account, old := awsmodel.LogDeliveryAccount(s.Region); old && err == nil && verdict != iampolicy.Allowed {
		request.Services = nil
		request.Principal, request.Administrator = fmt.Sprintf("arn:%s:iam::%s:root", s.Partition, account), true
		verdict, err = policy.Decide(request)
	}
	return verdict == iampolicy.Allowed, err
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
