package proof

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

func TestDatabasePort(t *testing.T) {
	t.Parallel()
	rule := func(port float64, props graph.Props) *graph.Resource {
		props["securityGroupId"], props["ipProtocol"], props["fromPort"], props["toPort"] = "sg-app", "tcp", port, port
		return resource(graph.EgressRule, "sgr-1", props)
	}
	out := func(port float64) *graph.Resource { return rule(port, graph.Props{"cidrIpv4": "0.0.0.0/0"}) }
	for name, test := range map[string]struct {
		variable, value string
		rules           []*graph.Resource
		want            int
	}{
		"a URL with a port":            {"DATABASE_URL", "postgres://u:p@db:6432/beats", nil, 6432},
		"a URL without one":            {"DATABASE_URL", "postgres://u:p@db/beats", []*graph.Resource{out(6543)}, 5432},
		"DB_PORT":                      {"DB_PORT", "5433", []*graph.Resource{out(5432)}, 5433},
		"a secret, PostgreSQL's":       {"", "", []*graph.Resource{out(443), out(5432), out(6543)}, 5432},
		"a secret, another one":        {"", "", []*graph.Resource{out(443), out(6543)}, 6543},
		"a secret, nothing is open":    {"", "", []*graph.Resource{out(443)}, 5432},
		"ports between tasks are none": {"", "", []*graph.Resource{rule(4369, graph.Props{"referencedSecurityGroupId": "sg-app"})}, 5432},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := taskdef.Container{Environment: []taskdef.Variable{{Name: test.variable, Value: test.value}}}
			all := graph.New(test.rules...)
			s := &service{
				Stack: Stack{Graph: all}, Resource: resource(graph.Service, "service", nil),
				network: network.Network{Graph: all, Region: region, Partial: true},
				tasks: []readiness.Task{{
					Containers: []taskdef.Container{app}, Interface: network.Interface{Groups: []string{"sg-app"}},
				}},
			}
			require.Equal(t, test.want, s.databasePort())
		})
	}
}
