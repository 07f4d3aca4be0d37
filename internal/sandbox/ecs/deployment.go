package ecs

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// needsDeployment reports whether UpdateService starts a new deployment: it does if something changes that its tasks
// are created from.
func (s *scheduler) needsDeployment() bool {
	if s.call.Old == nil {
		return true
	}
	if s.service.Props["forceNewDeployment"] == true && s.changes() {
		return true
	}
	for _, name := range []string{
		"taskDefinition", "networkConfiguration", "capacityProviderStrategies", "platformVersion", "loadBalancers",
		"enableExecuteCommand", "propagateTags", "enableEcsManagedTags", "triggers",
	} {
		if s.call.Changed(name) {
			return true
		}
	}
	return false
}

// changes reports whether the real provider calls UpdateService at all: it does not for tags, nor if nothing changes.
func (s *scheduler) changes() bool {
	for _, props := range []provider.Props{s.call.Old.Props, s.service.Props} {
		for name := range props {
			if name != "tags" && name != "tagsAll" && s.call.Changed(name) {
				return true
			}
		}
	}
	return false
}

// begin starts a deployment of the revision that the service asks for.
func (s *scheduler) begin() {
	w := s.call.World
	definition := fmt.Sprint(s.service.Props["taskDefinition"])
	if o := taskDefinition(w, s.call.Region, definition); o != nil {
		definition = fmt.Sprint(o.Props["arn"])
	}
	key := "ecs/deployment/" + s.service.ID
	w.NextGeneration(key)
	number := fmt.Sprintf("%019d", w.Generation(key))
	for _, d := range s.runtime.Deployments {
		d.Status = Active
	}
	s.runtime.Deployments = append(s.runtime.Deployments, &Deployment{
		ID: "ecs-svc/" + number, Status: Primary, TaskDefinition: definition, Rollout: InProgress,
		Reason: "ECS deployment " + number + " in progress.", CreatedAt: w.Now(),
	})
}

// finish marks a deployment as completed. The earlier ones end, unless the service was rolled back to this one.
func (s *scheduler) finish(d *Deployment) {
	if d.Rollout != Completed {
		d.Rollout, d.Reason = Completed, "ECS deployment "+d.ID+" completed."
		s.runtime.Deployments = []*Deployment{d}
	} else if len(s.runtime.Events) == s.seen {
		return // It has been steady all along.
	}
	s.event("(service %s) has reached a steady state.", s.name())
}

// failed counts a task that is about to stop before it was healthy. In the first stage, until a task of the deployment
// runs, tasks that do not start count; in the second, tasks that have started. Once a task has been healthy, failures
// no longer count.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
func (s *scheduler) failed(t *Task) {
	d := s.runtime.deployment(t.Deployment)
	if d != nil && d.Rollout == InProgress && !d.Passed && d.Started == (t.Status == Running) {
		d.FailedTasks++
	}
}

// started marks a task as running. The first one of a deployment begins its second stage.
func (s *scheduler) started(t *Task) {
	t.Status, t.ExecAgent = Running, t.fate.exec
	s.event("(service %s) has started 1 tasks: (task %s).", s.name(), t.ID)
	if d := s.runtime.deployment(t.Deployment); d != nil && !d.Started {
		d.FailedTasks, d.Started = 0, true
	}
}

// passed marks a task as healthy, which resets the number of failures of its deployment.
func (s *scheduler) passed(t *Task) {
	t.Healthy = true
	if d := s.runtime.deployment(t.Deployment); d != nil && d.Rollout == InProgress {
		d.FailedTasks, d.Passed = 0, true
	}
}

// failureThreshold is the number of failures that end a deployment: half the desired count, at least 3, at most 200.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
func (s *scheduler) failureThreshold() int { return min(max((s.desired()+1)/2, 3), 200) }

// breakCircuit ends a deployment with too many failures. It returns nil, or a function that completes the change of the
// service. With rollback, the service returns to the last completed deployment.
func (s *scheduler) breakCircuit(d *Deployment, done func() bool) func() error {
	breaker := graph.Props(s.service.Props).Object("deploymentCircuitBreaker")
	if !breaker.True("enable") || d.Rollout != InProgress || d.FailedTasks < s.failureThreshold() {
		return nil
	}
	failure := s.timeout()
	d.Rollout, d.Reason = Failed, "ECS deployment circuit breaker: tasks failed to start."
	s.event("(service %s) (deployment %s) deployment failed: tasks failed to start.", s.name(), d.ID)
	for _, t := range s.runtime.active(d.ID) {
		s.stop(t, "Task stopped by (deployment "+d.ID+"): the deployment failed")
	}
	var previous *Deployment
	for _, other := range s.runtime.Deployments {
		if other.Rollout == Completed {
			previous = other
		}
	}
	if !breaker.True("rollback") || previous == nil {
		return func() error { return failure }
	}
	d.Status, previous.Status = Active, Primary
	s.setTaskDefinition(previous.TaskDefinition)
	previous.Reason = "ECS deployment circuit breaker: rolled back to " + previous.TaskDefinition
	s.event("(service %s) rolling back to deployment %s.", s.name(), previous.ID)
	return func() error { return s.run(done) }
}

// setTaskDefinition sets the revision that DescribeServices shows after a rollback, and that the provider therefore
// reads. It is not the revision that the program asked for.
func (s *scheduler) setTaskDefinition(definition string) {
	if !arn.IsARN(fmt.Sprint(s.service.Props["taskDefinition"])) {
		definition = revision(definition)
	}
	s.call.World.Edit(s.service)
	s.service.Props["taskDefinition"] = definition
	if o := s.call.World.Get(serviceType, s.call.Region, s.service.ID); o != nil {
		o.Props["taskDefinition"] = definition
	}
}

// stop stops a task at once.
func (s *scheduler) stop(t *Task, reason string) {
	t.Status, t.Healthy, t.StoppedReason = Stopped, false, reason
	s.event("(service %s) has stopped 1 running tasks: (task %s): %s", s.name(), t.ID, reason)
}

// drain stops a task that the load balancer may still send requests to. It stops after the deregistration delay.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
func (s *scheduler) drain(t *Task, reason string) {
	delay := 0
	for _, balancer := range graph.Props(s.service.Props).Objects("loadBalancers") {
		if group := s.account.graph.Get(graph.TargetGroup, s.call.Region, balancer.Text("targetGroupArn")); group != nil {
			delay = max(delay, group.Int("deregistrationDelay"))
		}
	}
	s.stop(t, reason)
	if delay > 0 {
		t.Status = Deactivating
		t.fate = fate{stopped: s.call.World.Now().Add(time.Duration(delay) * time.Second)}
	}
}

// scalableTarget returns the autoscaling target that limits the service's count, or nil.
func scalableTarget(w *world.World, region string, service *world.Object) *world.Object {
	resource := "service/" + clusterName(w, region, service.Props["cluster"]) + "/" + fmt.Sprint(service.Props["name"])
	return w.Find(scalableTargetType, region, func(o *world.Object) bool { return o.Props["resourceId"] == resource })
}
