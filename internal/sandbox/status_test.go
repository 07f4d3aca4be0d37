package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestStatusOfAHealthyService(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Set("service", "desiredCount", 1.0))
	s, err := a.Sandbox.Status(a.Region, "live-beats", "live-beats")
	require.NoError(t, err)
	task := s.Tasks[0]
	require.Contains(t, s.String(), "service live-beats in cluster live-beats: healthy, 1 desired, runs live-beats:1\n")
	require.Contains(t, s.String(), "│ ecs-svc/0000000000000000001 │ PRIMARY │ live-beats:1    │ COMPLETED │      0 │ "+
		"ECS deployment ecs-svc/0000000000000000001 completed. │")
	require.Contains(t, s.String(), "│ "+task.ID[:8]+" │ RUNNING │ "+task.Zone+" │ "+task.PrivateIP+" │ healthy │")
	events := `(?s)last events:\n  00:00:25  .* has started 1 tasks.*  00:01:30  .* has reached a steady state\.$`
	require.Regexp(t, events, s.String())

	data, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(data), `"healthy":true`)
}

func TestStatusTellsWhy(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.Error(t, a.Deploy(sandboxtest.Changes{"secret": nil}))
	s, err := a.Sandbox.Status(a.Region, "live-beats", "live-beats")
	require.NoError(t, err)
	require.Contains(t, s.String(), "NOT HEALTHY")
	require.Contains(t, s.String(), "invalid parameters: /staging/SECRET")
	events := s.String()[strings.Index(s.String(), "last events:"):]
	require.LessOrEqual(t, strings.Count(events, "\n"), 5)
}

func TestStatusOfUnhealthyTargets(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Change("targets", provider.Props{"healthCheck": provider.Props{"path": "/nowhere"}}))
	s, err := a.Sandbox.Status(a.Region, "live-beats", "live-beats")
	require.NoError(t, err)
	require.Contains(t, s.String(), "): Health checks failed with these codes: [404]")
}

func TestStatusWithoutALoadBalancer(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Set("service", "loadBalancers", nil))
	s, err := a.Sandbox.Status(a.Region, "live-beats", "live-beats")
	require.NoError(t, err)
	require.True(t, s.Healthy())
	require.Contains(t, s.String(), " │ -      │")
}

func TestStatusOfNoService(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	_, err := a.Sandbox.Status(a.Region, "c", "s")
	require.EqualError(t, err, "read status: ServiceNotFoundException: Service s not found in cluster c.")
}
