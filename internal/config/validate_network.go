package config

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func (d *decoder) checkNetwork(n Network) {
	if n.Mode == NetworkExisting {
		d.needed("network.vpcId", n.VPCID, "network.mode is existing")
		if len(n.PublicSubnetIDs) < 2 {
			d.reject(ownKey("network.publicSubnetIds"), append([]string{}, n.PublicSubnetIDs...),
				"must be at least two subnets in different zones, as a load balancer requires")
		}
	}
	d.checkDuplicates(n)
}

// checkOutboundAccess refuses a placement in which the tasks cannot reach their image and secrets, because they would
// not start.
func (d *decoder) checkOutboundAccess(c *Config) {
	n := c.Network
	if n.Placement != "private" {
		return
	}
	switch {
	case n.Mode == NetworkDefault:
		d.reject(ownKey("network.placement"), n.Placement, "must be public in the default VPC, which has no private subnets")
	case n.Mode == NetworkExisting && len(n.PrivateSubnetIDs) == 0:
		d.reject(ownKey("network.placement"), n.Placement, "must be public unless privateSubnetIds is given")
	case n.Mode == NetworkDedicated && n.NATGateways == "none" && !n.Endpoints:
		d.reject(ownKey("network.placement"), n.Placement, "must be public unless natGateways or endpoints is set: "+
			"otherwise the tasks cannot reach their image and secrets, and do not start")
	case n.Mode == NetworkDedicated && n.NATGateways == "none" && c.GithubSignIn:
		d.reject(ownKey("network.natGateways"), n.NATGateways, "must be single or perZone unless githubSignIn is false: "+
			"signing in with GitHub requires internet access, which endpoints do not provide")
	}
}

func (d *decoder) checkDuplicates(n Network) {
	seen := map[string]bool{}
	for _, subnets := range []struct {
		key string
		ids []string
	}{{"publicSubnetIds", n.PublicSubnetIDs}, {"privateSubnetIds", n.PrivateSubnetIDs}} {
		for i, id := range subnets.ids {
			if seen[id] {
				d.reject(ownKey(fmt.Sprintf("network.%s[%d]", subnets.key, i)), id, "must not be given twice")
			}
			seen[id] = true
		}
	}
}

func (d *decoder) checkDatabase(db Database) {
	switch {
	case db.Mode == DatabaseExisting:
		d.needed("database.securityGroupId", db.SecurityGroupID, "database.mode is existing")
	case db.Mode == DatabaseCreate && db.Variant == DatabaseParts && db.ForceTLS == nil:
		d.report(ownKey("database.forceTls"), "missing", "must be given when database.variant is parts, which has no "+
			"variable for TLS: set it to true if the app's repos set ssl: true, else to false")
	}
}

func (d *decoder) checkStorage(db Database) {
	if most := db.MaxStorage; most != nil && !awsmodel.ValidDBStorageLimit(db.Storage, *most) {
		d.reject(ownKey("database.maxStorage"), *most,
			fmt.Sprintf("must be 0, or at least 10 %% more than database.storage, %d", db.Storage))
	}
}

func (d *decoder) needed(name, value, when string) {
	if value == "" {
		d.report(ownKey(name), "missing", "must be given when "+when)
	}
}
