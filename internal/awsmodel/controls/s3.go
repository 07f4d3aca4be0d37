package controls

import (
	"cmp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

const (
	bucket           = "aws:s3/bucketV2:BucketV2"
	bucketPolicy     = "aws:s3/bucketPolicy:BucketPolicy"
	bucketBlock      = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	bucketACL        = "aws:s3/bucketAclV2:BucketAclV2"
	bucketLogging    = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	bucketLifecycle  = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	bucketVersioning = "aws:s3/bucketVersioningV2:BucketVersioningV2"
)

// A bucket without a BucketPublicAccessBlock or a BucketAclV2 has AWS's defaults since April 2023: it blocks public
// access, and it has no access control lists.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
var s3Controls = []Control{
	{
		ID: "S3.1", Severity: Medium, Title: "The account blocks public buckets",
		beyond: "the account's own setting is not part of a stack",
	},
	ofBucket("S3.2", Critical, "Buckets are not readable by everybody", notPublic("s3:GetObject", "public-read",
		"public-read-write", "authenticated-read"), "remove the BucketAclV2 or the statement; LogBucket has neither"),
	ofBucket("S3.3", Critical, "Buckets are not writable by everybody", notPublic("s3:PutObject", "public-read-write"),
		"remove the BucketAclV2 or the statement; LogBucket has neither"),
	ofBucket("S3.5", Medium, "Buckets require TLS", with(bucketPolicy, "bucket", no(bucketPolicy), onlyTLS),
		"deny aws:SecureTransport false in the bucket's policy, as LogBucket does"),
	ofBucket("S3.6", High, "Other accounts do not change a bucket's protection",
		with(bucketPolicy, "bucket", passed, documents(foreign)), "remove the actions from the statement"),
	ofBucket("S3.8", High, "Buckets block public access", with(bucketBlock, "bucket", passed, blocked),
		"set all four settings of BucketPublicAccessBlock, as LogBucket does"),
	ofBucket("S3.9", Medium, "Requests to buckets are logged",
		with(bucketLogging, "bucket", no(bucketLogging), exists),
		"not offered: the only bucket of this project holds logs, for which AWS recommends suppressing this control"),
	ofBucket("S3.12", Medium, "Buckets have no access control lists", with(bucketACL, "bucket", passed,
		both(is("acl", "private", "private"), unset("accessControlPolicy"))),
		"remove the BucketAclV2; LogBucket has none"),
	ofBucket("S3.13", Low, "Buckets have a lifecycle configuration",
		with(bucketLifecycle, "bucket", no(bucketLifecycle), set("rules")),
		"add a BucketLifecycleConfigurationV2, as LogBucket does"),
	ofBucket("S3.14", Low, "Buckets keep object versions", with(bucketVersioning, "bucket", no(bucketVersioning),
		is("versioningConfiguration.status", "", "Enabled")),
		"not offered: access logs are not overwritten"),
}

func ofBucket(id string, severity Severity, title string, evaluate check, fix string) Control {
	return Control{ID: id, Severity: severity, Title: title, types: []string{bucket}, check: evaluate, Fix: fix}
}

// notPublic fails if a policy or a list allows everybody an action, unless a setting blocks this.
func notPublic(action string, lists ...string) check {
	granted := documents(func(s subject, statement iampolicy.Statement) string {
		if public(s, statement) != "" && statement.Speaks(action) {
			return "allows everybody " + action
		}
		return ""
	})
	return both(
		unless(blocks("restrictPublicBuckets"), with(bucketPolicy, "bucket", passed, granted)),
		unless(blocks("ignorePublicAcls"), with(bucketACL, "bucket", passed, isNot("acl", "private", lists...))),
	)
}

func blocks(setting string) check {
	return with(bucketBlock, "bucket", passed, is(setting, "false", "true"))
}

var blocked = both(is("blockPublicAcls", "false", "true"), is("blockPublicPolicy", "false", "true"),
	is("ignorePublicAcls", "false", "true"), is("restrictPublicBuckets", "false", "true"))

// unless passes if one of its checks passes. Otherwise it returns the outcome of then if excuse fails, else of excuse.
func unless(excuse, then check) check {
	return func(s subject) outcome {
		o, wrong := excuse(s), then(s)
		if o.status == Fail || wrong.status == Pass {
			return wrong
		}
		return o
	}
}

func unset(path string) check {
	return func(s subject) outcome {
		value, known := s.At(path)
		switch {
		case !known:
			return unsure(path)
		case value != nil:
			return failed(path, "%s is set", path)
		}
		return passed
	}
}

// onlyTLS looks for the statement that AWS recommends.
func onlyTLS(s subject) outcome {
	document, o := s.document()
	if o.status != Pass || slices.ContainsFunc(document.Statements, refusesPlain) {
		return o
	}
	return failed("policy", "no statement denies every action without TLS")
}

func refusesPlain(s iampolicy.Statement) bool {
	objects := func(resource string) bool { return strings.HasSuffix(resource, "*") }
	itself := func(resource string) bool { return resource == "*" || !strings.HasSuffix(resource, "*") }
	return s.Effect == iampolicy.Deny && slices.Contains(s.Principals["AWS"], "*") && slices.Contains(s.Actions, "s3:*") &&
		slices.ContainsFunc(s.Resources, objects) && slices.ContainsFunc(s.Resources, itself) &&
		len(s.Conditions) == 1 && slices.Equal(s.Conditions["Bool"]["aws:SecureTransport"], []string{"false"})
}

// foreign finds the actions that S3.6 forbids other accounts. The ARN of a role shows which account is the own one.
func foreign(s subject, statement iampolicy.Statement) string {
	own := ""
	for _, role := range s.g.All(graph.Role) {
		own = cmp.Or(awsmodel.AccountOf(role.Text("arn")), own)
	}
	others := slices.ContainsFunc(statement.Principals["AWS"], func(who string) bool {
		return own == "" || !strings.Contains(who, own)
	})
	if !others || statement.Effect != iampolicy.Allow {
		return ""
	}
	for _, action := range []string{
		"s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutObjectAcl",
	} {
		if statement.Speaks(action) {
			return "allows another account " + action
		}
	}
	return ""
}
