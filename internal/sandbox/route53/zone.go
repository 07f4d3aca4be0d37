package route53

import (
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// checkZone writes the name as the real provider keeps it: lower case, without a final dot.
func checkZone(in provider.Props) []provider.Failure {
	normalise(in, "name")
	return nil
}

func normalise(in provider.Props, property string) {
	if name, ok := in[property].(string); ok {
		in[property] = strings.ToLower(strings.TrimSuffix(name, "."))
	}
}

// createZone gives the zone four name servers, one in each of four top-level domains.
func createZone(c *provider.Call) error {
	var servers []any
	for i, top := range []string{"com", "net", "org", "co.uk"} {
		digest := world.Digest(8, "name server", c.New.Seed, top)
		var a, b int
		if _, err := fmt.Sscanf(digest, "%04x%04x", &a, &b); err != nil {
			return fmt.Errorf("name the servers of the zone: %w", err)
		}
		servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", i*512+a%512, b%64, top))
	}
	c.New.Props["nameServers"], c.New.Props["primaryNameServer"] = servers, servers[0]
	return nil
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
