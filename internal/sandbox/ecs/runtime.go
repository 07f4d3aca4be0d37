package ecs

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// runtimeType is the world's object for what runs of a service; its id is the service's ARN.
const runtimeType = "ecs/runtime"

// Statuses, as DescribeServices and DescribeTasks name them.
const (
	Primary    = "PRIMARY"
	Active     = "ACTIVE"
	InProgress = "IN_PROGRESS"
	Completed  = "COMPLETED"
	Failed     = "FAILED"

	Provisioning = "PROVISIONING"
	Pending      = "PENDING"
	Running      = "RUNNING"
	Deactivating = "DEACTIVATING"
	Stopped      = "STOPPED"
)

// Runtime is what runs of a service.
type Runtime struct {
	Deployments []*Deployment `json:"deployments"`
	Tasks       []*Task       `json:"tasks"`
	Events      []Event       `json:"events"`
}

// Deployment is one attempt to run a revision.
type Deployment struct {
	ID             string    `json:"id"`
	Status         string    `json:"status"`
	TaskDefinition string    `json:"taskDefinition"`
	Rollout        string    `json:"rolloutState"`
	Reason         string    `json:"rolloutStateReason"`
	FailedTasks    int       `json:"failedTasks"`
	CreatedAt      time.Time `json:"createdAt"`
}

// Task is one task; a stopped one tells why.
type Task struct {
	ID             string    `json:"id"`
	Deployment     string    `json:"deployment"`
	TaskDefinition string    `json:"taskDefinition"`
	Status         string    `json:"lastStatus"`
	Healthy        bool      `json:"healthy"` // It runs, and its targets are healthy.
	PrivateIP      string    `json:"privateIp"`
	Subnet         string    `json:"subnet"`
	Zone           string    `json:"availabilityZone"`
	CreatedAt      time.Time `json:"createdAt"`
	StoppedReason  string    `json:"stoppedReason,omitempty"`
	// LastLog is the last line of the containers' output, as far as it is known.
	LastLog string `json:"lastLog,omitempty"`
	// ExecAgent is the status of ECS Exec in the task: empty when it is off.
	ExecAgent string `json:"execAgent,omitempty"`

	fate fate
}

// Event is one line of the service's event log.
type Event struct {
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

// keptEvents and keptStopped bound the history, as ECS does.
const (
	keptEvents  = 100
	keptStopped = 20
)

// load reads what runs of a service; a new one has nothing.
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

// of lists the tasks of a deployment, or ("") of all, in any of some statuses.
func (r *Runtime) of(deployment string, statuses ...string) []*Task {
	var found []*Task
	for _, t := range r.Tasks {
		if slices.Contains(statuses, t.Status) && (deployment == "" || t.Deployment == deployment) {
			found = append(found, t)
		}
	}
	return found
}

// active lists the tasks of a deployment that run or are on their way to.
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

// forget drops the oldest stopped tasks.
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
