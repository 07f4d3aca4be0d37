package ecs

import (
	"fmt"

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
func Describe(w *world.World, region, cluster, service string) (*ServiceStatus, error) {
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
	desired, _ := o.Props["desiredCount"].(float64)
	status := &ServiceStatus{
		Cluster: cluster, Service: service, TaskDefinition: fmt.Sprint(o.Props["taskDefinition"]),
		Desired: int(desired), Runtime: *runtime,
	}
	for _, balancer := range list(o.Props["loadBalancers"]) {
		status.Targets = append(status.Targets, targets(w, region, o, balancer, runtime)...)
	}
	return status, nil
}

func targets(
	w *world.World, region string, service *world.Object, balancer provider.Props, runtime *Runtime,
) []Target {
	arn := fmt.Sprint(balancer["targetGroupArn"])
	port, _ := balancer["containerPort"].(float64)
	var found []Target
	for _, t := range runtime.running("") {
		health, reason := "healthy", targetHealth(w, region, service, balancer, t.PrivateIP)
		if reason != "" {
			health = "unhealthy"
		}
		found = append(found, Target{TargetGroup: arn, IP: t.PrivateIP, Port: int(port), Health: health, Reason: reason})
	}
	return found
}

// Healthy tells whether the requested revision runs as often as desired, and every target is healthy.
func (s *ServiceStatus) Healthy() bool {
	for _, target := range s.Targets {
		if target.Health != "healthy" {
			return false
		}
	}
	primary := s.primary()
	return primary != nil && primary.TaskDefinition == s.TaskDefinition && primary.Rollout == Completed &&
		len(s.running(primary.ID)) == s.Desired
}
