package s3_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/s3"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestAllowsLogDelivery(t *testing.T) {
	t.Parallel()
	const (
		account  = `{"AWS": "arn:aws:iam::652711504416:root"}`
		service  = `{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}`
		put      = "s3:PutObject"
		logs     = "arn:aws:s3:::logs/AWSLogs/123456789012/*"
		owner    = `, "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}`
		stranger = `, "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}`
		newer    = `, "Condition": {"DateLessThan": {"s3:date": "2030-01-01T00:00:00Z"}}`
	)
	kms := provider.Props{"rules": []any{provider.Props{
		"applyServerSideEncryptionByDefault": provider.Props{"sseAlgorithm": "aws:kms"},
	}}}
	for name, test := range map[string]struct {
		policy, encryption provider.Props
		prefix, want       string
	}{
		"the region's account":    {policy: statement("Allow", account, put, logs, "")},
		"by its number":           {policy: statement("Allow", `{"AWS": "652711504416"}`, put, logs, "")},
		"the service":             {policy: statement("Allow", service, put, logs, "")},
		"with a prefix":           {policy: statement("Allow", service, put, "arn:aws:s3:::logs/alb/AWSLogs/123456789012/*", ""), prefix: "alb"},
		"for the bucket's owner":  {policy: statement("Allow", account, put, logs, owner)},
		"no policy":               {want: "denied"},
		"without the prefix":      {policy: statement("Allow", service, put, logs, ""), prefix: "alb", want: "denied"},
		"another region's":        {policy: statement("Allow", `{"AWS": "127311923021"}`, put, logs, ""), want: "denied"},
		"another service":         {policy: statement("Allow", `{"Service": "delivery.logs.amazonaws.com"}`, put, logs, ""), want: "denied"},
		"another action":          {policy: statement("Allow", service, "s3:GetObject", logs, ""), want: "denied"},
		"another account's logs":  {policy: statement("Allow", service, put, "arn:aws:s3:::logs/AWSLogs/210987654321/*", ""), want: "denied"},
		"from another account":    {policy: statement("Allow", service, put, logs, stranger), want: "denied"},
		"denied":                  {policy: statement("Deny", `"*"`, put, logs, ""), want: "denied"},
		"encrypted with KMS":      {policy: statement("Allow", service, put, logs, ""), encryption: kms, want: "denied"},
		"an unmodelled condition": {policy: statement("Allow", service, put, logs, newer), want: `the sandbox: policy of bucket "logs": evaluate statement "": condition operator DateLessThan: not modelled`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make(bucketType, "logs", provider.Props{"bucket": "logs"}))
			for token, in := range map[string]provider.Props{policyType: test.policy, encryptionType: test.encryption} {
				if in != nil {
					require.NoError(t, a.Make(token, token, with(in, provider.Props{"bucket": "$logs"})))
				}
			}
			want := test.want
			if want == "denied" {
				want = "InvalidConfigurationRequest: Access Denied for bucket: logs. Please check S3bucket permission"
			}
			err := s3.AllowsLogDelivery(a.World, a.Scope, "logs", test.prefix)
			if want != "" {
				require.EqualError(t, err, want)
				require.NoError(t, a.Remove("logs"))
				return
			}
			require.NoError(t, err)
			require.EqualError(t, a.Remove("logs"), "BucketNotEmpty: The bucket you tried to delete is not empty")
			require.NoError(t, a.Change("logs", provider.Props{"forceDestroy": true}))
			require.NoError(t, a.Remove("logs"))
			require.True(t, a.Sandbox.Empty())
		})
	}
}

func TestLogsOfAnotherRegion(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	const denied = "InvalidConfigurationRequest: Access Denied for bucket: logs. Please check S3bucket permission"
	require.EqualError(t, s3.AllowsLogDelivery(a.World, a.Scope, "logs", ""), denied, "no bucket")
	require.NoError(t, a.Make(bucketType, "logs", provider.Props{"bucket": "logs"}))
	require.NoError(t, a.Make(policyType, "policy", with(provider.Props{"bucket": "$logs"}, statement("Allow",
		`{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}`, "s3:*", "arn:aws:s3:::logs/*", ""))))
	abroad := a.Scope
	abroad.Region = "us-east-1"
	require.EqualError(t, s3.AllowsLogDelivery(a.World, abroad, "logs", ""), denied)
	require.NoError(t, s3.AllowsLogDelivery(a.World, a.Scope, "logs", ""))
}
