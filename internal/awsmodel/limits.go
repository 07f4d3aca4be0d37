// Package awsmodel holds AWS's published rules as data and pure functions. It
// knows nothing of Pulumi, so that config, components, policy pack and sandbox
// can share it.
package awsmodel

import (
	"fmt"
	"maps"
	"slices"
)

// LogRetentionDays are the values that CloudWatch Logs accepts as retention; 0
// keeps log events forever.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var LogRetentionDays = []int{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
var fargateMemory = map[int][]int{
	256:   {512, 1024, 2048},
	512:   steps(1024, 4096, 1024),
	1024:  steps(2048, 8192, 1024),
	2048:  steps(4096, 16384, 1024),
	4096:  steps(8192, 30720, 1024),
	8192:  steps(16384, 61440, 4096),
	16384: steps(32768, 122880, 8192),
}

// FargateCPU lists the task sizes of Fargate in CPU units (1024 is one vCPU),
// ascending.
func FargateCPU() []int { return slices.Sorted(maps.Keys(fargateMemory)) }

// FargateMemory lists the memory sizes in MiB that Fargate allows with cpu
// units of CPU, ascending; nil when Fargate has no such CPU size.
func FargateMemory(cpu int) []int { return slices.Clone(fargateMemory[cpu]) }

// ValidFargateSize reports an error that lists the allowed values unless cpu
// (CPU units) and memory (MiB) are a pair that Fargate runs on Linux.
func ValidFargateSize(cpu, memory int) error {
	allowed, ok := fargateMemory[cpu]
	if !ok {
		return fmt.Errorf("no Fargate configuration exists for %d CPU: cpu must be one of %v", cpu, FargateCPU())
	}
	if !slices.Contains(allowed, memory) {
		return fmt.Errorf("no Fargate configuration exists for %d CPU, %d memory: with cpu %d memory must be one of %v",
			cpu, memory, cpu, allowed)
	}
	return nil
}

func steps(from, to, by int) []int {
	var sizes []int
	for size := from; size <= to; size += by {
		sizes = append(sizes, size)
	}
	return sizes
}
