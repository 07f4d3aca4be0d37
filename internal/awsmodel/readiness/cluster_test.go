package readiness_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const settings = `[{"name": "migrate", "essential": false}, {"name": "live-beats", "environment": [
	{"name": "AWS_ECS_CLUSTER_NAME", "value": "beats"}, {"name": "AWS_ECS_CLUSTER_REGION", "value": "eu-west-2"},
	{"name": "AWS_ECS_SERVICE_ARN", "value": "arn:aws:ecs:eu-west-2:123456789012:service/beats/live$"},
	{"name": "ERL_AFLAGS", "value": "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9115"},
	{"name": "PORT", "value": "4000"}]}]`

// nodes returns the resources of startable, and what two nodes of a service need to find and reach each other.
func nodes() map[string]string {
	resources := startable()
	among := func(ports string) string {
		return `{"securityGroupId": "sg-1", "referencedSecurityGroupId": "sg-1", "ipProtocol": "tcp", ` + ports + `}`
	}
	resources[graph.IngressRule+" epmd"] = among(`"fromPort": 4369, "toPort": 4369`)
	resources[graph.IngressRule+" distribution"] = among(`"fromPort": 9100, "toPort": 9115`)
	resources[graph.IngressRule+" app"] = among(`"fromPort": 4000, "toPort": 4000`)
	resources[graph.VpcEndpoint+" ecs"] = strings.Replace(resources[graph.VpcEndpoint+" ssm"], ".ssm", ".ecs", 1)
	quoted, _ := json.Marshal(policy(`{"Effect": "Allow", "Action": ["ecs:ListServices", "ecs:ListTasks", "ecs:DescribeTasks"],
		"Resource": "*", "Condition": {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:eu-west-2:123456789012:cluster/beats"}}}`))
	resources[graph.RolePolicy+" discovery"] = `{"role": "task", "policy": ` + string(quoted) + `}`
	resources[graph.Cluster+" cluster"] = `{"name": "beats"}`
	resources[graph.Service+" live"] = `{"name": "live", "cluster": "cluster"}`
	resources[graph.Service+" worker"] = `{"name": "live-worker", "cluster": "cluster"}`
	resources[graph.Service+" elsewhere"] = `{"name": "live", "cluster": "other"}`
	return resources
}

func node(t *testing.T, resources map[string]string, settings, address string) readiness.Task {
	t.Helper()
	n := task(t, resources)
	parsed, err := taskdef.Parse(settings)
	require.NoError(t, err)
	n.Containers = parsed
	n.Cluster, n.Service = n.Graph.Get(graph.Cluster, region, "cluster"), n.Graph.Get(graph.Service, region, "live")
	n.Interface.Addresses = []netip.Prefix{netip.MustParsePrefix(address + "/32")}
	return n
}

func TestNodesAreJoined(t *testing.T) {
	t.Parallel()
	a, b := node(t, nodes(), settings, "10.0.1.9"), node(t, nodes(), settings, "10.0.1.10")
	require.True(t, a.Clusters())
	require.Equal(t, awsmodel.Proven, a.Discovery().Verdict, a.Discovery().Why())
	require.Equal(t, awsmodel.Proven, a.Peers(b.Interface).Verdict, a.Peers(b.Interface).Why())
	require.Equal(t, awsmodel.Proven, readiness.Joined(a, b).Verdict)
	var by []string
	for _, hop := range a.Peers(b.Interface).Hops {
		by = append(by, hop.By)
	}
	require.Equal(t, []string{"out", "epmd", "out", "distribution", "out", "app"}, by)
}

// TestWhatClusteringNeeds breaks one thing at a time: it changes a text in a resource or a setting, or deletes a
// resource.
func TestWhatClusteringNeeds(t *testing.T) {
	t.Parallel()
	const (
		lonely  = `[libcluster:ecs] unable to connect to :"live-beats@10.0.1.10"`
		nothing = ` while determining nodes in cluster via ECS strategy.`
		denied  = `[libcluster:ecs] Error {:error, {"AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/task/t1 is not authorized to perform: `
		none    = `[libcluster:ecs] Error {:error, "no service matching `
	)
	for name, test := range map[string]struct{ resource, old, replacement, why, symptom string }{
		"port mapper":      {graph.IngressRule + " epmd", "", "", "task lets in TCP 4369 from task: no ingress rule of sg-1", lonely},
		"distribution":     {graph.IngressRule + " distribution", "", "", "task lets in TCP 9100 from task: no ingress rule of sg-1", lonely},
		"shifted":          {graph.IngressRule + " distribution", "9100", "9101", "task lets in TCP 9100 from task: no ingress rule of sg-1", lonely},
		"way out":          {graph.EgressRule + " out", `"-1"`, `"tcp", "fromPort": 443, "toPort": 443`, "task lets out TCP 4369 to task: no egress rule of sg-1", lonely},
		"ECS's endpoint":   {graph.VpcEndpoint + " ecs", "", "", "", "[libcluster:ecs] Error {:error, :connect_timeout}" + nothing},
		"endpoint policy":  {graph.VpcEndpoint + " ecs", everything, `"` + strings.ReplaceAll(policy(`{"Effect": "Allow", "Principal": "*", "Action": "ecs:List*", "Resource": "*"}`), `"`, `\"`) + `"`, "", denied + "ecs:DescribeTasks on resource: arn:aws:ecs:eu-west-2:123456789012:task/beats/t1 because"},
		"policy":           {graph.RolePolicy + " discovery", "", "", "", denied + "ecs:ListServices on resource: * because"},
		"list":             {graph.RolePolicy + " discovery", "ecs:ListTasks", "ecs:StopTask", "", denied + "ecs:ListTasks on resource: arn:aws:ecs:eu-west-2:123456789012:container-instance/beats/* because"},
		"another cluster":  {graph.RolePolicy + " discovery", "cluster/beats", "cluster/beat", "", denied + "ecs:ListServices"},
		"task role":        {"definition live-beats:1", "arn:task", "arn:tusk", "", "Required key: :access_key_id is nil in config!"},
		"cluster's name":   {"", `"beats"}`, `"beatz"}`, "", denied + "ecs:ListServices"},
		"cluster unnamed":  {"", `"AWS_ECS_CLUSTER_NAME", "value": "beats"`, `"AWS_ECS_CLUSTER_NAME", "value": ""`, "environment variable AWS_ECS_CLUSTER_NAME: is not set", "[libcluster:ecs] ECS strategy is selected, but cluster is not configured correctly!"},
		"pattern":          {"", "beats/live$", "beats/life$", "AWS_ECS_SERVICE_ARN arn:aws:ecs:eu-west-2:123456789012:service/beats/life$: does not match arn:aws:ecs:eu-west-2:123456789012:service/beats/live", none + "arn:aws:ecs:eu-west-2:123456789012:service/beats/life$ found\"}" + nothing},
		"pattern's end":    {"", "beats/live$", "beats/live", "AWS_ECS_SERVICE_ARN arn:aws:ecs:eu-west-2:123456789012:service/beats/live: also matches arn:aws:ecs:eu-west-2:123456789012:service/beats/live-worker, and the first one listed counts", ""},
		"any port":         {"", "inet_dist_listen_m", "inet_default_m", "task lets in TCP 32768 from task: no ingress rule of sg-1", lonely},
		"the app's second": {graph.IngressRule + " distribution", "9115", "9100", "", ""}, // Only a remote shell listens there.
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resources, set := nodes(), settings
			switch {
			case test.resource == "":
				require.Contains(t, set, test.old)
				set = strings.ReplaceAll(set, test.old, test.replacement)
			case test.old == "":
				delete(resources, test.resource)
			default:
				require.Contains(t, resources[test.resource], test.old)
				resources[test.resource] = strings.Replace(resources[test.resource], test.old, test.replacement, 1)
			}
			answer := readiness.Joined(node(t, resources, set, "10.0.1.9"), node(t, resources, set, "10.0.1.10"))
			if test.why == "" && test.symptom == "" {
				require.Empty(t, answer.Failure())
				return
			}
			require.Equal(t, awsmodel.Refuted, answer.Verdict)
			require.Contains(t, answer.Why(), test.why)
			require.Contains(t, answer.Symptom, test.symptom)
		})
	}
}

// TestOneWayIsEnough checks that nodes are joined if one of them can connect to the other.
func TestOneWayIsEnough(t *testing.T) {
	t.Parallel()
	deaf := strings.Replace(settings, "4000", "4001", 1)
	deaf = strings.Replace(deaf, "beats/live$", "beats/life$", 1)
	a, b := node(t, nodes(), deaf, "10.0.1.9"), node(t, nodes(), settings, "10.0.1.10")
	require.False(t, a.Discovery().OK())
	require.True(t, readiness.Joined(a, b).OK())
	require.True(t, readiness.Joined(b, a).OK())
	require.Equal(t, "task lets in TCP 4001 from task: no ingress rule of sg-1", a.Files(b.Interface).Why())
}

// TestPeersNeedsTheWholeRange checks that Peers requires every distribution port, whereas Joined requires only the
// first.
func TestPeersNeedsTheWholeRange(t *testing.T) {
	t.Parallel()
	resources := nodes()
	rule := graph.IngressRule + " distribution"
	resources[rule] = strings.Replace(resources[rule], "9115", "9110", 1)
	a, b := node(t, resources, settings, "10.0.1.9"), node(t, resources, settings, "10.0.1.10")
	require.Equal(t, "task lets in TCP 9111 from task: no ingress rule of sg-1", a.Peers(b.Interface).Why())
	require.True(t, readiness.Joined(a, b).OK())
	a.Service = nil
	require.Equal(t, awsmodel.Undecided, a.Discovery().Verdict)
}

func TestDistributionPorts(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string][2]int{
		"-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9115": {9100, 9115},
		"-kernel inet_dist_listen_min 9100":                           {9100, 9100},
		"-kernel inet_dist_listen_max 9115":                           {32768, 60999},
		"":                                                            {32768, 60999},
	} {
		n := readiness.Task{Containers: []taskdef.Container{{Environment: []taskdef.Variable{{Name: "ERL_AFLAGS", Value: flags}}}}}
		low, high := n.DistributionPorts()
		require.Equal(t, want, [2]int{low, high}, flags)
		require.False(t, n.Clusters())
	}
}
