package s3_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	bucketType     = "aws:s3/bucketV2:BucketV2"
	policyType     = "aws:s3/bucketPolicy:BucketPolicy"
	accessType     = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownershipType  = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	lifecycleType  = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	versioningType = "aws:s3/bucketVersioningV2:BucketVersioningV2"
)

var with = sandboxtest.Merge

// rule is one change to an otherwise valid resource, and the complete error.
type rule = sandboxtest.Break

func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(bucketType, "logs", provider.Props{"bucket": "logs"}))
	return a
}

func TestBucketRules(t *testing.T) {
	t.Parallel()
	const pattern = ` does not match ^[a-z0-9][a-z0-9.-]*[a-z0-9]$`
	name := func(s string) provider.Props { return provider.Props{"bucket": s} }
	invalid := func(s, problem string) rule {
		return rule{name(s), `bucket: InvalidBucketName: The specified bucket is not valid: "` + s + `" ` + problem}
	}
	account(t).BreakAll(t, bucketType, name("live-beats"), map[string]rule{
		"good":         {provider.Props{}, ""},
		"short":        {name("ab"), "bucket: must have at least 3 characters"},
		"long":         {name(strings.Repeat("a", 64)), `bucket: cannot be longer than 63 characters: "` + strings.Repeat("a", 64) + `" has 64`},
		"capitals":     {name("Logs"), `bucket: "Logs"` + pattern},
		"underscore":   {name("my_logs"), `bucket: "my_logs"` + pattern},
		"start":        {name("-logs"), `bucket: "-logs"` + pattern},
		"end":          {name("logs."), `bucket: "logs."` + pattern},
		"two dots":     invalid("lo..gs", "must not contain two adjacent periods"),
		"address":      invalid("192.168.5.4", "must not be formatted as an IP address"),
		"prefix":       invalid("xn--logs", "must not start with one of [xn-- sthree- amzn-s3-demo-]"),
		"suffix":       invalid("logs-s3alias", "must not end with one of [-s3alias --ol-s3 .mrap --x-s3 --table-s3]"),
		"taken":        {name("logs"), "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it."},
		"inline acl":   {provider.Props{"acl": "private"}, "acl: the sandbox does not model this property; it models bucket, forceDestroy, tags"},
		"inline rules": {provider.Props{"lifecycleRules": []any{}}, "lifecycleRules: the sandbox does not model this property; it models bucket, forceDestroy, tags"},
	})
}

// statement returns a policy with one statement.
func statement(effect, principal, action, resource, rest string) provider.Props {
	return provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "` + effect + `", "Principal": ` +
		principal + `, "Action": "` + action + `", "Resource": "` + resource + `"` + rest + `}]}`}
}

func TestBucketPolicyRules(t *testing.T) {
	t.Parallel()
	const (
		root    = `{"AWS": "arn:aws:iam::652711504416:root"}`
		all     = "arn:aws:s3:::logs/*"
		put     = "s3:PutObject"
		deny    = `, "Condition": {"Bool": {"aws:SecureTransport": "false"}}`
		inside  = `, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}`
		anybody = `, "Condition": {"StringLike": {"aws:SourceVpce": "vpce-*"}}`
		outside = `, "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}`
		public  = "AccessDenied: User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: s3:PutBucketPolicy on " +
			"resource: \"arn:aws:s3:::logs\" because public policies are blocked by the BlockPublicPolicy block public access setting."
		stranger = "MalformedPolicy: Invalid principal in policy"
	)
	account(t).BreakAll(t, policyType, with(statement("Allow", root, put, all, ""), provider.Props{"bucket": "$logs"}), map[string]rule{
		"good":            {provider.Props{}, ""},
		"service":         {statement("Allow", `{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}`, put, all, ""), ""},
		"only TLS":        {statement("Deny", `"*"`, "s3:*", all, deny), ""},
		"from inside":     {statement("Allow", `"*"`, put, all, inside), ""},
		"no bucket":       {with(statement("Allow", root, put, "arn:aws:s3:::nologs/*", ""), provider.Props{"bucket": "nologs"}), "NoSuchBucket: The specified bucket does not exist"},
		"public":          {statement("Allow", `"*"`, put, all, ""), public},
		"public list":     {statement("Allow", `{"AWS": ["*"]}`, put, all, ""), public},
		"from anywhere":   {statement("Allow", `"*"`, put, all, anybody), public},
		"from outside":    {statement("Allow", `"*"`, put, all, outside), public},
		"another bucket":  {statement("Allow", root, put, "arn:aws:s3:::other/*", ""), `policy: MalformedPolicy: Policy has invalid resource: "arn:aws:s3:::other/*"`},
		"longer name":     {statement("Allow", root, put, "arn:aws:s3:::logs2/*", ""), `policy: MalformedPolicy: Policy has invalid resource: "arn:aws:s3:::logs2/*"`},
		"action":          {statement("Allow", root, "PutObject", all, ""), `policy: MalformedPolicy: statement "": Policy has invalid action`},
		"effect":          {statement("Permit", root, put, all, ""), `policy: MalformedPolicy: statement "": Invalid effect: Permit`},
		"principal":       {statement("Allow", `{"AWS": "me"}`, put, all, ""), stranger},
		"kind":            {statement("Allow", `{"Robot": "me"}`, put, all, ""), stranger},
		"service by name": {statement("Allow", `{"Service": "elb"}`, put, all, ""), stranger},
		"missing role":    {statement("Allow", `{"AWS": "arn:aws:iam::123456789012:role/missing"}`, put, all, ""), stranger},
		"no statement":    {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": []}`}, "policy: MalformedPolicy: Missing required field Statement"},
		"no principal":    {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`}, `policy: MalformedPolicy: statement "": Missing required field Principal`},
		"no action":       {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Resource": "*"}]}`}, `policy: MalformedPolicy: statement "": Missing required field Action`},
		"no resource":     {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}]}`}, `policy: MalformedPolicy: statement "": Missing required field Resource`},
		"all but":         {provider.Props{"policy": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotPrincipal": "*", "Action": "s3:*", "Resource": "*"}]}`}, `policy: the sandbox: statement "": NotAction, NotResource or NotPrincipal: not modelled`},
		"too long":        {statement("Allow", root, put, all, `, "Sid": "`+strings.Repeat("a", 20480)+`"`), "policy: cannot be longer than 20480 characters without white space: it has 20656"},
	})
}

func TestPublicPolicyOfAnOpenBucket(t *testing.T) {
	t.Parallel()
	a := account(t)
	open := with(statement("Allow", `"*"`, "s3:GetObject", "arn:aws:s3:::logs/*", ""), provider.Props{"bucket": "$logs"})
	require.NoError(t, a.Make(accessType, "access", provider.Props{"bucket": "$logs", "blockPublicPolicy": true}))
	require.ErrorContains(t, a.Make(policyType, "policy", open), "AccessDenied: ")
	require.NoError(t, a.Change("access", provider.Props{"blockPublicPolicy": false}))
	require.NoError(t, a.Make(policyType, "policy", open))
	require.EqualError(t, a.Make(policyType, "twice", open),
		"the sandbox refuses a second policy of bucket 'logs': AWS would overwrite the first")
}

func TestSettingsRules(t *testing.T) {
	t.Parallel()
	const missing = "NoSuchBucket: The specified bucket does not exist"
	elsewhere := provider.Props{"bucket": "elsewhere"}
	account(t).BreakAll(t, accessType, provider.Props{"bucket": "$logs", "blockPublicAcls": true}, map[string]rule{
		"access": {provider.Props{}, ""}, "access of nothing": {elsewhere, missing},
	})
	owner := func(s string) provider.Props { return provider.Props{"rule": provider.Props{"objectOwnership": s}} }
	account(t).BreakAll(t, ownershipType, with(owner("BucketOwnerEnforced"), provider.Props{"bucket": "$logs"}), map[string]rule{
		"ownership": {provider.Props{}, ""}, "ownership of nothing": {elsewhere, missing},
		"unknown owner": {owner("Me"), "rule.objectOwnership: expected one of [BucketOwnerPreferred, ObjectWriter, BucketOwnerEnforced], got Me"},
	})
	encrypt := func(in provider.Props) provider.Props {
		return provider.Props{"rules": []any{provider.Props{"applyServerSideEncryptionByDefault": in}}}
	}
	account(t).BreakAll(t, encryptionType, with(encrypt(provider.Props{"sseAlgorithm": "AES256"}), provider.Props{"bucket": "$logs"}), map[string]rule{
		"AES": {provider.Props{}, ""}, "encryption of nothing": {elsewhere, missing},
		"KMS":          {encrypt(provider.Props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "key"}), ""},
		"AES with key": {encrypt(provider.Props{"sseAlgorithm": "AES256", "kmsMasterKeyId": "key"}), "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId: InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"},
		"algorithm":    {encrypt(provider.Props{"sseAlgorithm": "DES"}), "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm: expected one of [AES256, aws:kms], got DES"},
		"no rule":      {provider.Props{"rules": []any{}}, "rules: expected at least 1 item, got 0"},
		"two rules":    {provider.Props{"rules": []any{provider.Props{}, provider.Props{}}}, "rules: expected at most 1 items, got 2"},
	})
	version := func(s string) provider.Props {
		return provider.Props{"versioningConfiguration": provider.Props{"status": s}}
	}
	account(t).BreakAll(t, versioningType, with(version("Enabled"), provider.Props{"bucket": "$logs"}), map[string]rule{
		"versions": {provider.Props{}, ""}, "versions of nothing": {elsewhere, missing},
		"versions on": {version("On"), "versioningConfiguration.status: expected one of [Enabled, Suspended, Disabled], got On"},
	})
}

func TestLifecycleRules(t *testing.T) {
	t.Parallel()
	keep := func(change provider.Props) provider.Props {
		return with(provider.Props{"id": "old", "status": "Enabled", "expiration": provider.Props{"days": 90.0}}, change)
	}
	one := func(change provider.Props) provider.Props { return provider.Props{"rules": []any{keep(change)}} }
	account(t).BreakAll(t, lifecycleType, with(one(nil), provider.Props{"bucket": "$logs"}), map[string]rule{
		"good":          {provider.Props{}, ""},
		"with prefix":   {one(provider.Props{"filter": provider.Props{"prefix": "AWSLogs/"}}), ""},
		"no bucket":     {provider.Props{"bucket": "nothing"}, "NoSuchBucket: The specified bucket does not exist"},
		"no action":     {one(provider.Props{"expiration": nil}), "rules[0].abortIncompleteMultipartUpload: InvalidRequest: At least one action needs to be specified in a rule"},
		"same day":      {one(provider.Props{"expiration": provider.Props{"days": 0.0}}), "rules[0].expiration.days: expected at least 1, got 0"},
		"versions":      {one(provider.Props{"noncurrentVersionExpiration": provider.Props{"noncurrentDays": 0.0}}), "rules[0].noncurrentVersionExpiration.noncurrentDays: expected at least 1, got 0"},
		"uploads":       {one(provider.Props{"abortIncompleteMultipartUpload": provider.Props{"daysAfterInitiation": 0.0}}), "rules[0].abortIncompleteMultipartUpload.daysAfterInitiation: expected at least 1, got 0"},
		"status":        {one(provider.Props{"status": "On"}), "rules[0].status: expected one of [Enabled, Disabled], got On"},
		"one id twice":  {provider.Props{"rules": []any{keep(nil), keep(nil)}}, `rules[1].id: InvalidArgument: Rule ID must be unique. Found same ID for more than one rule: "old"`},
		"long id":       {one(provider.Props{"id": strings.Repeat("i", 256)}), `rules[0].id: cannot be longer than 255 characters: "` + strings.Repeat("i", 256) + `" has 256`},
		"too many":      {provider.Props{"rules": make([]any, 1001)}, "rules: expected at most 1000 items, got 1001"},
		"long prefix":   {one(provider.Props{"filter": provider.Props{"prefix": strings.Repeat("p", 1025)}}), `rules[0].filter.prefix: cannot be longer than 1024 characters: "` + strings.Repeat("p", 1025) + `" has 1025`},
		"no transition": {one(provider.Props{"transitions": []any{}}), "rules[0].transitions: the sandbox does not model this property; it models abortIncompleteMultipartUpload, expiration, filter, id, noncurrentVersionExpiration, status"},
	})
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.Equal(t, "logs.s3.eu-west-2.amazonaws.com", a.Got("logs").State["bucketRegionalDomainName"])
	require.Equal(t, "arn:aws:s3:::logs", a.Got("logs").State["arn"])
	enabled := provider.Props{"bucket": "$logs", "versioningConfiguration": provider.Props{"status": "Enabled"}}
	require.NoError(t, a.Make(versioningType, "versions", enabled))
	for token, in := range map[string]provider.Props{
		accessType:    {"blockPublicAcls": true},
		ownershipType: {"rule": provider.Props{"objectOwnership": "BucketOwnerEnforced"}},
		encryptionType: {"rules": []any{provider.Props{
			"applyServerSideEncryptionByDefault": provider.Props{"sseAlgorithm": "AES256"}, "bucketKeyEnabled": true,
		}}},
		lifecycleType: {"rules": []any{provider.Props{
			"id": "old", "status": "Enabled", "expiration": provider.Props{"days": 1.0}, "filter": provider.Props{"prefix": "a/"},
		}}},
		policyType: statement("Deny", `"*"`, "s3:*", "arn:aws:s3:::logs/*", ""),
	} {
		require.NoError(t, a.Make(token, token, with(in, provider.Props{"bucket": "$logs"})))
		a.Steady(t, token)
	}
	a.Steady(t, "logs", "versions")
	require.EqualError(t, a.Change("versions", provider.Props{"versioningConfiguration": provider.Props{"status": "Disabled"}}),
		"versioning_configuration.status cannot be updated from 'Enabled' to 'Disabled'")
	require.NoError(t, a.Change("versions", provider.Props{"versioningConfiguration": provider.Props{"status": "Suspended"}}))
	require.NoError(t, a.Change("logs", provider.Props{"tags": provider.Props{"a": "b"}}))

	abroad, err := a.Sandbox.Engine("us-east-1")
	require.NoError(t, err)
	_, _, err = abroad.Create(bucketType, "urn", provider.Props{"bucket": "logs"}, false)
	require.ErrorContains(t, err, "BucketAlreadyOwnedByYou: ", "bucket names are global")
	_, _, err = abroad.Create(accessType, "urn", provider.Props{"bucket": "logs"}, false)
	require.EqualError(t, err, "PermanentRedirect: The bucket you are attempting to access must be addressed using the "+
		"specified endpoint. Please send all future requests to this endpoint.")
	require.NoError(t, a.Remove("logs"))
	require.True(t, a.Sandbox.Empty(), "a bucket's settings are deleted with it")
}
