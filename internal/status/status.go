// Package status describes the state of an ECS service: what runs, what stopped and why, and what to do. The sandbox
// fills it from its world, awslive from AWS.
package status

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/causes"
)

// Statuses, as DescribeServices and DescribeTasks return them.
const (
	Primary   = "PRIMARY"
	Completed = "COMPLETED"
	Failed    = "FAILED"

	Running = "RUNNING"
	Stopped = "STOPPED"
)

// Status is the status of a service, as the ECS console shows it.
type Status struct {
	Cluster        string        `json:"cluster"`
	Service        string        `json:"service"`
	TaskDefinition string        `json:"taskDefinition"` // What runs: after a rollback, not what was requested.
	Desired        int           `json:"desiredCount"`
	Deployments    []*Deployment `json:"deployments"`
	Tasks          []*Task       `json:"tasks"`
	Events         []Event       `json:"events"` // Oldest first.
	Targets        []Target      `json:"targets"`
	Nodes          []Node        `json:"nodes,omitempty"`
	// Redeploy is the text that tells the user how to force a new deployment.
	Redeploy string `json:"-"`
}

// Deployment is one deployment of the service.
type Deployment struct {
	ID             string    `json:"id"`
	Status         string    `json:"status"`
	TaskDefinition string    `json:"taskDefinition"`
	Rollout        string    `json:"rolloutState"`
	Reason         string    `json:"rolloutStateReason"`
	FailedTasks    int       `json:"failedTasks"`       // In a row, until a task is healthy.
	Started        bool      `json:"started,omitempty"` // One of its tasks has run.
	Passed         bool      `json:"passed,omitempty"`  // One of its tasks has been healthy.
	CreatedAt      time.Time `json:"createdAt"`
}

// Task is one task.
type Task struct {
	ID             string    `json:"id"`
	Deployment     string    `json:"deployment"`
	TaskDefinition string    `json:"taskDefinition"`
	Status         string    `json:"lastStatus"`
	Healthy        bool      `json:"healthy"` // It runs and all its targets are healthy.
	PrivateIP      string    `json:"privateIp"`
	Subnet         string    `json:"subnet"`
	Zone           string    `json:"availabilityZone"`
	CreatedAt      time.Time `json:"createdAt"`
	StoppedReason  string    `json:"stoppedReason,omitempty"`
	// LastLog is the last known line of the containers' output.
	LastLog string `json:"lastLog,omitempty"`
	// ExecAgent is the status of ECS Exec in the task. Empty if ECS Exec is off.
	ExecAgent string `json:"execAgent,omitempty"`
}

// Event is one line of the service's event log.
type Event struct {
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

// Target is one task behind a load balancer.
type Target struct {
	TargetGroup string `json:"targetGroup"`
	IP          string `json:"ip"`
	Port        int    `json:"port"`
	Health      string `json:"health"`
	Reason      string `json:"reason,omitempty"`
}

// Node is the Erlang node of a running task, with the nodes that it should be connected to.
type Node struct {
	Name  string `json:"node"`
	Peers []Peer `json:"peers"`
}

// States of a peer.
const (
	Connected    = "connected"
	NotConnected = "not connected"
	Undecided    = "undecided"
	Expected     = "expected" // Should be connected; whether it is cannot be observed.
)

// Peer is another node, as seen by one node.
type Peer struct {
	Name  string `json:"node"`
	State string `json:"state"`
	Why   string `json:"why,omitempty"`
}

// MarshalJSON adds the derived fields: whether the service is healthy, and the likely causes if it is not.
func (s *Status) MarshalJSON() ([]byte, error) {
	type plain Status
	return json.Marshal(struct {
		*plain
		Healthy bool           `json:"healthy"`
		Causes  []causes.Match `json:"causes,omitempty"`
	}{(*plain)(s), s.Healthy(), s.Causes()})
}

// Healthy reports whether the last requested deployment runs the desired number of tasks and every target is healthy. A
// service that was rolled back is not healthy, even if the rollback was to the same revision.
func (s *Status) Healthy() bool {
	for _, target := range s.Targets {
		if target.Health != "healthy" {
			return false
		}
	}
	primary := s.primary()
	if primary == nil || primary.Rollout != Completed || s.RolledBack() {
		return false
	}
	healthy := 0
	for _, t := range s.Tasks {
		if t.Status == Running && t.Healthy && t.Deployment == primary.ID {
			healthy++
		}
	}
	return healthy == s.Desired
}

var rollingBack = regexp.MustCompile(`rolling back to deployment (ecs-svc/\d+)`)

// RolledBack reports whether ECS rolled the last deployment back. AWS soon drops the failed deployment from the
// service, but keeps the event.
func (s *Status) RolledBack() bool {
	primary := s.primary()
	if primary == nil {
		return false
	}
	if slices.ContainsFunc(s.Deployments, func(d *Deployment) bool { return d != primary && d.Rollout == Failed }) {
		return true
	}
	for _, event := range slices.Backward(s.Events) {
		if to := rollingBack.FindStringSubmatch(event.Message); to != nil {
			return to[1] == primary.ID || primary.CreatedAt.Before(event.At)
		}
	}
	return false
}

func (s *Status) primary() *Deployment {
	i := slices.IndexFunc(s.Deployments, func(d *Deployment) bool { return d.Status == Primary })
	if i < 0 {
		return nil
	}
	return s.Deployments[i]
}

// Causes returns the likely causes of the problems, as far as they are recognized, and how to fix each.
func (s *Status) Causes() []causes.Match {
	var messages []string
	for _, node := range s.Nodes {
		for _, peer := range node.Peers {
			messages = append(messages, peer.Why)
		}
	}
	if s.Healthy() {
		return causes.Explain(messages...)
	}
	for _, t := range s.lastStopped() {
		messages = append(messages, t.LastLog, t.StoppedReason)
	}
	for _, target := range s.Targets {
		if target.Health != "healthy" {
			messages = append(messages, target.Reason)
		}
	}
	for _, d := range s.Deployments {
		if d.Rollout == Failed {
			messages = append(messages, d.Reason)
		}
	}
	for _, e := range s.lastEvents() {
		messages = append(messages, e.Message)
	}
	return causes.Explain(messages...)
}

// lastStopped returns the stopped tasks of the newest deployment that has stopped tasks, the last task first.
func (s *Status) lastStopped() []*Task {
	var found []*Task
	for _, t := range slices.Backward(s.Tasks) {
		if t.Status == Stopped && (found == nil || found[0].Deployment == t.Deployment) {
			found = append(found, t)
		}
	}
	return found
}

// shownEvents is how many of the last events are shown and searched for causes.
const shownEvents = 5

func (s *Status) lastEvents() []Event { return s.Events[max(0, len(s.Events)-shownEvents):] }

// Service identifies an ECS service.
type Service struct {
	Region, Cluster, Name string
}

// ParseService parses a service's ARN. Errors: not the ARN of a service, or an ARN from before 2018, which has no
// cluster.
func ParseService(text string) (Service, error) {
	if parsed, err := arn.Parse(text); err == nil && parsed.Service == "ecs" {
		if path := strings.Split(parsed.Resource, "/"); len(path) == 3 && path[0] == "service" {
			return Service{Region: parsed.Region, Cluster: path[1], Name: path[2]}, nil
		}
	}
	return Service{}, fmt.Errorf("read ARN %q: must be arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME", text)
}
