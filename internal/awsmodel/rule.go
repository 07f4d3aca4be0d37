package awsmodel

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rule defines which texts AWS accepts as a value.
type Rule struct {
	Allowed string   // What is allowed, in words that complete "must be".
	Pattern string   // A regular expression that matches exactly the valid texts, if there is one.
	Known   []string // The valid texts, if they are a list.
	valid   func(string) bool
}

// Valid reports whether AWS accepts a text.
func (r Rule) Valid(text string) bool { return r.valid(text) }

// pattern returns a Rule whose valid texts match a regular expression as a whole.
func pattern(expression, allowed string) Rule {
	whole := `^(?:` + expression + `)$`
	return Rule{Allowed: allowed, Pattern: whole, valid: regexp.MustCompile(whole).MatchString}
}

// rule returns a Rule whose valid texts are those for which valid returns true.
func rule(allowed string, valid func(string) bool) Rule { return Rule{Allowed: allowed, valid: valid} }

// Rules for names and addresses.
var (
	AccountID = pattern(`[0-9]{12}`, "12 digits")
	// Host is a DNS name.
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
	Host = rule("a DNS name in lower case such as beats.example.com", func(s string) bool {
		return len(s) <= 253 && dnsName.MatchString(s)
	})
	// CertificateHost is a host name that ACM accepts as the domain name of a certificate.
	// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
	CertificateHost = rule("a DNS name in lower case of at most 64 characters, the limit of ACM",
		func(s string) bool { return len(s) <= 64 && dnsName.MatchString(s) })
	Email      = pattern(`[^@\s]+@[^@\s]+\.[^@\s]+`, "an e-mail address")
	HostedZone = pattern(`Z[A-Z0-9]{1,31}`, "the id of a public hosted zone such as Z0123456789ABC")
	VPC        = pattern(`vpc-`+shortID, "vpc- and 8 or 17 hex digits")
	Subnet     = pattern(`subnet-`+shortID, "subnet- and 8 or 17 hex digits")
	// SecurityGroup is the id of a security group.
	SecurityGroup = pattern(`sg-`+shortID, "sg- and 8 or 17 hex digits")
)

// Rules for services.
var (
	// HealthCheckPath is the path at which a load balancer checks its targets.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
	HealthCheckPath = rule("a URL path that starts with /, at most 1024 characters, no spaces", func(s string) bool {
		return len(s) <= 1024 && urlPath.MatchString(s)
	})
	TLSPolicy = Rule{
		Allowed: "the name of a security policy for Application Load Balancers", Known: TLSPolicies,
		valid: func(s string) bool { return slices.Contains(TLSPolicies, s) },
	}
	ImageReference = rule("[registry/]repository[:tag][@sha256:digest], repository in lower case", func(s string) bool {
		_, err := ParseImage(s)
		return err == nil
	})
	// Repository is the name of an ECR repository.
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
	Repository = rule("2-256 lower-case letters and digits, with single . _ / or hyphens between them",
		func(s string) bool { return 2 <= len(s) && len(s) <= 256 && repositoryRule.MatchString(s) })
	ServiceName = pattern(`[A-Za-z0-9_-]{1,255}`, "1-255 letters, digits, _ and -")
	LogGroup    = pattern(`[A-Za-z0-9_./#-]{1,512}`, "1-512 letters, digits and _ . / # -")
	MountPath   = rule("an absolute path such as /tmp/songs, without . and .., and no directory of the system or the app",
		func(s string) bool {
			return mountRule.MatchString(s) && path.Clean(s) == s && !HidesSystem(s)
		})
	// Variable is the name of an environment variable.
	Variable = pattern(`[A-Za-z_][A-Za-z0-9_]*`, "letters, digits and _, not starting with a digit")
	// DBInstanceClass is an RDS instance class, which DBInstanceMemory may not support.
	DBInstanceClass = pattern(`db\.[a-z0-9-]+\.[a-z0-9]+`, "an RDS instance class such as db.t4g.micro")
	// ScheduleName is the name of a scheduled action.
	ScheduleName = pattern(`[A-Za-z0-9-]{1,64}`, "1-64 letters, digits and hyphens")
	Schedule     = rule("cron(0 20 ? * MON-FRI *), rate(1 day) or at(2027-01-01T00:00:00)", validSchedule)
	Timezone     = rule("an IANA time zone such as Europe/London", validTimezone)
	// ParameterName is a bare name, or a hierarchy that starts with a slash.
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
	ParameterName = rule("an SSM path such as /staging/app/name (letters, digits, _ . -, at most 15 levels, "+
		"not starting with aws or ssm)", validParameterName)
	// Parameter is the name or the ARN of a parameter.
	Parameter = rule(ParameterName.Allowed+" or a parameter's full ARN", func(s string) bool {
		return ParameterName.Valid(s) || ParameterARN.Valid(s)
	})
)

// Rules for tags.
var (
	TagKey = rule("1-128 "+TagCharacters+", not starting with aws:", func(s string) bool {
		return s != "" && TagText(s) && utf8.RuneCountInString(s) <= 128 && !strings.HasPrefix(strings.ToLower(s), "aws:")
	})
	TagValue = rule("up to 256 "+TagCharacters, func(s string) bool {
		return TagText(s) && utf8.RuneCountInString(s) <= 256
	})
)

const shortID = `([0-9a-f]{8}|[0-9a-f]{17})`

var (
	dnsName    = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
	urlPath    = regexp.MustCompile(`^/[!-~]*$`)
	mountRule  = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+)+$`)
	systemRule = regexp.MustCompile(
		`^/((proc|sys|dev)(/.*)?|app(/bin|/lib|/releases)?|bin|etc|lib|lib64|sbin|usr(/bin|/lib)?)$`)
	parameterLevel = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

// HidesSystem reports whether a volume at a path would hide what a container needs to run: directories of the system,
// or those of a release in /app, where Live Beats has its own.
func HidesSystem(mount string) bool {
	mount = path.Clean(mount)
	return mount == "/" || systemRule.MatchString(mount)
}

func validParameterName(name string) bool {
	levels := strings.Split(strings.TrimPrefix(name, "/"), "/")
	hierarchy := strings.HasPrefix(name, "/")
	return (hierarchy || len(levels) == 1) && len(levels) <= 15 && len(name) <= 1011 && !ReservedParameter(name) &&
		!slices.ContainsFunc(levels, func(level string) bool { return !parameterLevel.MatchString(level) })
}

// ReservedParameter reports whether a name begins with a prefix that SSM reserves for AWS.
func ReservedParameter(name string) bool {
	name = strings.ToLower(strings.TrimPrefix(name, "/"))
	return strings.HasPrefix(name, "aws") || strings.HasPrefix(name, "ssm")
}

// Range is the range of numbers that AWS accepts as a value, both ends included.
type Range struct {
	Min, Max int // A Max of 0 means no upper limit.
}

// Contains reports whether AWS accepts a number.
func (r Range) Contains(n int) bool { return r.Min <= n && (r.Max == 0 || n <= r.Max) }

// String describes the range in words that complete "must be".
func (r Range) String() string {
	if r.Max == 0 {
		return fmt.Sprintf("%d or more", r.Min)
	}
	return fmt.Sprintf("%d to %d", r.Min, r.Max)
}

// Ranges of load balancers: times in seconds.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
var (
	Port                = Range{1, 65535}
	HealthCheckInterval = Range{5, 300}
	HealthCheckTimeout  = Range{2, 120}
	HealthyThreshold    = Range{2, 10} // Also the range of the unhealthy threshold.
	IdleTimeout         = Range{1, 4000}
	DeregistrationDelay = Range{0, 3600}
)

// ValidHealthCheck reports whether a load balancer accepts a health check's timeout and interval, in seconds, together.
// Each must also be in its own range.
func ValidHealthCheck(timeout, interval int) bool { return timeout < interval }

// Ranges of ECS and Application Auto Scaling.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
var (
	Tasks            = Range{0, 5000}
	EphemeralStorage = Range{21, 200} // GiB. Every task has 20 by default.
	SpotWeight       = Range{0, 1000}
	OnDemandBase     = Range{0, 100000}
	StopTimeout      = Range{2, 120} // Seconds.
	// UnprivilegedPorts are the ports that a process without root rights may listen on.
	UnprivilegedPorts = Range{1024, 65535}
)

// Ranges of RDS for PostgreSQL.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
var (
	DBStorage    = Range{20, 65536} // GiB of type gp3.
	DBBackupDays = Range{0, 35}
	DBVersion    = Range{14, 0} // Major versions of which RDS still creates instances.
)
