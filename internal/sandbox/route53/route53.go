// Package route53 is what Route 53 does beyond the facts: names, what may stand beside what, and where aliases point.
package route53

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

const (
	zoneType         = "aws:route53/zone:Zone"
	recordType       = "aws:route53/record:Record"
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
)

// Behaviours of zones and records.
var Behaviours = map[string]provider.Behaviour{
	zoneType:   {Check: checkZone, Create: createZone, Delete: deleteZone},
	recordType: {Check: checkRecord, Create: createRecord, Update: updateRecord, Settle: settleRecord},
}
