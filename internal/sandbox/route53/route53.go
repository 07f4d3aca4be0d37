// Package route53 is what Route 53 does beyond the facts: names, what may stand beside what, and where aliases point.
package route53

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

// ZoneType is the type of hosted zones.
const ZoneType = "aws:route53/zone:Zone"

const (
	recordType       = "aws:route53/record:Record"
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
)

// Behaviours of zones and records.
var Behaviours = map[string]provider.Behaviour{
	ZoneType:   {Check: checkZone, Create: createZone, Delete: deleteZone},
	recordType: {Check: checkRecord, Create: createRecord, Update: updateRecord, Settle: settleRecord},
}
