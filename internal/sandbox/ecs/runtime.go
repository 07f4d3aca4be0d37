package ecs

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// runtimeType is the type of the world's object for a service's deployments and tasks. Its id is the service's ARN.
const runtimeType = "ecs/runtime"

// Statuses, as DescribeServices and DescribeTasks name them.
const (
	Primary    = status.Primary
	Active     = "ACTIVE"
	InProgress = "IN_PROGRESS"
	Completed  = status.Completed
	Failed     = status.Failed

	Provisioning = "PROVISIONING"
	Pending      = "PENDING"
	Running      = status.Running
	Deactivating = "DEACTIVATING"
	Stopped      = status.Stopped
)

// Runtime holds the deployments, tasks and events of a service.
type Runtime struct {
	Deployments []*Deployment `json:"deployments"`
	Tasks       []*Task       `json:"tasks"`
	Events      []Event       `json:"events"`
}

type (
	// Deployment is one attempt to run a revision.
	Deployment = status.Deployment
	// Event is one line of the service's event log.
	Event = status.Event
)

// Task is one task. A stopped task holds the reason.
type Task struct {
	status.Task
	fate fate
}

// keptEvents and keptStopped limit the history, as ECS does.
const (
	keptEvents  = 100
	keptStopped = 20
)

// load reads a service's runtime. A new service has an empty one.
func load(w *world.World, region, service string) (*Runtime, error) {
	o := w.Get(runtimeType, region, service)
	if o == nil {
		return &Runtime{}, nil
	}
	data, err := json.Marshal(o.Props)
	if err != nil {
		return nil, fmt.Errorf("read tasks of %s: %w", service, err)
	}
	var r Runtime
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("read tasks of %s: %w", service, err)
	}
	return &r, nil
}

func (r *Runtime) store(w *world.World, region, service string) error {
	r.Events = r.Events[max(0, len(r.Events)-keptEvents):]
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write tasks of %s: %w", service, err)
	}
	o := &world.Object{Type: runtimeType, Region: region, ID: service, Created: w.Now()}
	if err := json.Unmarshal(data, &o.Props); err != nil {
		return fmt.Errorf("write tasks of %s: %w", service, err)
	}
	w.Put(o)
	return nil
}

func (r *Runtime) primary() *Deployment {
	for _, d := range r.Deployments {
		if d.Status == Primary {
			return d
		}
	}
	return nil
}

// deployment returns the deployment with an id, or nil if it has ended.
func (r *Runtime) deployment(id string) *Deployment {
	i := slices.IndexFunc(r.Deployments, func(d *Deployment) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return r.Deployments[i]
}

// of lists the tasks of a deployment that have one of some statuses. "" means all deployments.
func (r *Runtime) of(deployment string, statuses ...string) []*Task {
	var found []*Task
	for _, t := range r.Tasks {
		if slices.Contains(statuses, t.Status) && (deployment == "" || t.Deployment == deployment) {
			found = append(found, t)
		}
	}
	return found
}

// active lists the tasks of a deployment that are running or starting.
func (r *Runtime) active(deployment string) []*Task {
	return r.of(deployment, Provisioning, Pending, Running)
}

func healthy(tasks []*Task) int {
	n := 0
	for _, t := range tasks {
		if t.Healthy {
			n++
		}
	}
	return n
}

// forget removes the oldest stopped tasks.
func (r *Runtime) forget() {
	stopped := 0
	for i := len(r.Tasks) - 1; i >= 0; i-- {
		if r.Tasks[i].Status != Stopped {
			continue
		}
		if stopped++; stopped > keptStopped {
			r.Tasks = append(r.Tasks[:i], r.Tasks[i+1:]...)
		}
	}
}
