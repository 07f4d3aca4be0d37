package driver

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkUp creates trivial resources. The cost per resource must not grow with their number.
func BenchmarkUp(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprint("thing-", i)
			}
			e := newBench(b, load(b, newProject(b, stagingFile)), &shelf{}, declares(names...))
			for b.Loop() {
				_, err := e.Up(b.Context(), UpOptions{SkipPolicies: true})
				require.NoError(b, err)
				b.StopTimer()
				_, err = e.Destroy(b.Context())
				require.NoError(b, err)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/resource")
		})
	}
}
