package components

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

var (
	scheduleNameRule = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	expressionRule   = regexp.MustCompile(`^(at|rate|cron)\((.*)\)$`)
	rateRule         = regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$`)
	cronFieldRule    = regexp.MustCompile(`^[0-9A-Za-z*,/#-]+$`)
)

func checkSchedules(p *problems, schedules []ScalingSchedule) {
	seen := map[string]bool{}
	for i, s := range schedules {
		arg := fmt.Sprintf("Schedules[%d].", i)
		p.check(scheduleNameRule.MatchString(s.Name), arg+"Name", s.Name, "1-64 letters, digits and hyphens")
		p.check(!seen[s.Name], arg+"Name", s.Name, "another name than those before it")
		seen[s.Name] = true
		p.check(validSchedule(s.Schedule), arg+"Schedule", s.Schedule,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year), "+
				`with "?" for one of the two days`)
		_, err := time.LoadLocation(s.Timezone)
		p.check(err == nil && s.Timezone != "Local", arg+"Timezone", s.Timezone, "an IANA time zone such as Europe/London")
		checkBounds(p, arg, s)
	}
}

// checkBounds wants both: AWS keeps the other bound from whichever schedule came before.
func checkBounds(p *problems, arg string, s ScalingSchedule) {
	if s.Min == nil || s.Max == nil {
		p.required(arg+"Min and "+arg+"Max", nil)
		return
	}
	p.check(0 <= *s.Min && *s.Min <= maxTasks, arg+"Min", *s.Min, "0-5000")
	p.check(*s.Min <= *s.Max && *s.Max <= maxTasks, arg+"Max", *s.Max, fmt.Sprintf("%d-5000, at least Min", *s.Min))
}

// validSchedule holds the syntax of
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
func validSchedule(text string) bool {
	m := expressionRule.FindStringSubmatch(text)
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
