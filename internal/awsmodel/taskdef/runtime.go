package taskdef

import (
	"fmt"
	"slices"
	"strings"
)

var conditions = []string{"START", "COMPLETE", "SUCCESS", "HEALTHY"}

func (c Container) checkDependencies(all []Container) error {
	for _, d := range c.DependsOn {
		i := slices.IndexFunc(all, func(other Container) bool { return other.Name == d.ContainerName })
		switch {
		case i < 0:
			return clientError("Container %q depends on container %q, which does not exist", c.Name, d.ContainerName)
		case !slices.Contains(conditions, d.Condition):
			return clientError("dependsOn condition %q of container %q must be one of %v", d.Condition, c.Name, conditions)
		case d.Waits() && all[i].IsEssential():
			return clientError("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container")
		case d.Condition == "HEALTHY" && all[i].HealthCheck == nil:
			return clientError("Container %q waits for %q to be HEALTHY, which has no healthCheck", c.Name, d.ContainerName)
		case leadsTo(all, d.ContainerName, c.Name, nil):
			return clientError("The dependencies of container %q form a cycle", c.Name)
		}
	}
	return nil
}

func leadsTo(all []Container, from, to string, seen []string) bool {
	if from == to {
		return true
	}
	if slices.Contains(seen, from) {
		return false
	}
	i := slices.IndexFunc(all, func(c Container) bool { return c.Name == from })
	return i >= 0 && slices.ContainsFunc(all[i].DependsOn, func(d Dependency) bool {
		return leadsTo(all, d.ContainerName, to, append(seen, from))
	})
}

// logOptions are the options of the awslogs driver that are modelled; the first three are required on Fargate.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
var logOptions = []string{
	"awslogs-region", "awslogs-group", "awslogs-stream-prefix", "awslogs-create-group", "mode", "max-buffer-size",
	"awslogs-datetime-format", "awslogs-multiline-pattern",
}

const requiredOptions = 3

// AWSLogs is the log driver that is modelled.
const AWSLogs = "awslogs"

func (c Container) checkLogs() error {
	if c.LogConfiguration == nil {
		return nil
	}
	if c.LogConfiguration.LogDriver != AWSLogs {
		return fmt.Errorf("the sandbox does not model the log driver %q; it models awslogs", c.LogConfiguration.LogDriver)
	}
	var missing []string
	for _, option := range logOptions[:requiredOptions] {
		if c.LogConfiguration.Options[option] == "" {
			missing = append(missing, option)
		}
	}
	if missing != nil {
		return clientError("Log driver awslogs requires options: %s", strings.Join(missing, ", "))
	}
	for option, value := range c.LogConfiguration.Options {
		switch {
		case !slices.Contains(logOptions, option):
			return clientError("unknown log opt '%s' for awslogs log driver", option)
		case option == "mode" && value != "blocking" && value != "non-blocking":
			return clientError("logging mode %q must be blocking or non-blocking", value)
		}
	}
	return nil
}

// Limits of Fargate, in seconds.
const (
	minStart = 2
	maxStop  = 120
)

func (c Container) checkTimes() error {
	if t := c.StartTimeout; t != nil && (*t < minStart || *t > maxStop) {
		return clientError("startTimeout %d of container %q must be %d to %d seconds", *t, c.Name, minStart, maxStop)
	}
	if t := c.StopTimeout; t != nil && (*t < 0 || *t > maxStop) {
		return clientError("stopTimeout %d of container %q must be 0 to %d seconds", *t, c.Name, maxStop)
	}
	return nil
}

// checkHealth checks the limits of a container's health check.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
func (c Container) checkHealth() error {
	h := c.HealthCheck
	if h == nil {
		return nil
	}
	if len(h.Command) < 2 || h.Command[0] != "CMD" && h.Command[0] != "CMD-SHELL" {
		return clientError("the health check of container %q must begin with CMD or CMD-SHELL and have a command", c.Name)
	}
	for _, limit := range []struct {
		name     string
		value    *int
		min, max int
	}{
		{"interval", h.Interval, 5, 300},
		{"timeout", h.Timeout, 2, 60},
		{"retries", h.Retries, 1, 10},
		{"startPeriod", h.StartPeriod, 0, 300},
	} {
		if limit.value != nil && (*limit.value < limit.min || *limit.value > limit.max) {
			return clientError("%s %d of the health check of container %q must be %d to %d",
				limit.name, *limit.value, c.Name, limit.min, limit.max)
		}
	}
	return nil
}

func (c Container) checkUlimits() error {
	for _, u := range c.Ulimits {
		if u.Name != "nofile" || u.SoftLimit > u.HardLimit || u.SoftLimit < 0 {
			return clientError("Fargate takes the ulimit nofile alone, with a softLimit up to its hardLimit: %+v", u)
		}
	}
	return nil
}
