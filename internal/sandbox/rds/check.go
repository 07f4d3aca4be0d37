package rds

import (
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

// Instance classes, by family and size.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
var (
	classPattern = regexp.MustCompile(`^db\.[a-z]\w*\.(micro|small|medium|large|\d*xlarge)$`)
	burstable    = regexp.MustCompile(`^db\.t(3|4g)\.(micro|small|medium|large|xlarge|2xlarge)$`)
	otherClasses = regexp.MustCompile(`^db\.(m[56]i?d?|m[678]gd?|m7i|r[56]i?[bd]?|r[678]gd?|r7i|x2gd?|x2i(dn|edn|ezn))\.` +
		`(large|xlarge|(2|4|8|12|16|24|32|48)xlarge)$`)
)

func checkClass(in provider.Props) []provider.Failure {
	class, known := in["instanceClass"].(string)
	switch {
	case !known || burstable.MatchString(class) || otherClasses.MatchString(class):
		return nil
	case !classPattern.MatchString(class):
		return failure("instanceClass", invalidValue, "Invalid DB Instance class: %s", class)
	}
	engine, ok := in["engineVersion"].(string)
	if !ok {
		engine = defaultVersion
	}
	return failure("instanceClass", combination, "RDS does not support creating a DB instance with the following "+
		"combination: DBInstanceClass=%s, Engine=postgres, EngineVersion=%s, LicenseModel=postgresql-license. For supported "+
		"combinations of instance class and database engine version, see the documentation.", class, engine)
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
