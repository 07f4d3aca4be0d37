package ecs

import (
	"fmt"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// Describe finds a service by the names of its cluster and itself.
func Describe(w *world.World, scope provider.Scope, cluster, service string) (*status.Status, error) {
	region := scope.Region
	o := w.Find(serviceType, region, func(o *world.Object) bool {
		return o.Props["name"] == service && clusterName(w, region, o.Props["cluster"]) == cluster
	})
	if o == nil {
		return nil, provider.Errorf("ServiceNotFoundException", "Service %s not found in cluster %s.", service, cluster)
	}
	runtime, err := load(w, region, o.ID)
	if err != nil {
		return nil, err
	}
	view := &scheduler{call: &provider.Call{Scope: scope, World: w}, service: o, account: newAccount(scope, w)}
	s := &status.Status{
		Cluster: cluster, Service: service, TaskDefinition: fmt.Sprint(o.Props["taskDefinition"]),
		Desired: view.desired(), Deployments: runtime.Deployments, Events: runtime.Events,
	}
	for _, t := range runtime.Tasks {
		s.Tasks = append(s.Tasks, &t.Task)
	}
	for _, balancer := range graph.Props(o.Props).Objects("loadBalancers") {
		s.Targets = append(s.Targets, view.targets(balancer, runtime)...)
	}
	s.Nodes, err = view.nodes(runtime)
	return s, err
}

func (s *scheduler) targets(balancer graph.Props, runtime *Runtime) []status.Target {
	var found []status.Target
	for _, t := range runtime.of("", Running) {
		target := status.Target{
			TargetGroup: balancer.Text("targetGroupArn"), IP: t.PrivateIP, Port: balancer.Int("containerPort"),
			Health: "healthy",
		}
		task, err := s.account.task(s.service, t)
		if err == nil {
			target.Reason = s.targetHealth(task, balancer)
		}
		switch {
		case err != nil:
			target.Health, target.Reason = "unavailable", err.Error()
		case target.Reason != "":
			target.Health = "unhealthy"
		case !t.Healthy:
			target.Health, target.Reason = s.unanswered(task, t, balancer)
		}
		found = append(found, target)
	}
	return found
}

// unanswered is the health of a target that has not answered yet: it counts as unhealthy after some checks in vain.
func (s *scheduler) unanswered(task readiness.Task, t *Task, balancer graph.Props) (health, reason string) {
	interval, _, unhealthyAfter := checks(task.Graph.Get(graph.TargetGroup, task.Region, balancer.Text("targetGroupArn")))
	running := t.CreatedAt.Add(provisionTime + pullTime)
	if s.account.world.Now().After(running.Add(interval * time.Duration(unhealthyAfter))) {
		return "unhealthy", timedOut
	}
	return "initial", "Target registration is in progress"
}
