package rds

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// checkInstance reports the problems that are visible in the inputs alone.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
func checkInstance(in provider.Props) []provider.Failure {
	return slices.Concat(checkLogin(in), checkClass(in), checkVersion(in), checkStorage(in), checkWindows(in),
		checkInsights(in))
}

// reserved are user names that the engine reserves.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
var reserved = []string{"admin", "rdsadmin", "rds_superuser", "rdsrepladmin"}

// Limits of the length of a PostgreSQL master password, in characters.
const (
	shortestPassword = 8
	longestPassword  = 128
)

func checkLogin(in provider.Props) []provider.Failure {
	if name, _ := in["username"].(string); slices.Contains(reserved, strings.ToLower(name)) {
		return failure("username", invalidValue,
			"MasterUsername %s cannot be used as it is a reserved word used by the engine", name)
	}
	if in["dbName"] == "db" { // wording is a guess
		return failure("dbName", invalidValue, "DBName db cannot be used. It is a reserved word for this engine")
	}
	password, known := in["password"].(string)
	const not = "The parameter MasterUserPassword is not a valid password"
	switch {
	case !known: // The password of an imported instance is not known.
	case len(password) < shortestPassword:
		return failure("password", invalidValue, not+" because it is shorter than %d characters.", shortestPassword)
	case len(password) > longestPassword:
		return failure("password", invalidValue, not+" because it is longer than %d characters.", longestPassword)
	case strings.ContainsFunc(password, isBarred):
		return failure("password", invalidValue,
			not+`. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`)
	}
	return nil
}

func isBarred(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/@"`, r) }

// classPattern is the form of the name of every instance class.
var classPattern = regexp.MustCompile(`^db\.([a-z]\w*)\.(micro|small|medium|large|\d*xlarge|metal)$`)

// sizes are the instance classes for PostgreSQL as of January 2026: their sizes by family. RDS adds families several
// times a year.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
var sizes = func() map[string][]string {
	upTo := func(largest string, all ...string) []string { return all[:slices.Index(all, largest)+1] }
	all := strings.Fields("large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge")
	found := map[string][]string{
		"x2idn":  {"16xlarge", "24xlarge", "32xlarge"},
		"x2iedn": strings.Fields("xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge"),
	}
	for largest, families := range map[string]string{
		"16xlarge": "m6g m6gd m7g r6g r6gd r7g x2g", "24xlarge": "m5 m5d r5 r5b r5d",
		"32xlarge": "m6i m6id m6idn m6in r6i r6id r6idn r6in", "48xlarge": "m7i m8g m8gd r7i r8g r8gd",
	} {
		for family := range strings.FieldsSeq(families) {
			found[family] = upTo(largest, all...)
		}
	}
	for _, family := range []string{"t3", "t4g"} {
		found[family] = strings.Fields("micro small medium large xlarge 2xlarge")
	}
	return found
}()

// retired are families that RDS no longer creates instances of for the offered versions.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
var retired = []string{"m1", "m2", "m3", "m4", "r3", "r4", "t1", "t2"}

func checkClass(in provider.Props) []provider.Failure {
	class, known := in["instanceClass"].(string)
	m := classPattern.FindStringSubmatch(class)
	switch {
	case !known:
		return nil
	case m == nil:
		return failure("instanceClass", invalidValue, "Invalid DB Instance class: %s", class)
	case !slices.Contains(retired, m[1]):
		return nil
	}
	engine, ok := in["engineVersion"].(string)
	if !ok {
		engine = defaultVersion
	}
	return failure("instanceClass", combination, "RDS does not support creating a DB instance with the following "+
		"combination: DBInstanceClass=%s, Engine=postgres, EngineVersion=%s, LicenseModel=postgresql-license. For supported "+
		"combinations of instance class and database engine version, see the documentation.", class, engine)
}

// warnInstance says what the sandbox's lists cannot tell: they end on a date.
func warnInstance(in provider.Props) []string {
	const newer = "the sandbox knows the %s of RDS as of January 2026, and %s is not among them: only AWS can tell " +
		"whether it exists"
	var warnings []string
	class, _ := in["instanceClass"].(string)
	if m := classPattern.FindStringSubmatch(class); m != nil && !slices.Contains(sizes[m[1]], m[2]) {
		warnings = append(warnings, fmt.Sprintf(newer, "instance classes", class))
	}
	if text, known := in["engineVersion"].(string); known {
		if v, ok := parse(text); ok && v.minor > offered[v.major][1] {
			warnings = append(warnings, fmt.Sprintf(newer, "versions", text))
		}
	}
	return warnings
}

func checkVersion(in provider.Props) []provider.Failure {
	if text, known := in["engineVersion"].(string); known {
		if _, ok := parse(text); !ok {
			return failure("engineVersion", combination, "Cannot find version %s for postgres", text)
		}
	}
	return nil
}

// Retention periods of Performance Insights, in days: 7, a multiple of 31, or two years. The advanced mode requires 15
// months. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.html
const (
	freeDays, month, mostMonths, twoYears = 7, 31, 23, 731
	advancedDays                          = 465
)

func checkInsights(in provider.Props) []provider.Failure {
	days, known := in["performanceInsightsRetentionPeriod"].(float64)
	if n := int(days); known && n != freeDays && n != twoYears && (n%month != 0 || n < month || n > month*mostMonths) {
		return failure("performanceInsightsRetentionPeriod", invalidValue, // wording is a guess
			"Invalid Performance Insights retention period. Valid values are: 7, 31 * n (n from 1 to 23), 731. Got %d", n)
	}
	isUnknown := provider.HasUnknown(in["performanceInsightsRetentionPeriod"])
	if in["databaseInsightsMode"] == "advanced" && !isUnknown && days < advancedDays {
		return failure("databaseInsightsMode", combination, "To enable the Advanced mode of Database Insights, enable "+
			"Performance Insights and set its retention period to at least %d days.", advancedDays) // wording is a guess
	}
	return nil
}
