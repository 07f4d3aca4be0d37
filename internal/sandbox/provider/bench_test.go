package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
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
	urn := "urn:pulumi:test::p::" + ssm.ParameterType + "::" + name
	in, failures, err := engine.Check(ssm.ParameterType, urn, nil, provider.Props{"name": name, "type": "String", "value": name}, nil)
	require.NoError(b, err)
	require.Empty(b, failures)
	id, state, err := engine.Create(ssm.ParameterType, urn, in, false)
	require.NoError(b, err)
	_, _, err = engine.Read(ssm.ParameterType, id, in, state)
	require.NoError(b, err)
	if strings.HasSuffix(name, "0") {
		require.NoError(b, engine.Delete(ssm.ParameterType, id, state))
	}
}
