package awsmodel

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // The same time zones on every machine.
)

var (
	scheduleRule  = regexp.MustCompile(`^(at|rate|cron)\((.*)\)$`)
	rateRule      = regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$`)
	cronFieldRule = regexp.MustCompile(`^[0-9A-Za-z*,/#-]+$`)
)

// ValidSchedule tells whether text is at(yyyy-mm-ddThh:mm:ss), rate(value unit)
// or cron(minutes hours day-of-month month day-of-week year).
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
func ValidSchedule(text string) bool {
	m := scheduleRule.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	switch m[1] {
	case "at":
		_, err := time.Parse("2006-01-02T15:04:05", m[2])
		return err == nil
	case "rate":
		return rateRule.MatchString(m[2])
	default:
		return validCron(strings.Fields(m[2]))
	}
}

// validCron: of the day of the month and the day of the week, exactly one is left open.
func validCron(fields []string) bool {
	const dayOfMonth, dayOfWeek, length = 2, 4, 6
	if len(fields) != length || (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return false
	}
	for i, field := range fields {
		open := field == "?" && (i == dayOfMonth || i == dayOfWeek)
		if !open && !cronFieldRule.MatchString(field) {
			return false
		}
	}
	return true
}

// ValidTimezone tells whether name is a time zone of the IANA such as
// Europe/London; empty means UTC.
func ValidTimezone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}
