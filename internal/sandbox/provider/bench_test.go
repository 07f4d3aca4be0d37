package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ssm"
)

// BenchmarkCalls creates parameters in an account. The cost of one must not depend on how many there are. Compare the
// metrics of one run: go test -run '^$' -bench Calls -benchtime 3x ./internal/sandbox/provider
func BenchmarkCalls(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				world, err := sandbox.Open(b.TempDir())
				require.NoError(b, err)
				engine, err := world.Engine("eu-west-2")
				require.NoError(b, err)
				for i := range n {
					makeParameter(b, engine, fmt.Sprintf("/p/%d", i))
				}
				require.NoError(b, world.Flush())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/resource")
		})
	}
}

// makeParameter makes the calls that the real engine makes for a new resource, and deletes every tenth resource again.
func makeParameter(b *testing.B, engine *provider.Engine, name string) {
	b.Helper()
	id, state := makeResource(b, engine, ssm.ParameterType, name, provider.Props{"name": name, "type": "String", "value": name})
	if strings.HasSuffix(name, "0") {
		require.NoError(b, engine.Delete(ssm.ParameterType, id, state))
	}
}

func makeResource(
	b *testing.B, engine *provider.Engine, typ, name string, in provider.Props,
) (id string, state provider.Props) {
	b.Helper()
	urn := "urn:pulumi:test::p::" + typ + "::" + name
	checked, failures, err := engine.Check(typ, urn, nil, in, nil)
	require.NoError(b, err)
	require.Empty(b, failures)
	id, state, err = engine.Create(typ, urn, checked, false)
	require.NoError(b, err)
	_, _, err = engine.Read(typ, id, checked, state)
	require.NoError(b, err)
	return id, state
}

// BenchmarkGrowth creates 2,000 resources of a kind in one account, and reports the cost of one among the first 200 and
// among the last 200. AWS allows 60 rules in a security group.
func BenchmarkGrowth(b *testing.B) {
	const n, part, rules = 2000, 200, 50
	var group string
	kinds := map[string]func(b *testing.B, engine *provider.Engine, i int){
		"parameters": func(b *testing.B, engine *provider.Engine, i int) {
			b.Helper()
			name := fmt.Sprintf("/p/%d", i)
			makeResource(b, engine, ssm.ParameterType, name, provider.Props{"name": name, "type": "String", "value": name})
		},
		"rules": func(b *testing.B, engine *provider.Engine, i int) {
			b.Helper()
			name, port := fmt.Sprint("r", i), float64(i%rules+1)
			if i%rules == 0 {
				group, _ = makeResource(b, engine, sandboxtest.SecurityGroup, name, provider.Props{"name": name})
			}
			makeResource(b, engine, sandboxtest.IngressRule, name, provider.Props{
				"securityGroupId": group, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "cidrIpv4": "10.0.0.0/8",
			})
		},
	}
	for name, makeOne := range kinds {
		b.Run(name, func(b *testing.B) {
			var first, last time.Duration
			for b.Loop() {
				world, err := sandbox.Open(b.TempDir())
				require.NoError(b, err)
				engine, err := world.Engine("eu-west-2")
				require.NoError(b, err)
				for i := range n {
					start := time.Now()
					makeOne(b, engine, i)
					switch {
					case i < part:
						first += time.Since(start)
					case i >= n-part:
						last += time.Since(start)
					}
				}
			}
			b.ReportMetric(float64(first.Microseconds())/float64(b.N*part), "us/first")
			b.ReportMetric(float64(last.Microseconds())/float64(b.N*part), "us/last")
			b.ReportMetric(float64(last)/float64(first), "last/first")
		})
	}
}
