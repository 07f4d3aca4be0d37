package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	subnetA, subnetB  = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1"
	keyAbroad         = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
	certificateAbroad = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	pathRule          = "must be an SSM path such as /staging/app/name (letters, digits, _ . -, at most 15 levels, " +
		"not starting with aws or ssm) or a parameter's full ARN"
	imageRule = "must be [registry/]repository[:tag][@sha256:digest], repository in lower case"
)

const tagRule = ` is not a tag name: ` +
	`must be 1-128 letters, digits, spaces and _ . : / = + - @, not starting with aws:`

func manyTags(n int) string {
	var tags []string
	for i := range n {
		tags = append(tags, fmt.Sprintf(`"%d": ""`, i))
	}
	return "{" + strings.Join(tags, ",") + "}"
}

func TestParseAcceptsAsManyTagsAsAWS(t *testing.T) {
	t.Parallel()
	config, err := Parse("staging", with(map[string]string{"live-beats:tags": manyTags(45)}))
	require.NoError(t, err)
	require.Len(t, config.Tags, 45)
}

// TestParseComparesImages compares what an image's name shows with the other config values.
func TestParseComparesImages(t *testing.T) {
	t.Parallel()
	const own, other = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/beats", "123456789012.dkr.ecr.eu-west-2.amazonaws.com/x"
	once := func(image string) string {
		return `"` + image + `": must have a tag such as 1.0, or a digest: tags in the repository of repository.name cannot ` +
			`be overwritten, so that latest could be pushed only once`
	}
	conflict := func(ending string) string {
		return "tagged " + ending + ", but service.architecture is arm64: change one of them"
	}
	for _, test := range []struct{ image, architecture, want string }{
		{own + ":1.0-arm64", "arm64", ""},
		{own + ":1.0-aarch64", "arm64", ""},
		{own + ":1.0-amd64", "x86_64", ""},
		{own + ":1.0-x86_64", "x86_64", ""},
		{own + ":1.0", "arm64", ""},
		{own + ":amd64-1.0", "arm64", ""},
		{own + ":1.0-x86_64", "arm64", conflict("-x86_64")},
		{own + ":1.0-amd64", "arm64", conflict("-amd64")},
		{own + ":latest", "x86_64", once(own + ":latest")},
		{own, "x86_64", once(own)},
		{own + ":latest@sha256:" + strings.Repeat("0", 64), "x86_64", ""},
		{other + ":latest", "x86_64", ""},
		{"beats:latest", "x86_64", ""},
	} {
		t.Run(test.image+" "+test.architecture, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("staging", with(map[string]string{
				"live-beats:image": test.image, "live-beats:repository": `{"name": "beats"}`,
				"live-beats:service": `{"architecture": "` + test.architecture + `"}`,
			}))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, []string{"live-beats:image is " + test.want}, problems(t, err))
		})
	}
}

// Each row has one invalid value and the problem that it causes. The text of a problem continues after the row's key.
const mountRule = "must be an absolute path such as /tmp/songs, without . and .., and no directory of the system or the app"

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ key, value, problem string }{
		{"aws:region", "", ` is missing or empty: must be an AWS region such as eu-west-2`},
		{"aws:region", "London", ` is "London": must be an AWS region such as eu-west-2`},
		{"aws:region", "cn-north-1", ` is "cn-north-1": partition "aws-cn" is not supported: its endpoints and service ` +
			`principals have other names than in partition aws, and the components were not tested there`},

		{"host", "Beats.example.com", ` is "Beats.example.com": must be a DNS name in lower case such as beats.example.com`},
		{"host", "10.0.0.1", ` is "10.0.0.1": must be a DNS name in lower case such as beats.example.com`},
		{"host", strings.Repeat("a", 300), ` is "` + strings.Repeat("a", 199) +
			`...: must be a DNS name in lower case such as beats.example.com`},
		{"tls", `{"certificateArn": "arn:aws:iam::1:x"}`, `.certificateArn is "arn:aws:iam::1:x": ` +
			`must be the ARN of an ACM certificate: arn:aws:acm:REGION:ACCOUNT:certificate/ID`},
		{"kmsKeyArn", "arn:aws:kms:eu-west-2:123456789012:alias/app", ` is "arn:aws:kms:eu-west-2:123456789012:alias/app": ` +
			`must be the ARN of a KMS key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID`},
		{"kmsKeyArn", keyAbroad, ` is "` + keyAbroad + `": must be a key in the region of aws:region, eu-west-2`},
		{"tls", `{"certificateArn": "` + certificateAbroad + `"}`, `.certificateArn is "` + certificateAbroad +
			`": must be a certificate in the region of aws:region, eu-west-2`},
		{"image", "", ` is missing or empty: ` + imageRule},
		{"image", "Live-Beats:1", ` is "Live-Beats:1": ` + imageRule},
		{
			"image", "live-beats:1-arm64",
			` is tagged -arm64, but service.architecture is x86_64: change one of them`,
		},
		{
			"image", "live-beats:1-AARCH64",
			` is tagged -aarch64, but service.architecture is x86_64: change one of them`,
		},
		{"repository", `{"name": "Live-Beats"}`, `.name is "Live-Beats": ` +
			`must be 2-256 lower-case letters and digits, with single . _ / or hyphens between them`},
		{"repository", `{"name": "live-beats", "keepImages": 0}`, `.keepImages is 0: must be 1 or more`},

		{"owner", "a;b", ` is "a;b": must be up to 256 letters, digits, spaces and _ . : / = + - @`},
		{"tags", `{"Team": "` + strings.Repeat("a", 257) + `"}`, `.Team is "` + strings.Repeat("a", 199) +
			`...: must be up to 256 letters, digits, spaces and _ . : / = + - @`},
		{"tags", `{"Team": 1}`, `.Team is 1: must be a string: in quotes in the stack file, "1", or with pulumi config set --path --type string`},
		{"tags", `{"aws:x": "1"}`, `.aws:x` + tagRule},
		{"tags", `{"AWS:x": "1"}`, `.AWS:x` + tagRule},
		{"tags", `{"": "1"}`, `.` + tagRule},
		{"tags", `{"a,b": "1"}`, `.a,b` + tagRule},
		{"tags", `{"` + strings.Repeat("a", 129) + `": "1"}`, `.` + strings.Repeat("a", 129) + tagRule},
		{"tags", `{"project": "1"}`, `.project is taken: the stack sets Project`},
		{"tags", `{"Stack": "1"}`, `.Stack is taken: the stack sets Stack`},
		{"tags", `{"Owner": "1"}`, `.Owner is taken: set owner instead`},
		{"tags", `{"Team": "1", "team": "1"}`, `.team is taken: it must differ from Team in more than upper and lower case`},
		{"tags", manyTags(46), ` is too long: must have at most 45 tags: AWS allows 50, of which the stack sets 5`},

		{"secrets", `{"A": "staging/a"}`, `.A is "staging/a": ` + pathRule},
		{"secrets", `{"A": "/staging//a"}`, `.A is "/staging//a": ` + pathRule},
		{"secrets", `{"A": "/staging/a b"}`, `.A is "/staging/a b": ` + pathRule},
		{"secrets", `{"A": "/Aws/a"}`, `.A is "/Aws/a": ` + pathRule},
		{"secrets", `{"A": "ssm-a"}`, `.A is "ssm-a": ` + pathRule},
		{"secrets", `{"A": ""}`, `.A is "": ` + pathRule},
		{"secrets", `{"A": "` + strings.Repeat("/a", 16) + `"}`, `.A is "` + strings.Repeat("/a", 16) + `": ` + pathRule},
		{"secrets", `{"A": "arn:aws:ssm:eu-west-2:123456789012:parameter/a"}`, `.A is ` +
			`"arn:aws:ssm:eu-west-2:123456789012:parameter/a": must be a path, not an ARN, when secretsMode is create`},
		{"secrets", `{"A": "/x", "B": "/x"}`, `.B is "/x": must differ from the path of A when secretsMode is create`},
		{"secrets", `{"POOL_SIZE": "/x"}`, `.POOL_SIZE is reserved: the service sets this variable itself`},
		{
			"secrets", `{"1A": "/x"}`,
			`.1A is not a variable name: must be letters, digits and _, not starting with a digit`,
		},
		{"secretsMode", "", ` is "": must be one of create, existing`},
		{"environment", `{"PHX_HOST": "x"}`, `.PHX_HOST is reserved: the service sets this variable itself`},
		{"environment", `{"AWS_ECS_X": "x"}`, `.AWS_ECS_X is reserved: the service sets this variable itself`},
		{
			"environment", `{"DATABASE_URL": "x"}`,
			`.DATABASE_URL is also in secrets: set a variable in secrets or in environment, not in both`,
		},
		{"environment", `{"A": 1}`, `.A is 1: must be a string: in quotes in the stack file, "1", or with pulumi config set --path --type string`},

		{"network", `{"mode": "own"}`, `.mode is "own": must be one of default, dedicated, existing`},
		{
			"network", `{"placement": "private"}`,
			`.placement is "private": must be public in the default VPC, which has no private subnets`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "vpc-0123abcd", "placement": "private", "publicSubnetIds": ["` + subnetA +
				`", "` + subnetB + `"]}`, `.placement is "private": must be public unless privateSubnetIds is given`,
		},
		{
			"network", `{"mode": "dedicated", "placement": "private"}`, `.placement is "private": must be public unless ` +
				`natGateways or endpoints is set: otherwise the tasks cannot reach their image and secrets, and do not start`,
		},
		{
			"network", `{"mode": "dedicated", "placement": "private", "endpoints": true}`, `.natGateways is "none": must be ` +
				`single or perZone unless githubSignIn is false: signing in with GitHub requires internet access, which ` +
				`endpoints do not provide`,
		},
		{
			"webAclArn", webACL("us-east-1", "regional"), ` is "` + webACL("us-east-1", "regional") +
				`": must be a web ACL in the region of aws:region, eu-west-2`,
		},
		{
			"webAclArn", webACL("eu-west-2", "global"), ` is "` + webACL("eu-west-2", "global") +
				`": must be the ARN of a regional web ACL: arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`,
		},
		{"tls", `{"hostedZone": "zone"}`, `.hostedZone is "zone": must be the id of a public hosted zone such as Z0123456789ABC`},
		{
			"tls", `{"policy": "ELBSecurityPolicy-TLS13-1-2"}`, `.policy is "ELBSecurityPolicy-TLS13-1-2": must be the ` +
				`name of a security policy for Application Load Balancers; did you mean ELBSecurityPolicy-TLS13-1-2-2021-06?`,
		},
		{"autoscaling", `{"max": 2}`, ` is without a metric or schedule: set at least one of cpuPercent, memoryPercent, ` +
			`requestsPerTarget and schedules`},
		{"autoscaling", `{"min": 3, "max": 2, "cpuPercent": 60}`, `.max is 2: must be at least autoscaling.min, 3`},
		{"autoscaling", `{"cpuPercent": 101}`, `.cpuPercent is 101: must be 0 to 100`},
		{
			"autoscaling", `{"max": 2, "schedules": [{"name": "a", "schedule": "daily"}]}`,
			`.schedules[0].schedule is "daily": must be cron(0 20 ? * MON-FRI *), rate(1 day) or at(2027-01-01T00:00:00)`,
		},
		{
			"autoscaling", `{"max": 2, "schedules": [{"name": "a", "schedule": "rate(1 day)", "timezone": "London"}]}`,
			`.schedules[0].timezone is "London": must be an IANA time zone such as Europe/London`,
		},
		{
			"autoscaling", `{"max": 2, "schedules": [{"name": "a", "schedule": "rate(1 day)", "min": 1}]}`,
			`.schedules[0].max is 0: must be at least its min, 1`,
		},
		{"uploads", `{"mode": "s3"}`, `.mode is "s3": must be one of none, efs`},
		{"uploads", `{"urlScheme": "ftp"}`, `.urlScheme is "ftp": must be one of https, http`},
		{"uploads", `{"mountPath": "songs"}`, `.mountPath is "songs": ` + mountRule},
		{"uploads", `{"mode": "efs", "mountPath": "/tmp/../etc"}`, `.mountPath is "/tmp/../etc": ` + mountRule},
		{"uploads", `{"mode": "efs", "mountPath": "/app"}`, `.mountPath is "/app": ` + mountRule},
		{"uploads", `{"mode": "efs", "mountPath": "/proc/songs"}`, `.mountPath is "/proc/songs": ` + mountRule},
		{"uploads", `{"mode": "efs", "mountPath": "/etc"}`, `.mountPath is "/etc": ` + mountRule},
		{"observability", `{"accessLogDays": 0}`, `.accessLogDays is 0: must be 1 or more`},
		{"observability", `{"budgetMonthly": -1}`, `.budgetMonthly is -1: must be 0 or more`},
		{
			"observability", `{"budgetMonthly": 50}`,
			`.alarmEmail is missing: must be given when observability.budgetMonthly is more than 0`,
		},
		{"observability", `{"alarmEmail": "me"}`, `.alarmEmail is "me": must be an e-mail address`},
		{"service", `{"ephemeralStorage": 10}`, `.ephemeralStorage is 10: must be 20 to 200`},
		{"service", `{"spotWeight": -1}`, `.spotWeight is -1: must be 0 to 1000`},
		{
			"network", `{"mode": "existing", "publicSubnetIds": ["` + subnetA + `", "` + subnetB + `"]}`,
			`.vpcId is missing: must be given when network.mode is existing`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "VPC-1", "publicSubnetIds": ["` + subnetA + `", "` + subnetB + `"]}`,
			`.vpcId is "VPC-1": must be vpc- and 8 or 17 hex digits`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "vpc-0123abcd"}`,
			`.publicSubnetIds is []: must be at least two subnets in different zones, as a load balancer requires`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "vpc-0123abcd", "publicSubnetIds": ["` + subnetA + `"]}`,
			`.publicSubnetIds is ["` + subnetA +
				`"]: must be at least two subnets in different zones, as a load balancer requires`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "vpc-0123abcd", "publicSubnetIds": ["` + subnetA + `", ""]}`,
			`.publicSubnetIds[1] is "": must be subnet- and 8 or 17 hex digits`,
		},
		{
			"network", `{"mode": "existing", "vpcId": "vpc-0123abcd", "publicSubnetIds": ["` + subnetA + `", "` +
				subnetA + `"]}`,
			`.publicSubnetIds[1] is "` + subnetA + `": must not be given twice`,
		},
		{"network", `{"mode": "existing", "vpcId": "vpc-0123abcd", "publicSubnetIds": ["` + subnetA + `", "` + subnetB + `"],
			"privateSubnetIds": ["` + subnetB + `"]}`, `.privateSubnetIds[0] is "` + subnetB + `": must not be given twice`},

		{"service", `{"cpu": 300}`, `.cpu is 300: must be one of 256, 512, 1024, 2048, 4096, 8192, 16384`},
		{"service", `{"cpu": 512, "memory": 512}`, `.memory is 512: must be one of 1024, 2048, 3072, 4096 with cpu 512`},
		{"service", `{"memory": 0.5}`, `.memory is 0.5: must be an integer`},
		{"service", `{"desiredCount": -1}`, `.desiredCount is -1: must be 0 to 5000`},
		{"service", `{"port": 65536}`, `.port is 65536: must be 1 to 65535`},
		{"service", `{"port": 4369}`, `.port is 4369: must not be 4369, the port of epmd`},
		{"service", `{"port": 9115}`, `.port is 9115: must be outside of distributionPorts, 9100-9115`},
		{"service", `{"healthCheckPath": "signin"}`, `.healthCheckPath is "signin": ` +
			`must be a URL path that starts with /, at most 1024 characters, no spaces`},
		{"service", `{"healthCheckPath": ""}`, `.healthCheckPath is "": ` +
			`must be a URL path that starts with /, at most 1024 characters, no spaces`},
		{"service", `{"healthCheckInterval": 4}`, `.healthCheckInterval is 4: must be 5 to 300`},
		{"service", `{"healthCheckTimeout": 10}`, `.healthCheckTimeout is 10: must be less than healthCheckInterval, 10`},
		{"service", `{"healthyThreshold": 1}`, `.healthyThreshold is 1: must be 2 to 10`},
		{"service", `{"unhealthyThreshold": 11}`, `.unhealthyThreshold is 11: must be 2 to 10`},
		{"service", `{"healthCheckGracePeriod": -1}`, `.healthCheckGracePeriod is -1: must be 0 or more`},
		{"service", `{"architecture": "X86_64"}`, `.architecture is "X86_64": must be one of x86_64, arm64`},
		{"service", `{"poolSize": 0}`, `.poolSize is 0: must be 1 or more`},
		{"service", `{"distributionPorts": "9100-9100"}`, `.distributionPorts is "9100-9100": ` +
			`must be a range of two or more ports such as 9100-9115, within 1024 to 65535`},
		{"service", `{"distributionPorts": 9100}`, `.distributionPorts is 9100: must be a range of two or more ports such as 9100-9115, within 1024 to 65535`},
		{
			"service", `{"distributionPorts": "4300-4400"}`,
			`.distributionPorts is "4300-4400": must not contain 4369, the port of epmd`,
		},
		{"service", `{"stopTimeout": 121}`, `.stopTimeout is 121: must be 2 to 120`},
		{"service", `{"stopTimeout": 1}`, `.stopTimeout is 1: must be 2 to 120`},
		{"service", `{"migrate": "true"}`, `.migrate is "true": must be true or false, not a string`},
		{"service", `{"desired": 1}`, `.desired is not a known key: did you mean live-beats:service.desiredCount?`},
		{"service", `[]`, ` is "[]": must be an object`},

		{"database", `{"mode": "own"}`, `.mode is "own": must be one of none, existing, create`},
		{"database", `{"instanceClass": "t4g"}`, `.instanceClass is "t4g": must be an RDS instance class such as db.t4g.micro`},
		{"database", `{"storage": 5}`, `.storage is 5: must be 20 to 65536`},
		{"database", `{"variant": "uri"}`, `.variant is "uri": must be one of url, parts`},
		{"database", `{"forceTls": "true"}`, `.forceTls is "true": must be true or false, not a string`},
		{"database", `{"finalSnapshot": 1}`, `.finalSnapshot is 1: must be true or false`},
		{"database", `{"maxStorage": -1}`, `.maxStorage is -1: must be 0 to 65536`},
		{
			"database", `{"mode": "create", "storage": 100, "maxStorage": 109}`,
			`.maxStorage is 109: must be 0, or at least 10 % more than database.storage, 100`,
		},
		{
			"database", `{"mode": "create", "variant": "parts"}`, `.forceTls is missing: must be given when ` +
				`database.variant is parts, which has no variable for TLS: set it to true if the app's repos set ssl: true, ` +
				`else to false`,
		},
		{
			"database", `{"mode": "existing"}`,
			`.securityGroupId is missing: must be given when database.mode is existing`,
		},
		{
			"database", `{"mode": "existing", "securityGroupId": "db"}`,
			`.securityGroupId is "db": must be sg- and 8 or 17 hex digits`,
		},
		{"observability", `{"logRetentionDays": 31}`, `.logRetentionDays is 31: must be one of 0, 1, 3, 5, 7, 14, 30, 60, ` +
			`90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`},
		{"protect", "yes", ` is "yes": must be true or false`},

		{"policy", `{"host": "strict"}`, `.host is "strict": must be mandatory, advisory or off`},
		{"policy", `{"hots": "advisory"}`, `.hots is not a known check: did you mean host?`},
		{"monitoring", "{}", ` is not a known key: must be one of aws:region, host, tls, webAclArn, image, repository, secrets, ` +
			`secretsMode, kmsKeyArn, environment, network, service, autoscaling, database, uploads, observability, ` +
			`githubSignIn, policy, protect, owner, tags`},
		{"Service", "{}", ` is not a known key: did you mean live-beats:service?`},
		{"live-beats:aws:region", "eu-west-2", ` is not a known key: did you mean aws:region?`},
		{"region", "eu-west-2", ` is not a known key: did you mean aws:region?`},
		{"service.cpu", "512", ` is not a known key: to set a field of live-beats:service use pulumi config set --path`},
	} {
		t.Run(test.key+" "+test.value, func(t *testing.T) {
			t.Parallel()
			key := ownKey(test.key)
			_, err := Parse("staging", with(map[string]string{key: test.value}))
			require.Equal(t, []string{key + test.problem}, problems(t, err))
		})
	}
}

func TestParseRefusesStackNames(t *testing.T) {
	t.Parallel()
	rule := "must be at most 100 letters, digits and hyphens, starting with a letter, not ending with a hyphen"
	for name, problem := range map[string]string{
		"":                       `is "": ` + rule,
		"a_b":                    `is "a_b": ` + rule,
		"a-":                     `is "a-": ` + rule,
		strings.Repeat("a", 101): `is "` + strings.Repeat("a", 101) + `": ` + rule,
		"aws-prod":               `is "aws-prod": must not start with aws or ssm, because SSM refuses paths that do`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(name, with(nil))
			require.Equal(t, []string{"stack name " + problem}, problems(t, err))
		})
	}
}
