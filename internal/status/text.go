package status

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
)

// String formats the status for a terminal.
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
		tasks.AppendRow(table.Row{t.ID[:min(len(t.ID), 8)], t.Status, t.Zone, t.PrivateIP, health, why})
	}
	parts = append(parts, deployments.Render(), tasks.Render())
	parts = append(parts, s.nodes()...)
	for _, t := range s.Tasks {
		if strings.HasPrefix(t.ExecAgent, Stopped) {
			parts = append(parts, fmt.Sprintf("ECS Exec does not work in task %s: %s", t.ID[:8], t.ExecAgent))
		}
	}
	parts = append(parts, s.remedies()...)
	parts = append(parts, "last events:")
	for _, e := range s.lastEvents() {
		parts = append(parts, fmt.Sprintf("  %s  %s", e.At.Format("15:04:05"), e.Message))
	}
	return strings.Join(parts, "\n")
}

// nodes returns the table of which nodes are connected. All peers of a node with the same state share one row.
func (s *Status) nodes() []string {
	if len(s.Nodes) < 2 {
		return nil
	}
	nodes := newTable("NODE", "PEERS", "STATE", "WHY")
	for _, node := range s.Nodes {
		for rest := node.Peers; len(rest) > 0; {
			first, same := rest[0], []string{}
			alike := func(p Peer) bool { return p.State == first.State && p.Why == first.Why }
			for _, peer := range rest {
				if alike(peer) {
					same = append(same, peer.Name)
				}
			}
			rest = slices.DeleteFunc(slices.Clone(rest), alike)
			nodes.AppendRow(table.Row{node.Name, strings.Join(same, "\n"), first.State, first.Why})
		}
	}
	return []string{nodes.Render()}
}

// remedies returns the likely causes and how to fix them.
func (s *Status) remedies() (parts []string) {
	for _, match := range s.Causes() {
		parts = append(parts, fmt.Sprintf("likely cause: %s\n  seen: %s\n  fix:  %s", match.Cause, match.Evidence, match.Fix))
	}
	if primary := s.primary(); primary != nil && primary.Rollout == Failed {
		parts = append(parts, "ECS starts no more tasks for a failed deployment. Fix what stopped its tasks, "+
			"and then change the task definition or force a new deployment:\n"+s.Redeploy)
	}
	return parts
}

// target returns the health of a task behind the load balancer, and why it stopped or is not healthy.
func (s *Status) target(t *Task) (health, why string) {
	if t.Status == Stopped {
		return "-", strings.TrimSuffix(t.StoppedReason+"; last log: "+t.LastLog, "; last log: ")
	}
	i := slices.IndexFunc(s.Targets, func(target Target) bool { return target.IP == t.PrivateIP })
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

// short returns the family and revision from a task definition's ARN.
func short(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
