package ecs

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// How long the steps of a task take in the world's time: to be placed and started, and to fail its health checks.
const (
	startTime = 30 * time.Second
	failTime  = 45 * time.Second
)

// scheduler rolls one service to its wanted state.
type scheduler struct {
	call    *provider.Call
	service *world.Object
	runtime *Runtime
}

// settleService starts a deployment when the task definition is new or asked for, scales the service, and waits as the
// real provider does.
func settleService(c *provider.Call) error {
	if c.New == nil {
		return nil
	}
	runtime, err := load(c.World, c.Region, c.New.ID)
	if err != nil {
		return err
	}
	s := scheduler{call: c, service: c.New, runtime: runtime}
	if s.needsDeployment() {
		err = s.deploy(fmt.Sprint(c.New.Props["taskDefinition"]))
	} else {
		err = s.scale(runtime.primary())
	}
	runtime.forget()
	stored := runtime.store(c.World, c.Region, c.New.ID)
	if stored := errors.Join(stored, forgetInactive(c.World, c.Region)); stored != nil {
		return stored
	}
	if c.New.Props["waitForSteadyState"] == true {
		return err
	}
	return nil
}

// needsDeployment tells whether UpdateService starts a new deployment: for a change of what its tasks are made from.
func (s *scheduler) needsDeployment() bool {
	if s.call.Old == nil || s.service.Props["forceNewDeployment"] == true {
		return true
	}
	for _, name := range []string{
		"taskDefinition", "networkConfiguration", "capacityProviderStrategies", "platformVersion", "loadBalancers",
		"enableExecuteCommand", "propagateTags",
	} {
		if s.call.Changed(name) {
			return true
		}
	}
	return false
}

// deploy runs the rolling update: new tasks start and become healthy before the old ones stop; the circuit breaker ends
// it after too many failures.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
func (s *scheduler) deploy(definition string) error {
	previous := s.runtime.primary()
	d := s.begin(definition)
	failure := s.start(d, s.desired())
	if failure == "" {
		s.stopOthers(d)
		return nil
	}
	breaker, _ := s.service.Props["deploymentCircuitBreaker"].(map[string]any)
	if breaker["enable"] != true {
		return s.timeout(failure)
	}
	d.Rollout, d.Reason = Failed, "ECS deployment circuit breaker: tasks failed to start."
	s.event("(service %s) (deployment %s) deployment failed: tasks failed to start.", s.name(), d.ID)
	if breaker["rollback"] == true && previous != nil && previous.Rollout == Completed {
		d.Status, previous.Status = Active, Primary
		previous.Reason = "ECS deployment circuit breaker: rolled back to " + previous.TaskDefinition
		s.event("(service %s) rolling back to deployment %s.", s.name(), previous.ID)
		return nil
	}
	return s.timeout(failure)
}

// scale brings a deployment to the desired count.
func (s *scheduler) scale(d *Deployment) error {
	running := s.runtime.running(d.ID)
	desired := s.desired()
	for _, t := range running[min(desired, len(running)):] {
		s.stop(t, "Scaling activity initiated by (deployment "+d.ID+")")
	}
	if failure := s.start(d, desired-len(running)); failure != "" {
		return s.timeout(failure)
	}
	return nil
}

// timeout is the real provider's error after waiting in vain, with what ECS would show.
func (s *scheduler) timeout(failure string) error {
	return fmt.Errorf("waiting for ECS Service (%s) to reach steady state: timeout while waiting for state to become "+
		"'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s); its last task stopped: %s", s.service.ID, failure)
}

func (s *scheduler) begin(definition string) *Deployment {
	w := s.call.World
	key := "ecs/deployment/" + s.service.ID
	w.NextGeneration(key)
	number := fmt.Sprintf("%019d", w.Generation(key))
	for _, d := range s.runtime.Deployments {
		d.Status = Active
	}
	d := &Deployment{
		ID: "ecs-svc/" + number, Status: Primary, TaskDefinition: definition, Rollout: InProgress,
		Reason: "ECS deployment " + number + " in progress.", CreatedAt: w.Now(),
	}
	s.runtime.Deployments = append(s.runtime.Deployments, d)
	return d
}

// start adds n tasks to a deployment. It returns why tasks stop when as many failed as the circuit breaker bears.
func (s *scheduler) start(d *Deployment, n int) (failure string) {
	for i := 0; i < n; i++ {
		t := s.place(d)
		failure = s.boot(d, t)
		if failure == "" {
			s.event("(service %s) has started 1 tasks: (task %s).", s.name(), t.ID)
			continue
		}
		s.stop(t, failure)
		if d.FailedTasks++; d.FailedTasks >= s.bears() {
			return failure
		}
		i--
	}
	s.call.World.Advance(startTime)
	d.Rollout, d.Reason = Completed, "ECS deployment "+d.ID+" completed."
	s.event("(service %s) has reached a steady state.", s.name())
	return ""
}

// bears is how many failures end a deployment: half the desired count, at least 3, at most 200.
func (s *scheduler) bears() int { return min(max((s.desired()+1)/2, 3), 200) }

// place makes a task in the next subnet, with the next free address.
func (s *scheduler) place(d *Deployment) *Task {
	w := s.call.World
	key := "ecs/task/" + s.service.ID
	w.NextGeneration(key)
	n := w.Generation(key)
	network, _ := s.service.Props["networkConfiguration"].(map[string]any)
	subnets, _ := network["subnets"].([]any)
	subnet := w.Get(subnetType, s.call.Region, fmt.Sprint(subnets[n%len(subnets)]))
	t := &Task{
		ID: world.Digest(32, key, fmt.Sprint(n)), Deployment: d.ID, Status: Running,
		Subnet: subnet.ID, Zone: fmt.Sprint(subnet.Props["availabilityZone"]), StartedAt: w.Now(),
		PrivateIP: address(fmt.Sprint(subnet.Props["cidrBlock"]), n),
	}
	s.runtime.Tasks = append(s.runtime.Tasks, t)
	return t
}

// address is the nth usable address of a network; AWS keeps the first four of a subnet.
func address(cidr string, n int) string {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return ""
	}
	addr := prefix.Addr()
	for range n + 3 {
		addr = addr.Next()
	}
	return addr.String()
}

func (s *scheduler) stop(t *Task, reason string) {
	t.Status, t.StoppedReason = Stopped, reason
	s.event("(service %s) has stopped 1 running tasks: (task %s): %s", s.name(), t.ID, reason)
	s.call.World.Advance(failTime)
}

// stopOthers ends the deployments before d, whose tasks are no longer needed.
func (s *scheduler) stopOthers(d *Deployment) {
	for _, t := range s.runtime.running("") {
		if t.Deployment != d.ID {
			s.stop(t, "Scaling activity initiated by (deployment "+d.ID+")")
		}
	}
	s.runtime.Deployments = []*Deployment{d}
}

func (s *scheduler) desired() int {
	n, _ := s.service.Props["desiredCount"].(float64)
	return int(n)
}

func (s *scheduler) name() string { return fmt.Sprint(s.service.Props["name"]) }

func (s *scheduler) event(format string, args ...any) {
	s.runtime.Events = append(s.runtime.Events, Event{At: s.call.World.Now(), Message: fmt.Sprintf(format, args...)})
}
