package ecs

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// waitTime is how long the real provider waits for a steady state.
const waitTime = 20 * time.Minute

// scheduler brings one service to its desired state, in the world's time.
type scheduler struct {
	call    *provider.Call
	service *world.Object
	runtime *Runtime
	account account
	seen    int // How many events the service had before.
}

func newScheduler(c *provider.Call, service *world.Object) (*scheduler, error) {
	runtime, err := load(c.World, c.Region, service.ID)
	if err != nil {
		return nil, err
	}
	s := &scheduler{call: c, service: service, runtime: runtime, account: newAccount(c.Scope, c.World)}
	s.seen = len(runtime.Events)
	for _, t := range runtime.of("", Provisioning, Pending, Running) {
		if !t.Healthy {
			t.fate = s.foresee(t)
		}
	}
	for _, t := range runtime.of("", Deactivating) {
		t.Status = Stopped
	}
	return s, nil
}

// settleService starts a deployment if the service needs one, scales the service, and waits as the real provider does:
// until the tasks run, whether or not they are healthy.
func settleService(c *provider.Call) error {
	if c.New == nil {
		return nil
	}
	s, err := newScheduler(c, c.New)
	if err != nil {
		return err
	}
	if s.needsDeployment() {
		s.begin()
	}
	unsettled := s.run(s.stable)
	if err := s.save(); err != nil {
		return err
	}
	if c.New.Props["waitForSteadyState"] == true {
		return unsettled
	}
	return nil
}

func (s *scheduler) save() error {
	s.runtime.forget()
	stored := s.runtime.store(s.call.World, s.call.Region, s.service.ID)
	return errors.Join(stored, forgetInactive(s.call.World, s.call.Region))
}

// Settle lets the services of a region react to changes around them: tasks that are no longer healthy are replaced. It
// does not save the world.
func Settle(w *world.World, scope provider.Scope) error {
	for _, service := range w.List(serviceType, scope.Region) {
		s, err := newScheduler(&provider.Call{Scope: scope, World: w, New: service}, service)
		if err != nil {
			return err
		}
		w.Edit(service)
		if service.Props["desiredCount"] = float64(s.desired()); s.desired() == 0 {
			delete(service.Props, "desiredCount")
		}
		s.recheck()
		_ = s.run(never) // The service's status shows what does not reach a steady state.
		if err := s.save(); err != nil {
			return err
		}
	}
	return nil
}

// Await lets time pass until a service's deployment has completed or failed, or the wait is over. It returns why the
// deployment has failed. It does not save the world.
func Await(w *world.World, scope provider.Scope, service *world.Object) error {
	s, err := newScheduler(&provider.Call{Scope: scope, World: w, New: service}, service)
	if err != nil {
		return err
	}
	return errors.Join(s.run(never), s.save())
}

// Redeploy starts a new deployment of a service without changing it, as UpdateService with forceNewDeployment does. It
// does not save the world.
func Redeploy(w *world.World, scope provider.Scope, service *world.Object) error {
	if service.Type != serviceType {
		return provider.Errorf("ServiceNotFoundException", "%s is no ECS service.", service.ID)
	}
	s, err := newScheduler(&provider.Call{Scope: scope, World: w, New: service}, service)
	if err != nil {
		return err
	}
	s.begin()
	return errors.Join(s.run(never), s.save())
}

// recheck stops the tasks whose health checks now fail.
func (s *scheduler) recheck() {
	for _, t := range s.runtime.of("", Running) {
		task, err := s.account.task(s.service, t)
		if err != nil {
			continue
		}
		for _, balancer := range graph.Props(s.service.Props).Objects("loadBalancers") {
			if reason := s.targetHealth(task, balancer); reason != "" && t.Status == Running {
				s.stop(t, fmt.Sprintf("Task failed ELB health checks in (target-group %s): %s",
					balancer.Text("targetGroupArn"), reason))
			}
		}
	}
}

// run lets time pass until the service is steady, done returns true, the deployment has failed, or the wait is over.
// Each round starts and stops as many tasks as the percentages allow, and then advances to the next time at which a
// task changes.
func (s *scheduler) run(done func() bool) error {
	w, end := s.call.World, s.call.World.Now().Add(waitTime)
	for {
		d := s.runtime.primary()
		if d == nil || d.Rollout == Failed {
			return nil // ECS starts no more tasks for a deployment that has failed.
		}
		for s.advance() {
			if failed := s.breakCircuit(d, done); failed != nil {
				return failed()
			}
		}
		s.stopSurplus(d)
		s.startMissing(d)
		steady := s.steady(d)
		if steady {
			s.finish(d)
		}
		if steady || done() {
			return nil
		}
		next, found := s.nextChange()
		if !found || next.After(end) {
			w.Advance(end.Sub(w.Now()))
			return s.timeout()
		}
		if next.After(w.Now()) {
			w.Advance(next.Sub(w.Now()))
		}
	}
}

// advance moves every task to the state that its fate has reached by now. It returns at the first task that fails.
func (s *scheduler) advance() (failed bool) {
	now := s.call.World.Now()
	for _, t := range s.runtime.of("", Provisioning, Pending, Running, Deactivating) {
		f := t.fate
		reached := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
		switch {
		case t.Status == Deactivating:
			if reached(f.stopped) {
				t.Status = Stopped
			}
		case f.stops() && reached(f.stopped):
			t.LastLog = f.log
			s.failed(t)
			s.stop(t, f.reason)
			return true
		case t.Status != Running && reached(f.running):
			s.started(t)
		case t.Status == Provisioning && reached(f.pending):
			t.Status = Pending
		}
		if t.Status == Running && !t.Healthy && !f.stops() && reached(f.healthy) {
			s.passed(t)
		}
	}
	return false
}

// nextChange returns when the next task changes.
func (s *scheduler) nextChange() (next time.Time, found bool) {
	now := s.call.World.Now()
	for _, t := range s.runtime.of("", Provisioning, Pending, Running, Deactivating) {
		for _, at := range []time.Time{t.fate.pending, t.fate.running, t.fate.healthy, t.fate.stopped} {
			if at.After(now) && (!found || at.Before(next)) {
				next, found = at, true
			}
		}
	}
	return next, found
}

// stable reports whether the real provider stops waiting: there is one deployment, and the desired number of tasks run.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/ecs/service.go
func (s *scheduler) stable() bool {
	return len(s.runtime.Deployments) == 1 && len(s.runtime.of("", Running)) == s.desired()
}

func never() bool { return false }

// steady reports whether exactly the desired number of tasks run, all of them are healthy, and no others exist.
func (s *scheduler) steady(d *Deployment) bool {
	own := s.runtime.of(d.ID, Running)
	return len(own) == s.desired() && healthy(own) == s.desired() &&
		len(s.runtime.of("", Provisioning, Pending, Running, Deactivating)) == len(own)
}

// startMissing starts tasks of the deployment, as many as the maximum percent allows.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html
func (s *scheduler) startMissing(d *Deployment) {
	most := s.desired() * graph.Props(s.service.Props).Int("deploymentMaximumPercent") / 100
	for len(s.runtime.active(d.ID)) < s.desired() && len(s.runtime.of("", Provisioning, Pending, Running)) < most {
		s.place(d)
	}
}

// stopSurplus stops the tasks of older deployments, and tasks of this one beyond the desired count, as far as the
// minimum healthy percent allows.
func (s *scheduler) stopSurplus(d *Deployment) {
	percent := graph.Props(s.service.Props).Int("deploymentMinimumHealthyPercent")
	least := (s.desired()*percent + 99) / 100
	running := s.runtime.of("", Provisioning, Pending, Running)
	own := s.runtime.active(d.ID)
	for _, t := range running {
		surplus := t.Deployment != d.ID
		if !surplus && len(own) > s.desired() {
			surplus, own = true, own[1:]
		}
		if surplus && (!t.Healthy || healthy(s.runtime.of("", Running)) > least) {
			s.drain(t, "Scaling activity initiated by (deployment "+d.ID+")")
		}
	}
}

func (s *scheduler) desired() int {
	n := graph.Props(s.service.Props).Int("desiredCount")
	if target := scalableTarget(s.call.World, s.call.Region, s.service); target != nil {
		bounds := graph.Props(target.Props)
		n = min(max(n, bounds.Int("minCapacity")), bounds.Int("maxCapacity"))
	}
	return n
}

func (s *scheduler) name() string { return fmt.Sprint(s.service.Props["name"]) }

func (s *scheduler) event(format string, args ...any) {
	s.runtime.Events = append(s.runtime.Events, Event{At: s.call.World.Now(), Message: fmt.Sprintf(format, args...)})
}

// timeout returns the real provider's error after the wait is over, with what ECS would show.
func (s *scheduler) timeout() error {
	why := "no task can start: the deployment's minimum and maximum percent leave no room"
	if i := slices.IndexFunc(s.runtime.Tasks, func(t *Task) bool { return t.StoppedReason != "" }); i >= 0 {
		why = "its last task stopped: " + s.lastReason()
	}
	return fmt.Errorf("waiting for ECS Service (%s) to reach steady state: timeout while waiting for state to become "+
		"'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s); %s", s.service.ID, why)
}

func (s *scheduler) lastReason() string {
	for _, t := range slices.Backward(s.runtime.Tasks) {
		if t.StoppedReason != "" {
			return t.StoppedReason
		}
	}
	return ""
}
