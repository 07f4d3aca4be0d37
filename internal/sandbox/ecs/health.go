package ecs

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const timedOut = "Request timed out"

// checkHealth adds a load balancer's health checks to a task's fate. Failures within the grace period do not count.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
func (s *scheduler) checkHealth(f fate, task readiness.Task, balancer graph.Props) fate {
	arn := balancer.Text("targetGroupArn")
	group := task.Graph.Get(graph.TargetGroup, task.Region, arn)
	reason := s.targetHealth(task, balancer)
	interval, healthyAfter, unhealthyAfter := checks(group)
	unhealthy := f.running.Add(interval * time.Duration(unhealthyAfter))
	grace := time.Duration(graph.Props(s.service.Props).Int("healthCheckGracePeriodSeconds")) * time.Second
	killed := unhealthy
	if end := f.running.Add(grace); end.After(killed) {
		killed = end
	}
	recovered := f.healthy.Add(interval * time.Duration(healthyAfter))
	if reason == "" && (f.healthy.Before(unhealthy) || recovered.Before(killed)) {
		f.healthy = f.healthy.Add(interval * time.Duration(healthyAfter-1))
		return f
	}
	if reason == "" {
		reason = timedOut // The app has not begun to answer.
	}
	return f.stop(killed, fmt.Sprintf("Task failed ELB health checks in (target-group %s): %s", arn, reason))
}

// checks are a target group's health check settings.
func checks(group *graph.Resource) (interval time.Duration, healthyAfter, unhealthyAfter int) {
	if group == nil {
		return time.Second, 1, 1
	}
	health := group.Object("healthCheck")
	return time.Duration(health.Int("interval")) * time.Second, max(health.Int("healthyThreshold"), 1),
		max(health.Int("unhealthyThreshold"), 1)
}

// targetHealth is why a task's target is unhealthy, in the load balancer's words, or "" when it is healthy: the network
// between, where the app listens, and what it answers.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
func (s *scheduler) targetHealth(task readiness.Task, balancer graph.Props) string {
	arn := balancer.Text("targetGroupArn")
	group := task.Graph.Get(graph.TargetGroup, task.Region, arn)
	if group == nil {
		return "Target.NotRegistered"
	}
	port := balancer.Int("containerPort")
	health := group.Object("healthCheck")
	checked := port
	if own, err := strconv.Atoi(health.Text("port")); err == nil {
		checked = own
	}
	if failure := task.Balanced(arn, checked).Failure(); failure != "" {
		return failure
	}
	name := balancer.Text("containerName")
	i := slices.IndexFunc(task.Containers, func(c taskdef.Container) bool { return c.Name == name })
	if i < 0 {
		return "Target.NotRegistered"
	}
	image, _ := imageOf(s.account.world, task.Containers[i].Image)
	if portOf(task.Containers[i], image) != checked || health.Text("protocol") == "HTTPS" {
		return "Health checks failed"
	}
	if code := image.answers(health.Text("path")); !awsmodel.MatchesStatus(health.Text("matcher"), code) {
		return fmt.Sprintf("Health checks failed with these codes: [%d]", code)
	}
	return ""
}
