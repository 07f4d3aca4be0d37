package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	screen "github.com/live-beats/live-beats-aws/internal/status"
)

// nodesStack deploys a service whose tasks look for each other, with everything that this requires.
func nodesStack(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	settings := `"environment": [{"name": "AWS_ECS_CLUSTER_NAME", "value": "live-beats"},
		{"name": "AWS_ECS_CLUSTER_REGION", "value": "eu-west-2"}, {"name": "AWS_ECS_SERVICE_ARN", "value": "/live-beats$"},
		{"name": "ERL_AFLAGS", "value": "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9115"},`
	policy := strings.Replace(sandboxtest.Policy, `"ecs:ListTasks"`, `["ecs:ListServices", "ecs:ListTasks", "ecs:DescribeTasks"]`, 1)
	require.NoError(t, a.Deploy(sandboxtest.Changes{
		"policy": {"policy": policy},
		"task": {
			"taskRoleArn": "$role.arn", "containerDefinitions": strings.Replace(sandboxtest.Containers, `"environment": [`, settings, 1),
		},
	}))
	for name, port := range map[string]float64{"epmd": 4369, "distribution": 9100, "app": 4000} {
		require.NoError(t, a.Make(sandboxtest.IngressRule, "nodes-"+name, provider.Props{
			"securityGroupId": "$back", "referencedSecurityGroupId": "$back", "ipProtocol": "tcp", "fromPort": port, "toPort": port,
		}))
	}
	return a
}

// TestNodes removes one requirement at a time.
func TestNodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ remove, state, why string }{
		"connected":    {"", screen.Connected, ""},
		"port mapper":  {"nodes-epmd", screen.NotConnected, `[libcluster:ecs] unable to connect to :"live-beats@PEER" (task lets in TCP 4369 from task: no ingress rule of GROUP)`},
		"distribution": {"nodes-distribution", screen.NotConnected, `[libcluster:ecs] unable to connect to :"live-beats@PEER" (task lets in TCP 9100 from task: no ingress rule of GROUP)`},
		"songs":        {"nodes-app", screen.Connected, "its songs cannot be played from this node: task lets in TCP 4000 from task: no ingress rule of GROUP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := nodesStack(t)
			if test.remove != "" {
				require.NoError(t, a.Remove(test.remove))
			}
			s := status(t, a)
			require.True(t, s.Healthy(), "AWS does not see it")
			require.Len(t, s.Nodes, 2)
			one, other := "live-beats@"+s.Tasks[0].PrivateIP, "live-beats@"+s.Tasks[1].PrivateIP
			why := func(peer string) string {
				return a.Text(strings.NewReplacer("live-beats@PEER", peer, "GROUP", "$back").Replace(test.why))
			}
			require.Equal(t, []screen.Node{
				{Name: one, Peers: []screen.Peer{{Name: other, State: test.state, Why: why(other)}}},
				{Name: other, Peers: []screen.Peer{{Name: one, State: test.state, Why: why(one)}}},
			}, s.Nodes)
			require.Equal(t, test.state == screen.NotConnected, len(s.Causes()) == 1)
		})
	}
}

// TestNoNodes: an application that is not configured to look for other nodes has none.
func TestNoNodes(t *testing.T) {
	t.Parallel()
	require.Empty(t, status(t, sandboxtest.Deployed(t, nil)).Nodes)
}
