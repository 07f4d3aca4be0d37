package autoscaling

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // The same time zones on every machine.

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

func checkScheduled(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	for _, property := range []string{"startTime", "endTime"} {
		if text, ok := in[property].(string); ok && text != "" {
			if _, err := time.Parse(time.RFC3339, text); err != nil {
				failures = append(failures, provider.Failure{
					Property: property, Reason: fmt.Sprintf("%q is not a valid RFC3339 time", text),
				})
			}
		}
	}
	return failures
}

func admitScheduled(c *provider.Call) error {
	zone, schedule := fmt.Sprint(c.New.Props["timezone"]), fmt.Sprint(c.New.Props["schedule"])
	// wordings are guesses
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return provider.Errorf("ValidationException", "Invalid timezone: %s", zone)
	}
	if !validSchedule(schedule) {
		return provider.Errorf("ValidationException", "Invalid schedule expression: %s. "+
			"It must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year)",
			schedule)
	}
	bounds, _ := c.New.Props["scalableTargetAction"].(map[string]any)
	return admitBounds(bounds)
}

var (
	expression = regexp.MustCompile(`^(at|rate|cron)\((.*)\)$`)
	rate       = regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))$`)
	cronField  = regexp.MustCompile(`^[0-9A-Za-z*,/#?-]+$`)
)

// validSchedule holds the syntax of
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
func validSchedule(text string) bool {
	m := expression.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	switch m[1] {
	case "at":
		_, err := time.Parse("2006-01-02T15:04:05", m[2])
		return err == nil
	case "rate":
		return rate.MatchString(m[2])
	default:
		return validCron(strings.Fields(m[2]))
	}
}

// Fields of a cron expression.
const (
	dayOfMonth = 2
	dayOfWeek  = 4
	cronFields = 6
)

// validCron: of the day of the month and the day of the week, exactly one is left open.
func validCron(fields []string) bool {
	if len(fields) != cronFields {
		return false
	}
	for i, field := range fields {
		open := field == "?" && (i == dayOfMonth || i == dayOfWeek)
		if !cronField.MatchString(field) || strings.Contains(field, "?") && !open {
			return false
		}
	}
	return (fields[dayOfMonth] == "?") != (fields[dayOfWeek] == "?")
}
