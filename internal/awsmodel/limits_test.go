package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidFargateSize(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name        string
		cpu, memory int
		want        string
	}{
		{"smallest", 256, 512, ""},
		{"last of a row", 4096, 30720, ""},
		{"biggest", 16384, 122880, ""},
		{"cpu unknown", 300, 512, "no Fargate configuration exists for 300 CPU: " +
			"cpu must be one of [256 512 1024 2048 4096 8192 16384]"},
		{"memory below", 512, 512, "no Fargate configuration exists for 512 CPU, 512 memory: " +
			"with cpu 512 memory must be one of [1024 2048 3072 4096]"},
		{"memory between steps", 8192, 18432, "no Fargate configuration exists for 8192 CPU, 18432 memory: " +
			"with cpu 8192 memory must be one of [16384 20480 24576 28672 32768 36864 40960 45056 49152 53248 57344 61440]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := ValidFargateSize(test.cpu, test.memory)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

func TestFargateMemoryIsACopy(t *testing.T) {
	t.Parallel()
	FargateMemory(256)[0] = 1
	require.Equal(t, []int{512, 1024, 2048}, FargateMemory(256))
	require.Nil(t, FargateMemory(1))
}
