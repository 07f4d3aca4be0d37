// Package awsmodel holds AWS's published rules as data and pure functions. It does not depend on Pulumi, so that
// config, components, policy pack and sandbox can share it.
package awsmodel

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// LogRetentionDays are the retention periods that CloudWatch Logs accepts, in days; 0 keeps log events forever.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var LogRetentionDays = []int{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// MaxCertificates is how many certificates an Application Load Balancer has besides the default ones.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const MaxCertificates = 25

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

// FargateCPU returns the CPU sizes of Fargate tasks in CPU units (1024 units are one vCPU), ascending.
func FargateCPU() []int { return slices.Sorted(maps.Keys(fargateMemory)) }

// FargateMemory returns the memory sizes in MiB that Fargate allows with a CPU size in CPU units, ascending; nil if
// Fargate does not have the CPU size.
func FargateMemory(cpu int) []int { return slices.Clone(fargateMemory[cpu]) }

// ValidFargateSize returns nil if Fargate supports cpu (CPU units) with memory (MiB) on Linux, else an error that lists
// the allowed values.
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

// largeDBMemory maps families of RDS instance classes to the memory of their size "large", in GiB.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
var largeDBMemory = map[string]float64{
	"t3": 8, "t4g": 8,
	"m5": 8, "m5d": 8, "m6g": 8, "m6gd": 8, "m6i": 8, "m6id": 8, "m7g": 8, "m7i": 8, "m8g": 8,
	"r5": 16, "r5b": 16, "r5d": 16, "r6g": 16, "r6gd": 16, "r6i": 16, "r6id": 16, "r7g": 16, "r7i": 16, "r8g": 16,
}

// Sizes relative to large. Burstable families have sizes up to 2xlarge, the others have sizes from large.
var (
	burstableDBSizes = map[string]float64{
		"micro": 1. / 8, "small": 1. / 4, "medium": 1. / 2, "large": 1, "xlarge": 2, "2xlarge": 4,
	}
	xlargeMultiples = []int{2, 4, 8, 12, 16, 24, 32, 48}
)

// DBInstanceMemory returns the memory in GiB of an RDS instance class such as db.t4g.micro. It supports the common t, m
// and r families; ok is false for other classes.
func DBInstanceMemory(class string) (gib float64, ok bool) {
	name, isClass := strings.CutPrefix(class, "db.")
	family, size, _ := strings.Cut(name, ".")
	large, isKnown := largeDBMemory[family]
	multiple := sizeOfLarge(family, size)
	return large * multiple, isClass && isKnown && multiple > 0
}

// sizeOfLarge returns the memory of a size as a multiple of the memory of large; 0 if the family does not have the
// size.
func sizeOfLarge(family, size string) float64 {
	if strings.HasPrefix(family, "t") {
		return burstableDBSizes[size]
	}
	switch size {
	case "large", "xlarge":
		return burstableDBSizes[size]
	}
	n, err := strconv.Atoi(strings.TrimSuffix(size, "xlarge"))
	if err != nil || !slices.Contains(xlargeMultiples, n) {
		return 0
	}
	return 2 * float64(n)
}

// ValidDBStorageLimit reports whether RDS accepts a limit for automatic storage growth, both in GiB: the limit must be
// at least 10 % more than the storage. A limit of 0 turns growth off.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
func ValidDBStorageLimit(storage, limit int) bool {
	return limit == 0 || 10*limit >= 11*storage && DBStorage.Contains(limit)
}

// ReservedDBConnections is the number of connections to PostgreSQL on RDS that applications cannot use:
// superuser_reserved_connections (3) and the connections of RDS itself.
const ReservedDBConnections = 5

// MaxDBConnections returns the default max_connections of PostgreSQL on an instance class:
// LEAST({DBInstanceClassMemory/9531392},5000). DBInstanceClassMemory is the memory of the class, less the memory of the
// operating system and of RDS, which AWS does not publish. It is estimated here as 256 MiB and 5 % of the rest, which
// is close to what instances report (81 on db.t3.micro). ok is false for a class that DBInstanceMemory does not
// support.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
func MaxDBConnections(class string) (connections int, ok bool) {
	const (
		gibibyte           = 1 << 30
		ownMemory          = gibibyte / 4
		ownShare           = 1. / 20
		bytesPerConnection = 9531392
		most               = 5000
	)
	gib, ok := DBInstanceMemory(class)
	if !ok {
		return 0, false
	}
	memory := (gib*gibibyte - ownMemory) * (1 - ownShare)
	return int(math.Min(memory/bytesPerConnection, most)), true
}
