package ecs

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// find returns a service, given the names of its cluster and itself.
func find(w *world.World, region, cluster, service string) (*world.Object, error) {
	o := w.Find(serviceType, region, func(o *world.Object) bool {
		return o.Props["name"] == service && clusterName(w, region, o.Props["cluster"]) == cluster
	})
	if o == nil {
		return nil, provider.Errorf("ServiceNotFoundException", "Service %s not found in cluster %s.", service, cluster)
	}
	return o, nil
}

// Poll describes a service after its deployment has ended, or 20 minutes have passed. It does not save the world.
func Poll(w *world.World, scope provider.Scope, cluster, service string) (*status.Status, error) {
	o, err := find(w, scope.Region, cluster, service)
	if err != nil {
		return nil, err
	}
	_ = Await(w, scope, o) // The deployment shows how it ended.
	return Describe(w, scope, cluster, service)
}

// Describe describes a service, given the names of its cluster and itself.
func Describe(w *world.World, scope provider.Scope, cluster, service string) (*status.Status, error) {
	region := scope.Region
	o, err := find(w, region, cluster, service)
	if err != nil {
		return nil, err
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

// unanswered returns the health of a target that has not answered yet. After some failed checks it is unhealthy.
func (s *scheduler) unanswered(task readiness.Task, t *Task, balancer graph.Props) (health, reason string) {
	interval, _, unhealthyAfter := checks(task.Graph.Get(graph.TargetGroup, task.Region, balancer.Text("targetGroupArn")))
	running := t.CreatedAt.Add(provisionTime + pullTime)
	if s.account.world.Now().After(running.Add(interval * time.Duration(unhealthyAfter))) {
		return "unhealthy", timedOut
	}
	return "initial", "Target registration is in progress"
}

// account is the world in the form that the readiness model reads.
type account struct {
	provider.Scope
	world *world.World
	graph *graph.Graph
}

func newAccount(s provider.Scope, w *world.World) account {
	return account{s, w, w.Graph()}
}

// task returns one of a service's tasks in the form that the readiness model reads.
func (a account) task(service *world.Object, t *Task) (readiness.Task, error) {
	definition := taskDefinition(a.world, a.Region, t.TaskDefinition)
	if definition == nil {
		return readiness.Task{}, provider.Errorf("ClientException", "Unable to describe task definition.")
	}
	containers, err := taskdef.Parse(fmt.Sprint(definition.Props["containerDefinitions"]))
	if err != nil {
		return readiness.Task{}, err
	}
	placement := graph.Props(service.Props).Object("networkConfiguration")
	ends := network.Interface{
		Name: "task", Subnets: []string{t.Subnet}, Public: placement.True("assignPublicIp"),
		Groups: placement.Strings("securityGroups"),
	}
	if address, err := netip.ParseAddr(t.PrivateIP); err == nil {
		ends.Addresses = []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
	}
	return readiness.Task{
		Graph: a.graph, Partition: a.Partition, Region: a.Region, Account: a.Account, ID: t.ID,
		Definition: &graph.Resource{Type: definition.Type, Region: a.Region, ID: definition.ID, Props: definition.Props},
		Service:    &graph.Resource{Type: service.Type, Region: a.Region, ID: service.ID, Props: service.Props},
		Containers: containers, Interface: ends, Pushed: a.pushed,
		Cluster: a.graph.Find(graph.Cluster, a.Region, func(c *graph.Resource) bool {
			return c.Text("name") == clusterName(a.world, a.Region, service.Props["cluster"])
		}),
	}, nil
}

// pushed reports whether an image is in its repository. A repository that a program created in the sandbox is empty
// until the image is declared. Any other repository is assumed to hold the image, unless it is declared missing.
func (a account) pushed(image string) bool {
	declared, ok := imageOf(a.world, image)
	if !ok {
		return readiness.Repository(a.graph, image) == nil
	}
	return !declared.Missing
}
