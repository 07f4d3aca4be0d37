package config

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// format is a named rule for a string, used by the tag of that name.
type format struct {
	valid   func(string) bool // Nil where another check decides.
	allowed string
}

var formats = map[string]format{
	"region": {
		func(s string) bool { return slices.Contains(regions, s) },
		"an AWS region such as eu-west-2",
	},
	"host": {
		func(s string) bool { return len(s) <= 253 && dnsName(s) },
		"a DNS name in lower case such as beats.example.com",
	},
	"certificate": {
		certificateARN.MatchString,
		"the ARN of an ACM certificate: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
	},
	"kmsKey": {
		kmsKeyARN.MatchString,
		"the ARN of a KMS key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID",
	},
	"webAcl": {
		webACLARN.MatchString,
		"the ARN of a regional web ACL: arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID",
	},
	"image": {
		func(s string) bool { _, err := awsmodel.ParseImage(s); return err == nil },
		"[registry/]repository[:tag][@sha256:digest], repository in lower case",
	},
	"parameter": {
		func(s string) bool { return parameterPath(s) || parameterARN.MatchString(s) },
		"an SSM path such as /staging/app/name (letters, digits, _ . -, at most 15 levels, " +
			"not starting with aws or ssm) or a parameter's full ARN",
	},
	"path": {
		func(s string) bool { return len(s) <= 1024 && urlPath(s) },
		"a URL path that starts with /, at most 1024 characters, no spaces",
	},
	"hostedZone":    {match(`Z[A-Z0-9]{1,31}`), "the id of a public hosted zone such as Z0123456789ABC"},
	"tlsPolicy":     {allowed: "the name of a security policy for Application Load Balancers"}, // checkTLS decides.
	"mountPath":     {match(`(/[A-Za-z0-9_.-]+)+`), "an absolute path such as /tmp/songs"},
	"instanceClass": {match(`db\.[a-z0-9-]+\.[a-z0-9]+`), "an RDS instance class such as db.t4g.micro"},
	"email":         {match(`[^@\s]+@[^@\s]+\.[^@\s]+`), "an e-mail address"},
	"scheduleName":  {match(`[A-Za-z0-9-]{1,64}`), "letters, digits and hyphens"},
	"schedule": {
		awsmodel.ValidSchedule, "cron(0 20 ? * MON-FRI *), rate(1 day) or at(2027-01-01T00:00:00)",
	},
	"ports":         {allowed: portRange}, // PortRange.UnmarshalText decides.
	"vpc":           {match(`vpc-` + shortID), "vpc- and 8 or 17 hex digits"},
	"subnet":        {match(`subnet-` + shortID), "subnet- and 8 or 17 hex digits"},
	"securityGroup": {match(`sg-` + shortID), "sg- and 8 or 17 hex digits"},
	"any":           {func(string) bool { return true }, ""}, // Policy knows its own.
	"variable":      {match(`[A-Za-z_][A-Za-z0-9_]*`), "letters, digits and _, not starting with a digit"},
	"tag": {
		func(s string) bool {
			return awsmodel.TagText(s) && s != "" && utf8.RuneCountInString(s) <= 128 && !ofAWS(s)
		},
		"1-128 " + awsmodel.TagCharacters + ", not starting with aws:",
	},
	"tagValue": {
		func(s string) bool { return awsmodel.TagText(s) && utf8.RuneCountInString(s) <= 256 },
		"up to 256 " + awsmodel.TagCharacters,
	},
	"repository": {
		awsmodel.ValidRepository, "2-256 lower-case letters and digits, with single . _ / or hyphens between them",
	},
	"stack": {
		match(`[A-Za-z]([A-Za-z0-9-]{0,98}[A-Za-z0-9])?`),
		"at most 100 letters, digits and hyphens, starting with a letter, not ending with a hyphen",
	},
}

const shortID = `([0-9a-f]{8}|[0-9a-f]{17})`

var (
	dnsName        = match(`([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])`)
	urlPath        = match(`/[!-~]*`)
	certificateARN = regexp.MustCompile(`^arn:aws:acm:([a-z0-9-]+):[0-9]{12}:certificate/[0-9a-f-]{36}$`)
	kmsKeyARN      = regexp.MustCompile(`^arn:aws:kms:([a-z0-9-]+):[0-9]{12}:key/(?:[0-9a-f-]{36}|mrk-[0-9a-f]{32})$`)
	webACLARN      = regexp.MustCompile(`^arn:aws:wafv2:([a-z0-9-]+):[0-9]{12}:regional/webacl/[\w-]{1,128}/[0-9a-f-]+$`)
	parameterARN   = regexp.MustCompile(`^arn:aws:ssm:[a-z0-9-]+:[0-9]{12}:parameter(/[A-Za-z0-9_.-]+){1,15}$`)
	ofAWS          = regexp.MustCompile(`(?i)^aws:`).MatchString
	parameterLevel = match(`[A-Za-z0-9_.-]+`)
	reservedByAWS  = regexp.MustCompile(`(?i)^/?(aws|ssm)`)
)

func match(pattern string) func(string) bool {
	return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString
}

// parameterPath knows a bare name and a hierarchy, which starts with a slash.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
func parameterPath(path string) bool {
	levels := strings.Split(strings.TrimPrefix(path, "/"), "/")
	invalid := func(level string) bool { return !parameterLevel(level) }
	hierarchy := strings.HasPrefix(path, "/") || len(levels) == 1
	return hierarchy && len(levels) <= 15 && len(path) <= 1011 &&
		!reservedByAWS.MatchString(path) && !slices.ContainsFunc(levels, invalid)
}

func violates(tag reflect.StructTag, value any) bool {
	switch value := value.(type) {
	case string:
		if enum, ok := tag.Lookup("enum"); ok {
			return !slices.Contains(strings.Split(enum, ","), value)
		}
		rule, ok := formats[tag.Get("format")]
		return ok && rule.valid != nil && !rule.valid(value)
	case int:
		return below(value, tag.Get("min")) || below(-value, "-"+tag.Get("max"))
	}
	return false
}

// below treats a bound that is no number, such as a missing one, as no bound.
func below(value int, bound string) bool {
	limit, err := strconv.Atoi(bound)
	return err == nil && value < limit
}

// allowed says in words what a field's tags allow, "" when everything.
func allowed(tag reflect.StructTag) string {
	smallest, largest := tag.Get("min"), tag.Get("max")
	switch {
	case tag.Get("enum") != "":
		return "one of " + strings.ReplaceAll(tag.Get("enum"), ",", ", ")
	case tag.Get("format") != "":
		return formats[tag.Get("format")].allowed
	case smallest != "" && largest != "":
		return smallest + " to " + largest
	case smallest != "":
		return smallest + " or more"
	}
	return ""
}

// mustBe is the rule that a value of the wrong JSON type breaks.
func mustBe(kind reflect.Kind, given any) string {
	rule := "must be " + map[reflect.Kind]string{
		reflect.String: "a string", reflect.Int: "an integer", reflect.Bool: "true or false",
		reflect.Slice: "a list", reflect.Map: "an object", reflect.Struct: "an object",
	}[kind]
	if _, ok := given.(string); ok {
		return rule + ", not a string"
	}
	return rule
}

// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var regions = strings.Fields(`
	af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
	ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
	ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
	il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`)
