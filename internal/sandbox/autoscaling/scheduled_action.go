package autoscaling

import (
	"fmt"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
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
	if !awsmodel.Timezone.Valid(zone) {
		return provider.Errorf("ValidationException", "Invalid timezone: %s", zone)
	}
	if !awsmodel.Schedule.Valid(schedule) {
		return provider.Errorf("ValidationException", "Invalid schedule expression: %s. "+
			"It must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(minutes hours day-of-month month day-of-week year)",
			schedule)
	}
	bounds, _ := c.New.Props["scalableTargetAction"].(map[string]any)
	return admitBounds(bounds)
}
