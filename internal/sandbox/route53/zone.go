// Package route53 models what Route 53 does beyond the facts: names, records that conflict, and the targets of aliases.
package route53

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// ZoneType is the type token of a hosted zone.
const ZoneType = "aws:route53/zone:Zone"

const (
	recordType       = "aws:route53/record:Record"
	loadBalancerType = "aws:lb/loadBalancer:LoadBalancer"
)

// Behaviours of zones and records, by type.
var Behaviours = map[string]provider.Behaviour{
	ZoneType:   {Check: checkZone, Create: createZone, Delete: deleteZone},
	recordType: {Check: checkRecord, Create: createRecord, Update: updateRecord, Settle: settleRecord},
}

// checkZone normalises the name as the real provider does: lower case, without a final dot.
func checkZone(in provider.Props) []provider.Failure {
	normalise(in, "name")
	return nil
}

func normalise(in provider.Props, property string) {
	if name, ok := in[property].(string); ok {
		in[property] = strings.ToLower(strings.TrimSuffix(name, "."))
	}
}

func createZone(c *provider.Call) error { return delegate(c.New) }

// delegate assigns four name servers to a zone, each in another top-level domain.
func delegate(zone *world.Object) error {
	var servers []any
	for i, top := range []string{"com", "net", "org", "co.uk"} {
		digest := world.Digest(8, "name server", zone.Seed, top)
		var a, b int
		if _, err := fmt.Sscanf(digest, "%04x%04x", &a, &b); err != nil {
			return fmt.Errorf("name the servers of the zone: %w", err)
		}
		servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", i*512+a%512, b%64, top))
	}
	zone.Props["nameServers"], zone.Props["primaryNameServer"] = servers, servers[0]
	return nil
}

// Put adds a zone that was created outside of Pulumi. The caller chooses the id. Errors: an id that is in use.
func Put(w *world.World, s provider.Scope, id, name string) error {
	if w.Get(ZoneType, "", id) != nil {
		return fmt.Errorf("put zone %q: a hosted zone with this id exists already", id)
	}
	zone := &world.Object{Type: ZoneType, ID: id, Seed: id, Created: w.Now(), Props: provider.Props{
		"arn": fmt.Sprintf("arn:%s:route53:::hostedzone/%s", s.Partition, id), "zoneId": id, "name": name, "comment": "",
	}}
	if err := delegate(zone); err != nil {
		return err
	}
	w.Put(zone)
	return w.Save()
}

func deleteZone(c *provider.Call) error {
	if c.Old.Props["forceDestroy"] == true {
		return nil
	}
	record := c.World.Find(recordType, "", func(o *world.Object) bool { return o.Props["zoneId"] == c.Old.ID })
	if record != nil {
		return provider.Errorf("HostedZoneNotEmpty",
			"The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
	}
	return nil
}
