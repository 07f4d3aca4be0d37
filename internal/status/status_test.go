package status_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/status"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// service is a healthy service that was deployed at noon.
func service() *status.Status {
	return &status.Status{
		Cluster: "beats", Service: "live", Desired: 2, TaskDefinition: "arn:aws:ecs:eu-west-2:1:task-definition/live:7",
		Deployments: []*status.Deployment{{
			ID: "ecs-svc/7", Status: status.Primary, Rollout: status.Completed, TaskDefinition: "live:7", CreatedAt: noon,
		}},
		Tasks: []*status.Task{
			{ID: "aaaaaaaabbbb", Deployment: "ecs-svc/7", Status: status.Running, Healthy: true, PrivateIP: "10.0.1.4"},
			{ID: "ccccccccdddd", Deployment: "ecs-svc/7", Status: status.Running, Healthy: true, PrivateIP: "10.0.2.4"},
		},
		Targets: []status.Target{{IP: "10.0.1.4", Port: 4000, Health: "healthy"}, {IP: "10.0.2.4", Port: 4000, Health: "healthy"}},
		Events:  []status.Event{{At: noon.Add(-time.Hour), Message: "(service live) rolling back to deployment ecs-svc/6."}},
	}
}

// TestHealthy changes one thing at a time.
func TestHealthy(t *testing.T) {
	t.Parallel()
	rolling := func(to string, at time.Time) status.Event {
		return status.Event{At: at, Message: "(service live) rolling back to deployment " + to + "."}
	}
	for name, test := range map[string]struct {
		change              func(*status.Status)
		healthy, rolledBack bool
	}{
		"as it is":           {func(*status.Status) {}, true, false},
		"no deployment":      {func(s *status.Status) { s.Deployments = nil }, false, false},
		"in progress":        {func(s *status.Status) { s.Deployments[0].Rollout = "IN_PROGRESS" }, false, false},
		"failed":             {func(s *status.Status) { s.Deployments[0].Rollout = status.Failed }, false, false},
		"a task too few":     {func(s *status.Status) { s.Desired = 3 }, false, false},
		"none wanted":        {func(s *status.Status) { s.Desired, s.Tasks, s.Targets = 0, nil, nil }, true, false},
		"another deployment": {func(s *status.Status) { s.Tasks[0].Deployment = "ecs-svc/6" }, false, false},
		"unhealthy target":   {func(s *status.Status) { s.Targets[1].Health = "unhealthy" }, false, false},
		"failed one is kept": {func(s *status.Status) {
			s.Deployments = append(s.Deployments, &status.Deployment{ID: "ecs-svc/8", Status: "ACTIVE", Rollout: status.Failed})
		}, false, true},
		"rolled back to it": {func(s *status.Status) { s.Events = append(s.Events, rolling("ecs-svc/7", noon.Add(-time.Minute))) }, false, true},
		"rolled back since": {func(s *status.Status) { s.Events = append(s.Events, rolling("ecs-svc/5", noon.Add(time.Second))) }, false, true},
		"fixed since":       {func(s *status.Status) { s.Events = append(s.Events, rolling("ecs-svc/5", noon)) }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service()
			test.change(s)
			require.Equal(t, test.healthy, s.Healthy())
			require.Equal(t, test.rolledBack, s.RolledBack())
		})
	}
}

// failed is a service whose last deployment was rolled back, after an earlier one that failed for another reason.
func failed() *status.Status {
	s := service()
	stopped := func(deployment, reason, log string) *status.Task {
		return &status.Task{ID: "eeeeeeeeffff", Deployment: deployment, Status: status.Stopped, StoppedReason: reason, LastLog: log}
	}
	s.Tasks = append(s.Tasks,
		stopped("ecs-svc/8", "Task failed ELB health checks in (target-group x): Health checks failed with these codes: [302]", ""),
		stopped("ecs-svc/9", "Essential container in task exited", "FATAL 53300 (too_many_connections)"),
		stopped("ecs-svc/9", "Essential container in task exited", "FATAL 53300 (too_many_connections)"))
	s.Events = append(s.Events, status.Event{At: noon, Message: "(service live) rolling back to deployment ecs-svc/7."})
	return s
}

func TestCauses(t *testing.T) {
	t.Parallel()
	require.Empty(t, service().Causes())
	s := failed()
	require.Len(t, s.Causes(), 1, "only of the last deployment")
	text := s.String()
	require.Contains(t, text, "service live in cluster beats: NOT HEALTHY, 2 desired, runs live:7\n")
	require.Contains(t, text, "likely cause: the database has no connections left: a task opens 2 x service.poolSize, "+
		"and a rollout doubles the tasks\n  seen: FATAL 53300 (too_many_connections)\n  fix:  lower service.poolSize")
	require.Contains(t, text, "│ eeeeeeee │ STOPPED │")
	require.NotContains(t, text, "force a new deployment")

	data, err := json.Marshal(s)
	require.NoError(t, err)
	var doc struct {
		Healthy bool
		Cluster string
		Causes  []map[string]string
	}
	require.NoError(t, json.Unmarshal(data, &doc))
	require.Equal(t, "beats", doc.Cluster)
	require.False(t, doc.Healthy)
	require.Equal(t, "FATAL 53300 (too_many_connections)", doc.Causes[0]["evidence"])

	s.Targets[0] = status.Target{IP: "10.0.1.4", Health: "unhealthy", Reason: "Request timed out"}
	s.Deployments[0].Rollout, s.Redeploy = status.Failed, "  do this"
	require.Len(t, s.Causes(), 2)
	require.Contains(t, s.String(), "force a new deployment:\n  do this\n")
}

func TestNodes(t *testing.T) {
	t.Parallel()
	s := service()
	s.Nodes = []status.Node{{Name: "a", Peers: []status.Peer{}}}
	require.NotContains(t, s.String(), "NODE", "a single node has no peers")
	lonely := `[libcluster:ecs] unable to connect to :"live-beats@10.0.2.4"`
	s.Nodes = []status.Node{
		{Name: "a", Peers: []status.Peer{{Name: "b", State: status.Connected}, {Name: "c", State: status.NotConnected, Why: lonely}, {Name: "d", State: status.Connected}}},
		{Name: "b", Peers: []status.Peer{{Name: "a", State: status.Connected}}},
	}
	require.True(t, s.Healthy())
	var rows []string
	for line := range strings.Lines(s.String()) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	require.Subset(t, rows, []string{
		"│ a │ b │ connected │ │", "│ │ d │ │ │", "│ a │ c │ not connected │ " + lonely + " │", "│ b │ a │ connected │ │",
	})
	require.Len(t, s.Causes(), 1)
}
