package rds

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// version is a major and a minor version of PostgreSQL.
type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) compare(w version) int {
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor))
}

// offered are the minor versions, first and last, that can be created of each major one, as of January 2026 without
// those that AWS has since withdrawn; defaultVersion is what AWS takes without one.
// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
var offered = map[int][2]int{14: {18, 20}, 15: {13, 15}, 16: {9, 11}, 17: {5, 7}, 18: {1, 1}}

const defaultVersion = "17.6"

// parse reads "17.6", or "17" for the newest of the major version; ok is false for what is not offered.
func parse(text string) (v version, ok bool) {
	major, minor, hasMinor := strings.Cut(text, ".")
	var err error
	if v.major, err = strconv.Atoi(major); err != nil {
		return v, false
	}
	limits, ok := offered[v.major]
	v.minor = limits[1]
	if hasMinor {
		v.minor, err = strconv.Atoi(minor)
	}
	return v, ok && err == nil && limits[0] <= v.minor && v.minor <= limits[1]
}

func family(major int) string { return fmt.Sprintf("postgres%d", major) }

// actual reads the version that an instance has, whether it is still offered or not.
func actual(v any) version {
	major, minor, _ := strings.Cut(fmt.Sprint(v), ".")
	var running version
	running.major, _ = strconv.Atoi(major)
	running.minor, _ = strconv.Atoi(minor)
	return running
}
