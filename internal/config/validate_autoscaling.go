package config

import "fmt"

// checkAutoscaling: bounds that cross, nothing to scale by, and times that do not exist.
func (d *decoder) checkAutoscaling(c *Config) {
	a := c.Autoscaling
	if a.Max == 0 {
		return
	}
	if a.Max < a.Min {
		d.reject(ownKey("autoscaling.max"), a.Max, fmt.Sprintf("must be at least autoscaling.min, %d", a.Min))
	}
	if a.CPUPercent+a.MemoryPercent+a.RequestsPerTarget == 0 && len(a.Schedules) == 0 {
		d.report(ownKey("autoscaling"), "nothing to scale by",
			"must have one of cpuPercent, memoryPercent, requestsPerTarget and schedules")
	}
	names := map[string]bool{}
	for i, s := range a.Schedules {
		key := ownKey(fmt.Sprintf("autoscaling.schedules[%d]", i))
		if names[s.Name] {
			d.reject(key+".name", s.Name, "must not be given twice")
		}
		names[s.Name] = true
		if s.Max < s.Min {
			d.reject(key+".max", s.Max, fmt.Sprintf("must be at least its min, %d", s.Min))
		}
	}
}
