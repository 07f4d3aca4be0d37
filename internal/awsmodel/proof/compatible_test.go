package proof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

const region = "eu-west-2"

func resource(typ, id string, props graph.Props) *graph.Resource {
	return &graph.Resource{Type: typ, Region: region, ID: id, Props: props}
}

// TestTwoZones shows what a stack without tasks is asked. What is not known is no conflict.
func TestTwoZones(t *testing.T) {
	t.Parallel()
	subnet := func(id, zone string) *graph.Resource {
		return resource(graph.Subnet, id, graph.Props{"availabilityZone": zone})
	}
	ids := func(ids ...any) []any { return ids }
	for name, test := range map[string]struct {
		subject  *graph.Resource
		conflict bool
	}{
		"load balancer in two":    {resource(graph.LoadBalancer, "lb", graph.Props{"subnets": ids("a", "b")}), false},
		"load balancer in one":    {resource(graph.LoadBalancer, "lb", graph.Props{"subnets": ids("a", "a2")}), true},
		"another kind of it":      {resource(graph.LoadBalancer, "lb", graph.Props{"subnets": ids("a"), "loadBalancerType": "network"}), false},
		"a subnet is not known":   {resource(graph.LoadBalancer, "lb", graph.Props{"subnets": ids("a", "other")}), false},
		"subnet group in two":     {resource(graph.DatabaseNet, "db", graph.Props{"subnetIds": ids("a", "b")}), false},
		"subnet group in one":     {resource(graph.DatabaseNet, "db", graph.Props{"subnetIds": ids("a", "a2")}), true},
		"the zones are not known": {resource(graph.DatabaseNet, "db", graph.Props{"subnetIds": ids("unknown")}), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{Stack: Stack{Graph: graph.New(
				subnet("a", "eu-west-2a"), subnet("a2", "eu-west-2a"), subnet("b", "eu-west-2b"), subnet("unknown", ""),
			)}, Resource: resource(graph.Service, "service", nil)}
			conflict, symptom := twoZones(s, test.subject)
			require.Equal(t, test.conflict, conflict != "", conflict)
			require.Equal(t, test.conflict, symptom != "")
		})
	}
}
