package ecs

import (
	"fmt"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// ServiceStatus is what the console shows of a service.
type ServiceStatus struct {
	Cluster        string `json:"cluster"`
	Service        string `json:"service"`
	TaskDefinition string `json:"taskDefinition"`
	Desired        int    `json:"desiredCount"`
	Runtime
	Targets []Target `json:"targets"`
}

// Target is one task behind a load balancer.
type Target struct {
	TargetGroup string `json:"targetGroup"`
	IP          string `json:"ip"`
	Port        int    `json:"port"`
	Health      string `json:"health"`
	Reason      string `json:"reason,omitempty"`
}

// Describe finds a service by the names of its cluster and itself.
func Describe(w *world.World, scope provider.Scope, cluster, service string) (*ServiceStatus, error) {
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
	status := &ServiceStatus{
		Cluster: cluster, Service: service, TaskDefinition: fmt.Sprint(o.Props["taskDefinition"]),
		Desired: view.desired(), Runtime: *runtime,
	}
	for _, balancer := range graph.Props(o.Props).Objects("loadBalancers") {
		status.Targets = append(status.Targets, view.targets(balancer, runtime)...)
	}
	return status, nil
}

func (s *scheduler) targets(balancer graph.Props, runtime *Runtime) []Target {
	var found []Target
	for _, t := range runtime.of("", Running) {
		target := Target{
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

// Healthy tells whether the last deployment asked for runs its revision as often as desired, and every target is
// healthy. One that was rolled back does not, even to the same revision.
func (s *ServiceStatus) Healthy() bool {
	for _, target := range s.Targets {
		if target.Health != "healthy" {
			return false
		}
	}
	primary := s.primary()
	return primary != nil && primary == s.Deployments[len(s.Deployments)-1] &&
		primary.TaskDefinition == s.TaskDefinition && primary.Rollout == Completed &&
		healthy(s.of(primary.ID, Running)) == s.Desired
}
