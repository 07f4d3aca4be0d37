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
	"github.com/live-beats/live-beats-aws/internal/status"
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
		reason = timedOut // The app does not answer yet.
	}
	return f.stop(killed, fmt.Sprintf("Task failed ELB health checks in (target-group %s): %s", arn, reason))
}

// checks returns a target group's health check settings.
func checks(group *graph.Resource) (interval time.Duration, healthyAfter, unhealthyAfter int) {
	if group == nil {
		return time.Second, 1, 1
	}
	health := group.Object("healthCheck")
	return time.Duration(health.Int("interval")) * time.Second, max(health.Int("healthyThreshold"), 1),
		max(health.Int("unhealthyThreshold"), 1)
}

// targetHealth returns why a task's target is unhealthy, in the load balancer's words, or "" if it is healthy. It
// depends on the network between them, the port that the app listens on, and the app's response.
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
	c := task.Containers[i]
	image, _ := imageOf(s.account.world, c.Image)
	if portOf(c, image, checked) != checked || health.Text("protocol") == "HTTPS" && liveBeats(c) {
		return "Health checks failed"
	}
	code, known := image.answers(c, health.Text("path"))
	if known && !awsmodel.MatchesStatus(health.Text("matcher"), code) {
		return fmt.Sprintf("Health checks failed with these codes: [%d]", code)
	}
	return ""
}

// nodes returns the Erlang nodes of the running tasks. Each lists the nodes that it should be connected to, if the
// application is configured to find them. The readiness model evaluates the connections.
func (s *scheduler) nodes(runtime *Runtime) ([]status.Node, error) {
	var tasks []readiness.Task
	var nodes []status.Node
	for _, t := range runtime.of("", Running) {
		task, err := s.account.task(s.service, t)
		if err != nil {
			return nil, err
		}
		if task.Clusters() {
			tasks = append(tasks, task)
			nodes = append(nodes, status.Node{Name: readiness.Node(t.PrivateIP)})
		}
	}
	for i, a := range tasks {
		for j, b := range tasks {
			if i != j {
				nodes[i].Peers = append(nodes[i].Peers, peer(nodes[j].Name, a, b))
			}
		}
	}
	return nodes, nil
}

// peer describes node b from the point of view of node a.
func peer(name string, a, b readiness.Task) status.Peer {
	joined := readiness.Joined(a, b)
	p := status.Peer{Name: name, State: status.Connected}
	switch joined.Verdict {
	case awsmodel.Refuted:
		p.State, p.Why = status.NotConnected, joined.Why()
		if joined.Symptom != "" {
			p.Why = joined.Symptom + " (" + joined.Why() + ")"
		}
	case awsmodel.Undecided:
		p.State, p.Why = status.Undecided, joined.Why()
	case awsmodel.Proven:
		if files := a.Files(b.Interface); !files.OK() {
			p.Why = "its songs cannot be played from this node: " + files.Why()
		}
	}
	return p
}
