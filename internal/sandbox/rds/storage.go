package rds

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// Sizes of the storage of PostgreSQL instances, in GiB.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
const (
	leastGeneral     = 20
	leastProvisioned = 100
	// stripedFrom is the size from which IOPS and throughput of gp3 storage can be set.
	stripedFrom = 400
)

func checkStorage(in provider.Props) []provider.Failure {
	size, known := in["allocatedStorage"].(float64)
	if !known || provider.HasUnknown(in["storageType"]) {
		return nil
	}
	kind := storageType(in)
	provisioned := kind == "io1" || kind == "io2"
	least := leastGeneral
	if provisioned {
		least = leastProvisioned
	}
	highest, hasHighest := in["maxAllocatedStorage"].(float64)
	switch {
	case size < float64(least):
		return failure("allocatedStorage", invalidValue,
			"Invalid storage size for engine name postgres and storage type %s: %v", kind, size)
	case hasHighest && highest != 0 && highest <= size:
		return failure("maxAllocatedStorage", combination, "Max storage size must be greater than storage size")
	}
	return checkPerformance(in, kind, provisioned, size)
}

func storageType(in provider.Props) string {
	switch kind, given := in["storageType"].(string); {
	case given:
		return kind
	case in["iops"] != nil:
		return "io1"
	default:
		return "gp2"
	}
}

func checkPerformance(in provider.Props, kind string, provisioned bool, size float64) []provider.Failure {
	switch iops, throughput := in["iops"], in["storageThroughput"]; {
	case provisioned && iops == nil:
		return failure("iops", combination, "The storage type %s requires iops to be specified.", kind)
	case kind == "gp2" && iops != nil:
		return failure("iops", combination, "You can't specify IOPS for storage type gp2.") // wording is a guess
	case kind != "gp3" && throughput != nil: // wording is a guess
		return failure("storageThroughput", combination, "You can't specify storage throughput for storage type %s.", kind)
	case kind == "gp3" && size < stripedFrom:
		return append(checkBaseline(in, "iops"), checkBaseline(in, "storageThroughput")...)
	}
	limits := map[string][2]float64{"gp3": {12000, 64000}, "io1": {1000, 256000}, "io2": {1000, 256000}}[kind]
	if f := checkLimits(in, "iops", "IOPS", limits); f != nil {
		return f
	}
	return checkLimits(in, "storageThroughput", "storage throughput", [2]float64{500, 4000})
}

func checkBaseline(in provider.Props, property string) []provider.Failure {
	if in[property] == nil {
		return nil
	}
	return failure(property, combination,
		"You can't specify IOPS or storage throughput for engine postgres and a storage size less than %d.", stripedFrom)
}

func checkLimits(in provider.Props, property, what string, limits [2]float64) []provider.Failure {
	if n, known := in[property].(float64); known && (n < limits[0] || n > limits[1]) {
		// wording is a guess
		return failure(property, combination, "The %s must be between %v and %v, got %v.", what, limits[0], limits[1], n)
	}
	return nil
}

// setStorage fills in the storage type, IOPS and throughput that AWS chooses.
func setStorage(props provider.Props) {
	kind := storageType(props)
	props["storageType"] = kind
	if kind != "gp3" {
		return
	}
	iops, throughput := 3000.0, 125.0
	if size, _ := props["allocatedStorage"].(float64); size >= stripedFrom {
		iops, throughput = 12000, 500
	}
	if props["iops"] == nil {
		props["iops"] = iops
	}
	if props["storageThroughput"] == nil {
		props["storageThroughput"] = throughput
	}
}

// admitGrowth checks that storage only grows, and by at least 10 percent.
func admitGrowth(c *provider.Call) error {
	before, _ := c.Old.Props["allocatedStorage"].(float64)
	after, _ := c.New.Props["allocatedStorage"].(float64)
	switch {
	case after < before: // wording is a guess
		return provider.Errorf(invalidValue, "Requested storage size (%v) cannot be less than the current storage size (%v)",
			after, before)
	case after > before && after*10 < before*11: // wording is a guess
		return provider.Errorf(invalidValue, "Allocated storage size must be increased by at least 10%%")
	}
	return nil
}
