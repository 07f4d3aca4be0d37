package components

import (
	"fmt"
	"regexp"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

var scheduleNameRule = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

func checkSchedules(p *problems, schedules []ScalingSchedule) {
	seen := map[string]bool{}
	for i, s := range schedules {
		arg := fmt.Sprintf("Schedules[%d].", i)
		p.check(scheduleNameRule.MatchString(s.Name), arg+"Name", s.Name, "1-64 letters, digits and hyphens")
		p.check(!seen[s.Name], arg+"Name", s.Name, "another name than those before it")
		seen[s.Name] = true
		p.check(awsmodel.ValidSchedule(s.Schedule), arg+"Schedule", s.Schedule,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year), "+
				`with "?" for one of the two days`)
		p.check(awsmodel.ValidTimezone(s.Timezone), arg+"Timezone", s.Timezone,
			"an IANA time zone such as Europe/London")
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
