// Package proof checks whether the deployment of every ECS service in a graph will work. The result of each check is a
// proof, a violation with AWS's symptom, or the facts that are missing to decide it.
package proof

import (
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// Proof is the result of one check of one service.
type Proof struct {
	ID       string `json:"id"` // One of Checks.
	Question string `json:"question"`
	Service  string `json:"service"` // Its name.
	awsmodel.Answer
	// Fix describes what to change if the answer is a violation.
	Fix string `json:"fix,omitempty"`
	// Subject is the service.
	Subject *graph.Resource `json:"-"`
}

// Stack is the stack whose services are checked.
type Stack struct {
	Graph              *graph.Graph
	Partition, Account string // Empty if they are not known.
	// Unresolved lists references in the graph that are not known. Because of them, a resource that was not found may
	// exist.
	Unresolved []string
	// Unread are the stack's resources that the model does not read.
	Unread []graph.Unread
}

// Check makes every check of every service. It leaves out checks that do not apply to a service.
func (s Stack) Check(services []*graph.Resource) []Proof {
	var proofs []Proof
	for _, resource := range services {
		subject, doubt := s.service(resource)
		var registration awsmodel.Answer
		if doubt.OK() {
			registration = registered(subject.tasks[0].Definition, subject.containers)
		}
		for _, c := range checks() {
			answer := doubt
			switch {
			case !doubt.OK():
			case c.ofContainers && !subject.containers.OK():
				answer = subject.containers
			default:
				answer = s.unreadDoubt(c.id, s.doubts(c.ask(subject)))
			}
			if c.ofContainers && answer.Verdict == awsmodel.Refuted && registration.Verdict == awsmodel.Refuted {
				answer = s.unreadDoubt(c.id, s.doubts(registration)) // That comes first.
			}
			if answer.Verdict == "" || answer.OK() && len(answer.Hops) == 0 {
				continue // The check does not apply to the service.
			}
			proof := Proof{c.id, c.text, resource.Text("name"), answer, "", resource}
			if answer.Verdict == awsmodel.Refuted {
				proof.Fix = fix(answer, c)
			}
			proofs = append(proofs, proof)
		}
	}
	return proofs
}

// doubts turns a violation into an undecided answer if there are unresolved references, because these may refer to what
// is missing.
func (s Stack) doubts(answer awsmodel.Answer) awsmodel.Answer {
	if answer.Verdict != awsmodel.Refuted || len(s.Unresolved) == 0 {
		return answer
	}
	answer.Symptom = ""
	return answer.Doubt("a reference that is not known yet", s.Unresolved[0])
}

// service is one ECS service with the resources around it.
type service struct {
	Stack
	*graph.Resource
	network network.Network
	// containers reports whether the tasks' containers are known.
	containers awsmodel.Answer
	// tasks are one in each subnet that ECS may place one in.
	tasks []readiness.Task
	// balancers are the load balancers that send it requests.
	balancers []balancer
}

// balancer is a load balancer of a service.
type balancer struct {
	*graph.Resource
	group     *graph.Resource   // The target group.
	listeners []*graph.Resource // All listeners of the load balancer.
	container graph.Props       // The service's entry: containerName, containerPort.
	ends      network.Interface
}

// service collects what the checks need. The answer is undecided if something is not known.
func (s Stack) service(r *graph.Resource) (*service, awsmodel.Answer) {
	var answer awsmodel.Answer
	definition := s.Graph.Revision(r.Region, r.Text("taskDefinition"))
	if definition == nil {
		return nil, answer.Doubt("task definition of "+r.Text("name"), "is not in the stack")
	}
	containers, known := containersOf(definition)
	placement := r.Object("networkConfiguration")
	found := &service{
		Stack: s, Resource: r, containers: known,
		network: network.Network{Graph: s.Graph, Region: r.Region, Partial: true},
	}
	for _, subnet := range placement.Strings("subnets") {
		found.tasks = append(found.tasks, readiness.Task{
			Graph: s.Graph, Partition: s.Partition, Region: r.Region, Account: s.Account, ID: "task", Partial: true,
			Definition: definition, Containers: containers, Service: r,
			Cluster: s.Graph.Get(graph.Cluster, r.Region, r.Text("cluster")),
			Interface: network.Interface{
				Name: "task", Subnets: []string{subnet}, Public: placement.True("assignPublicIp"),
				Groups: placement.Strings("securityGroups"), Addresses: found.network.Ranges([]string{subnet}),
			},
		})
	}
	if len(found.tasks) == 0 {
		return nil, answer.Doubt("subnets of "+r.Text("name"), "are not known")
	}
	found.balancers = found.loadBalancers()
	return found, awsmodel.Answer{Verdict: awsmodel.Proven}
}

// containersOf reads the containers of a task definition. The answer says why they are not known.
func containersOf(definition *graph.Resource) ([]taskdef.Container, awsmodel.Answer) {
	const property = "containerDefinitions"
	what := "containers of " + definition.Text("family")
	switch {
	case definition.Unknown(property):
		return nil, awsmodel.Answer{}.Doubt(what, "are not known before the update")
	case definition.Props[property] == nil:
		return nil, awsmodel.Answer{}.Doubt(what, "are a secret in this state, or not in it")
	}
	containers, err := taskdef.Parse(definition.Text(property))
	if err != nil {
		return nil, awsmodel.Answer{}.Doubt(what, err.Error())
	}
	return containers, awsmodel.Answer{Verdict: awsmodel.Proven}
}

func (s *service) loadBalancers() []balancer {
	var found []balancer
	for _, entry := range s.Objects("loadBalancers") {
		group := s.Graph.Get(graph.TargetGroup, s.Region, entry.Text("targetGroupArn"))
		if group == nil {
			continue
		}
		listener := readiness.Listener(s.Graph, s.Region, entry.Text("targetGroupArn"))
		if listener == nil {
			continue
		}
		r := s.Graph.Get(graph.LoadBalancer, s.Region, listener.Text("loadBalancerArn"))
		if r == nil {
			continue
		}
		own := slices.DeleteFunc(s.Graph.List(graph.Listener, s.Region), func(l *graph.Resource) bool {
			return s.Graph.Get(graph.LoadBalancer, s.Region, l.Text("loadBalancerArn")) != r
		})
		subnets := r.Strings("subnets")
		found = append(found, balancer{r, group, own, entry, network.Interface{
			Name: "load balancer " + r.Text("name"), Subnets: subnets, Public: !r.True("internal"),
			Groups: r.Strings("securityGroups"), Addresses: s.network.Ranges(subnets),
		}})
	}
	return found
}

// everywhere asks for the task in each subnet. It returns the first answer that does not hold, else the first answer.
func (s *service) everywhere(ask func(readiness.Task) awsmodel.Answer) awsmodel.Answer {
	first := ask(s.tasks[0])
	for _, task := range s.tasks[1:] {
		if !first.OK() {
			break
		}
		if answer := ask(task); !answer.OK() {
			return answer
		}
	}
	if !first.OK() || len(first.Hops) == 0 || len(s.tasks) == 1 {
		return first
	}
	all := awsmodel.Answer{}.Prove("in each subnet", fmt.Sprintf("all %d of them, such as this one", len(s.tasks)))
	return all.Then(first)
}

// app returns the container that the load balancers send requests to, else the first essential one.
func (s *service) app() taskdef.Container {
	containers := s.tasks[0].Containers
	for _, b := range s.balancers {
		for _, c := range containers {
			if c.Name == b.container.Text("containerName") {
				return c
			}
		}
	}
	for _, c := range containers {
		if c.IsEssential() {
			return c
		}
	}
	return taskdef.Container{}
}
