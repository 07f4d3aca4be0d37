package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
)

// Status is what the ECS console would show of a service.
type Status struct {
	*ecs.ServiceStatus
	// IsHealthy is Healthy for readers of the JSON.
	IsHealthy bool `json:"healthy"`
}

// shownEvents is how many of the last events the text shows.
const shownEvents = 5

// Status describes a service by the names of its cluster and itself, after it has answered what has happened since the
// last operation. The world itself does not change.
func (w *World) Status(region, cluster, service string) (*Status, error) {
	w.Lock()
	defer w.Unlock()
	if err := ecs.Settle(w.World, scope(region)); err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s, err := ecs.Describe(w.World, scope(region), cluster, service)
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	return &Status{ServiceStatus: s, IsHealthy: s.Healthy()}, nil
}

// String draws the status for a person.
func (s *Status) String() string {
	health := "healthy"
	if !s.Healthy() {
		health = "NOT HEALTHY"
	}
	parts := []string{fmt.Sprintf("service %s in cluster %s: %s, %d desired, runs %s",
		s.Service, s.Cluster, health, s.Desired, short(s.TaskDefinition))}
	deployments := newTable("DEPLOYMENT", "STATUS", "TASK DEFINITION", "ROLLOUT", "FAILED", "WHY")
	for _, d := range s.Deployments {
		deployments.AppendRow(table.Row{d.ID, d.Status, short(d.TaskDefinition), d.Rollout, d.FailedTasks, d.Reason})
	}
	tasks := newTable("TASK", "STATUS", "ZONE", "ADDRESS", "TARGET", "WHY")
	for _, t := range s.Tasks {
		health, why := s.target(t)
		tasks.AppendRow(table.Row{t.ID[:8], t.Status, t.Zone, t.PrivateIP, health, why})
	}
	parts = append(parts, deployments.Render(), tasks.Render())
	for _, t := range s.Tasks {
		if strings.HasPrefix(t.ExecAgent, ecs.Stopped) {
			parts = append(parts, fmt.Sprintf("ECS Exec does not work in task %s: %s", t.ID[:8], t.ExecAgent))
		}
	}
	if slices.ContainsFunc(s.Deployments, func(d *ecs.Deployment) bool {
		return d.Status == ecs.Primary && d.Rollout == ecs.Failed
	}) {
		parts = append(parts, fmt.Sprintf("ECS starts nothing more for a failed deployment. Mend what stopped its tasks, "+
			"and then change the task definition or force a new deployment:\n  go run . sandbox redeploy %[2]s\n  on AWS: "+
			"aws ecs update-service --cluster %[1]s --service %[2]s --force-new-deployment", s.Cluster, s.Service))
	}
	parts = append(parts, "last events:")
	for _, e := range s.Events[max(0, len(s.Events)-shownEvents):] {
		parts = append(parts, fmt.Sprintf("  %s  %s", e.At.Format("15:04:05"), e.Message))
	}
	return strings.Join(parts, "\n")
}

// target is the health of a task behind the load balancer, and why it stopped or is unhealthy.
func (s *Status) target(t *ecs.Task) (health, why string) {
	if t.Status == ecs.Stopped {
		return "-", strings.TrimSuffix(t.StoppedReason+"; last log: "+t.LastLog, "; last log: ")
	}
	i := slices.IndexFunc(s.Targets, func(target ecs.Target) bool { return target.IP == t.PrivateIP })
	if i < 0 {
		return "-", ""
	}
	return s.Targets[i].Health, s.Targets[i].Reason
}

func newTable(columns ...string) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	header := table.Row{}
	for _, column := range columns {
		header = append(header, column)
	}
	t.AppendHeader(header)
	return t
}

// short is the family and revision of a task definition's ARN.
func short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
