package ecs

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/iam"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	parameterType = "aws:ssm/parameter:Parameter"
	logGroupType  = "aws:cloudwatch/logGroup:LogGroup"
)

// boot takes a task through its start. It returns why the task stops, in AWS's words, or "" if it runs and is healthy.
//
// What is decided here: whether the roles can be assumed and allow what ECS does with them, whether routes and security
// groups let the task out to AWS and the load balancer in, whether the parameters and the log group exist, and what the
// app answers to the health check. What is not decided yet: whether the image exists.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
func (s *scheduler) boot(d *Deployment, t *Task) string {
	definition := taskDefinition(s.call.World, s.call.Region, d.TaskDefinition)
	containers, err := parseContainers(fmt.Sprint(definition.Props["containerDefinitions"]))
	if err != nil {
		return err.Error()
	}
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		if arn, ok := definition.Props[property].(string); ok {
			if reason := s.assume(arn, t); reason != "" {
				return reason
			}
		}
	}
	if reason := s.connect(t, containers); reason != "" {
		return reason
	}
	execution, _ := definition.Props["executionRoleArn"].(string)
	role := taskRole{scheduler: s, task: t, role: iam.Role(s.call.World, execution)}
	for _, step := range []func(container) string{role.pull, role.readSecrets, role.openLogs} {
		for _, c := range containers {
			if reason := step(c); reason != "" {
				return reason
			}
		}
	}
	return s.checkHealth(t)
}

func (s *scheduler) checkHealth(t *Task) string {
	for _, balancer := range list(s.service.Props["loadBalancers"]) {
		arn := fmt.Sprint(balancer["targetGroupArn"])
		if health := targetHealth(s.call.World, s.call.Region, s.service, balancer, t.PrivateIP); health != "" {
			s.event("(service %s) (task %s) (port %v) is unhealthy in (target-group %s) due to (reason %s)",
				s.name(), t.ID, balancer["containerPort"], arn, health)
			return fmt.Sprintf("Task failed ELB health checks in (target-group %s): %s", arn, health)
		}
	}
	return ""
}

// parameterOf reads a valueFrom: the name of a parameter of the task's region and account, or an ARN.
func parameterOf(valueFrom, region, account string) (name, inRegion, inAccount string) {
	parts := strings.SplitN(valueFrom, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return valueFrom, region, account
	}
	name = strings.TrimPrefix(parts[5], "parameter")
	// The name of a parameter without a hierarchy has no leading slash.
	if strings.Count(name, "/") == 1 {
		name = name[1:]
	}
	return name, parts[3], parts[4]
}

// answers are what Live Beats answers to a GET without a session: the sign-in page, and everything else redirects there
// or is not found.
func answers(path string) int {
	switch path {
	case "/signin":
		return 200
	case "/":
		return 302
	default:
		return 404
	}
}

// targetHealth is why the targets of a group are unhealthy, in the load balancer's words, or "" when they are healthy.
// It knows the routes and security groups between, and what the app answers.
func targetHealth(w *world.World, region string, service *world.Object, balancer provider.Props, ip string) string {
	group := w.Get(targetGroupType, region, fmt.Sprint(balancer["targetGroupArn"]))
	if group == nil {
		return "Target.NotRegistered"
	}
	if reason := reached(w, region, service, balancer, ip); reason != "" {
		return reason
	}
	health, _ := group.Props["healthCheck"].(map[string]any)
	path, _ := health["path"].(string)
	matcher, _ := health["matcher"].(string)
	code := answers(path)
	for part := range strings.SplitSeq(matcher, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, _ := strconv.Atoi(low)
		to, _ := strconv.Atoi(high)
		if from <= code && code <= to {
			return ""
		}
	}
	return fmt.Sprintf("Health checks failed with these codes: [%d]", code)
}
