package ec2

import "slices"

// ZoneID is the id of the zone of a region that has the suffix.
func ZoneID(region, suffix string) string { return zoneID(region, slices.Index(Zones, suffix)) }
