package rds

import (
	"errors"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// SnapshotType are snapshots, by their identifiers. They outlive their instances, and no program manages them here.
const SnapshotType = "rds/snapshot"

// takeSnapshot is the last thing that an instance does. The refusal without a name is the real provider's.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
func takeSnapshot(c *provider.Call) error {
	instance := c.Old.Props
	if instance["skipFinalSnapshot"] == true {
		return nil
	}
	const quota = 100
	name, given := instance["finalSnapshotIdentifier"].(string)
	switch {
	case !given:
		return errors.New("final_snapshot_identifier is required when skip_final_snapshot is false")
	case c.World.Get(SnapshotType, c.Region, name) != nil:
		return provider.Errorf("DBSnapshotAlreadyExists",
			"Cannot create the snapshot because a snapshot with the identifier %s already exists.", name)
	case len(c.World.List(SnapshotType, c.Region)) >= quota: // wording is a guess
		return provider.Errorf("SnapshotQuotaExceeded", "Cannot create more than %d manual snapshots", quota)
	}
	props := provider.Props{"dbSnapshotIdentifier": name, "dbInstanceIdentifier": instance["identifier"]}
	for _, same := range []string{"allocatedStorage", "engine", "engineVersionActual", "kmsKeyId", "storageEncrypted"} {
		if value, ok := instance[same]; ok {
			props[same] = value
		}
	}
	c.World.Put(&world.Object{Type: SnapshotType, Region: c.Region, ID: name, Created: c.World.Now(), Props: props})
	return nil
}
