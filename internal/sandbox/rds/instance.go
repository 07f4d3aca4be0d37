package rds

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func createInstance(c *provider.Call) error {
	text, given := c.New.Props["engineVersion"].(string)
	if !given {
		text = defaultVersion
		c.New.Props["engineVersion"] = text
	}
	engine, _ := parse(text)
	key, hasKey := c.New.Props["kmsKeyId"].(string)
	switch {
	case hasKey && kms.Usable(c.World, c.Region, key) == nil:
		return provider.Errorf("KMSKeyNotAccessibleFault", "The specified KMS key [%s] does not exist, is not enabled or "+
			"you do not have permissions to access it.", key)
	case !hasKey && c.New.Props["storageEncrypted"] == true:
		c.New.Props["kmsKeyId"] = kms.Managed(c.Scope, "rds")
	}
	return configure(c, engine)
}

// configure checks and fills in the properties that creation and update have in common.
func configure(c *provider.Call, engine version) error {
	props := c.New.Props
	props["engineVersionActual"] = engine.String()
	// The DNS label before the region is the same for all instances of the account and region.
	c.Vars["realm"] = "c" + world.Digest(11, "rds", c.Account, c.Region)
	switch {
	case props["performanceInsightsEnabled"] != true:
		delete(props, "performanceInsightsRetentionPeriod")
	case props["performanceInsightsRetentionPeriod"] == nil:
		props["performanceInsightsRetentionPeriod"] = float64(freeDays)
	}
	setStorage(props)
	setWindows(props)
	setSecret(c)
	if err := place(c); err != nil {
		return err
	}
	return errors.Join(admitParameters(c, engine), admitMonitoring(c))
}

// setSecret sets the ARN of the secret with the password, if RDS manages the password.
func setSecret(c *provider.Call) {
	if c.New.Props["manageMasterUserPassword"] != true {
		delete(c.New.Props, "masterUserSecrets")
		return
	}
	c.New.Props["masterUserSecrets"] = []any{map[string]any{
		"kmsKeyId": kms.Managed(c.Scope, "secretsmanager"), "secretStatus": "active",
		"secretArn": fmt.Sprintf("arn:%s:secretsmanager:%s:%s:secret:rds!db-%s-%s", c.Partition, c.Region, c.Account,
			world.UUID("secret", c.New.Seed), world.Digest(6, "secret", c.New.Seed)),
	}}
}

// admitParameters checks that the parameter group matches the major version. An instance without a parameter group gets
// the default group of the version.
func admitParameters(c *provider.Call, engine version) error {
	const ownPrefix = "default."
	wanted := family(engine.major)
	name, given := c.New.Props["parameterGroupName"].(string)
	group := c.World.Get(parameterGroupType, c.Region, name)
	carried := c.Old != nil && !c.Changed("parameterGroupName")
	switch {
	case !given, carried && group == nil:
		c.New.Props["parameterGroupName"] = ownPrefix + wanted
	case name == ownPrefix+wanted:
	case group == nil:
		return provider.Errorf("DBParameterGroupNotFound", "DBParameterGroup not found: %s", name)
	case group.Props["family"] != wanted:
		return provider.Errorf(combination, "The parameter group %s with DBParameterGroupFamily %v can't be used for this "+
			"instance. Use a parameter group with DBParameterGroupFamily %s.", name, group.Props["family"], wanted)
	}
	return nil
}

// admitMonitoring checks that the role for enhanced monitoring trusts RDS.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
func admitMonitoring(c *provider.Call) error {
	if zero, _ := c.New.Props["monitoringInterval"].(float64); zero == 0 {
		delete(c.New.Props, "monitoringRoleArn")
		return nil
	}
	role := identity.Role(c.World.Graph(), fmt.Sprint(c.New.Props["monitoringRoleArn"]))
	trusted := false
	if role != nil {
		answer := identity.Trusts(role, "monitoring.rds.amazonaws.com", nil)
		if answer.Verdict == awsmodel.Undecided {
			return fmt.Errorf("the sandbox cannot decide this: %s", answer.Why())
		}
		trusted = answer.OK()
	}
	if !trusted {
		return provider.Errorf(invalidValue,
			"IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING")
	}
	return nil
}

// version is a major and a minor version of PostgreSQL.
type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) compare(w version) int {
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor))
}

// offered are the first and last minor version of each major version that can be created, as of January 2026, without
// versions that AWS has withdrawn since. defaultVersion is the version that AWS uses if none is set.
// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
var offered = map[int][2]int{14: {18, 20}, 15: {13, 15}, 16: {9, 11}, 17: {5, 7}, 18: {1, 1}}

const (
	defaultVersion = "17.6"
	oldestMajor    = 14
)

// parse parses "17.6", or "17" for the newest minor version. ok is false for a version that does not exist or has been
// withdrawn. A version that is newer than the list is ok.
func parse(text string) (v version, ok bool) {
	major, minor, hasMinor := strings.Cut(text, ".")
	var err error
	if v.major, err = strconv.Atoi(major); err != nil {
		return v, false
	}
	limits, listed := offered[v.major]
	v.minor = max(limits[1], 1)
	if hasMinor {
		v.minor, err = strconv.Atoi(minor)
	}
	return v, err == nil && v.minor >= limits[0] && (listed || v.major > oldestMajor)
}

func family(major int) string { return fmt.Sprintf("postgres%d", major) }

// actual parses the version of an existing instance, which may no longer be offered.
func actual(v any) version {
	major, minor, _ := strings.Cut(fmt.Sprint(v), ".")
	var running version
	running.major, _ = strconv.Atoi(major)
	running.minor, _ = strconv.Atoi(minor)
	return running
}
