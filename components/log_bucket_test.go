package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordLogBucket(t *testing.T, name string, args LogBucketArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		logs, err := NewLogBucket(ctx, name, &args)
		if err != nil {
			return err
		}
		r.capture("bucketName", logs.BucketName)
		return nil
	})
}

func TestLogBucketIsLockedDown(t *testing.T) {
	t.Parallel()
	r := recordLogBucket(t, "logs", LogBucketArgs{Account: testAccount})
	const bucket = "logs-access-logs-0000000"
	require.Equal(t, []string{
		"logs", "logs-access-logs", "logs-access-logs-encryption", "logs-access-logs-expiration",
		"logs-access-logs-ownership", "logs-access-logs-policy", "logs-access-logs-public-access",
	}, r.names())
	require.Equal(t, map[string]any{"forceDestroy": false}, r.inputs(t, "logs-access-logs"))
	require.Equal(t, map[string]any{
		"bucket": bucket, "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
		"restrictPublicBuckets": true,
	}, r.inputs(t, "logs-access-logs-public-access"))
	require.Equal(t, map[string]any{
		"bucket": bucket, "rule": map[string]any{"objectOwnership": "BucketOwnerEnforced"},
	}, r.inputs(t, "logs-access-logs-ownership"))
	require.Equal(t, map[string]any{"bucket": bucket, "rules": []any{map[string]any{
		"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "AES256"},
	}}}, r.inputs(t, "logs-access-logs-encryption"))
	require.Equal(t, map[string]any{"bucket": bucket, "rules": []any{map[string]any{
		"id": "expire", "status": "Enabled", "filter": map[string]any{"prefix": "AWSLogs/"},
		"expiration": map[string]any{"days": 90.0},
	}}}, r.inputs(t, "logs-access-logs-expiration"))
	require.Equal(t, map[string]any{
		"bucket": bucket,
		"policy": `{"Version":"2012-10-17","Statement":[{"Sid":"LoadBalancers","Effect":"Allow",` +
			`"Principal":{"AWS":["arn:aws:iam::652711504416:root"]},"Action":["s3:PutObject"],` +
			`"Resource":["arn:aws:s3:::logs-access-logs-0000000/AWSLogs/123456789012/*"]},` +
			`{"Sid":"OnlyTls","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],` +
			`"Resource":["arn:aws:s3:::logs-access-logs-0000000","arn:aws:s3:::logs-access-logs-0000000/*"],` +
			`"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`,
	}, r.inputs(t, "logs-access-logs-policy"))
	require.Equal(t, map[string]any{"bucketName": bucket}, r.outputs)
	for _, before := range []string{"encryption", "expiration", "ownership", "public-access"} {
		require.Contains(t, r.dependencies("logs-access-logs-policy"), "logs-access-logs-"+before,
			"load balancers must not write before the bucket is protected")
	}
}

func TestLogBucketNameIsOrderedAfterItsPolicy(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		logs, err := NewLogBucket(ctx, "logs", &LogBucketArgs{Account: testAccount})
		if err != nil {
			return err
		}
		args := albArgs()
		args.AccessLogsBucket = logs.BucketName
		_, err = NewAlb(ctx, "alb", &args)
		return err
	})
	require.Contains(t, r.dependencies("alb-lb"), "logs-access-logs-policy")
}

func TestLogBucketArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	args := LogBucketArgs{Account: testAccount, ExpirationDays: 30, ForceDestroy: true}
	args.Account.Region = "eu-south-2"
	r := recordLogBucket(t, "logs", args)
	require.Equal(t, true, r.inputs(t, "logs-access-logs")["forceDestroy"])
	rule := r.inputs(t, "logs-access-logs-expiration")["rules"].([]any)[0].(map[string]any)
	require.Equal(t, map[string]any{"days": 30.0}, rule["expiration"])
	policy := r.inputs(t, "logs-access-logs-policy")["policy"]
	require.Contains(t, policy, `"Principal":{"Service":["logdelivery.elasticloadbalancing.amazonaws.com"]}`)
	require.Contains(t, policy, `"arn:aws:s3:::logs-access-logs-0000000/AWSLogs/123456789012/*"`)
	require.Equal(t, map[string]any{
		"account":        map[string]any{"id": "123456789012", "region": "eu-south-2", "partition": "aws"},
		"expirationDays": 30.0, "forceDestroy": true, "protect": false,
	}, r.inputs(t, "logs"), "the component records its effective args")
}

// TestLogBucketNamesHaveNoCapitals checks the logical name, because the bucket's name is generated from it.
func TestLogBucketNamesHaveNoCapitals(t *testing.T) {
	t.Parallel()
	r, err := tryMode(func(ctx *pulumi.Context, _ *recorder) error {
		_, err := NewLogBucket(ctx, "Logs", &LogBucketArgs{Account: testAccount})
		return err
	}, true)
	require.NoError(t, err)
	require.Contains(t, r.names(), "logs-access-logs")
}

func TestLogBucketRefuses(t *testing.T) {
	t.Parallel()
	const nameRule = "1-43 letters, digits and hyphens, not starting with a hyphen"
	long := strings.Repeat("a", 44)
	for name, test := range map[string]struct {
		name string
		edit func(*LogBucketArgs)
		want string
	}{
		"name too long": {long, nil, `name "` + long + `" must be ` + nameRule},
		"name charset":  {"a.b", nil, `name "a.b" must be ` + nameRule},
		"account":       {"logs", func(a *LogBucketArgs) { a.Account.Id = "1" }, `Account.Id "1" must be 12 digits`},
		"expiration": {
			"logs", func(a *LogBucketArgs) { a.ExpirationDays = -1 }, "ExpirationDays -1 must be at least 1 day",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := LogBucketArgs{Account: testAccount}
			if test.edit != nil {
				test.edit(&args)
			}
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewLogBucket(ctx, test.name, &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:LogBucket "`+test.name+`": `+test.want)
		})
	}
}
