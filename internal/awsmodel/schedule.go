package awsmodel

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // The same time zones on every machine.
)

var (
	scheduleRule = regexp.MustCompile(`^(at|rate|cron)\((.*)\)$`)
	rateRule     = regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$`)
)

// validSchedule accepts at(yyyy-mm-ddThh:mm:ss), rate(value unit) and cron(minutes hours day-of-month month day-of-week
// year).
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
func validSchedule(text string) bool {
	m := scheduleRule.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	switch m[1] {
	case "at":
		// Parse also accepts hours of one digit and fractions of seconds.
		at, err := time.Parse(atLayout, m[2])
		return err == nil && at.Format(atLayout) == m[2]
	case "rate":
		return rateRule.MatchString(m[2])
	default:
		return validCron(strings.Fields(m[2]))
	}
}

// atLayout is the layout of the time in at(...).
const atLayout = "2006-01-02T15:04:05"

// ScheduledOnce returns the time of a valid schedule at(...) in a valid time zone; ok is false for other schedules.
func ScheduledOnce(schedule, timezone string) (at time.Time, ok bool) {
	m := scheduleRule.FindStringSubmatch(schedule)
	if m == nil || m[1] != "at" || !validSchedule(schedule) {
		return at, false
	}
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return at, false
	}
	at, err = time.ParseInLocation(atLayout, m[2], zone)
	return at, err == nil
}

// cronField describes one field of a cron expression: the range of its numbers, names for them, and special values.
type cronField struct {
	numbers Range
	names   []string // The first name stands for the smallest number.
	special func(string) bool
}

// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
var cronFields = []cronField{
	{numbers: Range{0, 59}},
	{numbers: Range{0, 23}},
	{Range{1, 31}, nil, regexp.MustCompile(`^(\?|L|LW|([1-9]|[12][0-9]|3[01])W)$`).MatchString},
	{Range{1, 12}, strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"), nil},
	{
		Range{1, 7},
		strings.Fields("SUN MON TUE WED THU FRI SAT"),
		regexp.MustCompile(`^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$`).MatchString,
	},
	{numbers: Range{1970, 2199}},
}

// validCron requires that exactly one of the day of the month and the day of the week is "?".
func validCron(fields []string) bool {
	const dayOfMonth, dayOfWeek = 2, 4
	if len(fields) != len(cronFields) || (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return false
	}
	for i, field := range fields {
		invalid := func(part string) bool { return !cronFields[i].validPart(strings.ToUpper(part)) }
		if slices.ContainsFunc(strings.Split(field, ","), invalid) {
			return false
		}
	}
	return true
}

// validPart accepts *, a number or name, a range of them, each also with a step after a slash, and the field's special
// values.
func (f cronField) validPart(part string) bool {
	if f.special != nil && f.special(part) {
		return true
	}
	values, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1 || n > f.numbers.Max) {
		return false
	}
	if values == "*" {
		return true
	}
	from, to, isRange := strings.Cut(values, "-")
	lowest, ok := f.number(from)
	if !isRange {
		return ok
	}
	highest, okToo := f.number(to)
	return ok && okToo && lowest <= highest
}

// number returns the number that a text stands for.
func (f cronField) number(text string) (n int, ok bool) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.numbers.Min + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && f.numbers.Contains(n)
}

// validTimezone accepts the time zones of the IANA; empty means UTC.
func validTimezone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}
