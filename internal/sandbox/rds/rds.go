// Package rds models what RDS for PostgreSQL does beyond the facts: versions, storage, maintenance windows, the network
// of an instance, and which updates are allowed.
package rds

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	instanceType       = "aws:rds/instance:Instance"
	subnetGroupType    = "aws:rds/subnetGroup:SubnetGroup"
	parameterGroupType = "aws:rds/parameterGroup:ParameterGroup"
	subnetType         = "aws:ec2/subnet:Subnet"
	vpcType            = "aws:ec2/vpc:Vpc"
	gatewayType        = "aws:ec2/internetGateway:InternetGateway"
)

// Behaviours of instances, subnet groups and parameter groups, by type.
var Behaviours = map[string]provider.Behaviour{
	instanceType: {
		Check: checkInstance, Warn: warnInstance, Create: createInstance, Update: updateInstance, Delete: takeSnapshot,
	},
	subnetGroupType: {
		Check: checkSubnetGroup, Create: placeSubnetGroup, Update: updateSubnetGroup, Delete: deleteSubnetGroup,
	},
	parameterGroupType: {Check: checkParameterGroup},
}

const (
	combination  = "InvalidParameterCombination"
	invalidValue = "InvalidParameterValue"
)

func failure(property, code, format string, args ...any) []provider.Failure {
	return []provider.Failure{{Property: property, Reason: code + ": " + fmt.Sprintf(format, args...)}}
}

// static are the supported parameters that take effect after a restart, dynamic the ones that take effect at once.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
var (
	static = []string{
		"autovacuum_freeze_max_age", "autovacuum_max_workers", "huge_pages", "max_connections", "max_locks_per_transaction",
		"max_prepared_transactions", "max_replication_slots", "max_wal_senders", "max_worker_processes",
		"rds.logical_replication", "shared_buffers", "shared_preload_libraries", "track_activity_query_size", "wal_buffers",
	}
	dynamic = []string{
		"autovacuum", "autovacuum_naptime", "autovacuum_vacuum_cost_limit", "autovacuum_vacuum_scale_factor",
		"checkpoint_timeout", "default_statistics_target", "effective_cache_size", "idle_in_transaction_session_timeout",
		"idle_session_timeout", "lock_timeout", "log_autovacuum_min_duration", "log_connections", "log_disconnections",
		"log_lock_waits", "log_min_duration_statement", "log_min_messages", "log_statement", "log_temp_files",
		"maintenance_work_mem", "max_parallel_workers", "max_wal_size", "password_encryption", "random_page_cost",
		"rds.force_ssl", "rds.log_retention_period", "statement_timeout", "timezone", "track_io_timing", "work_mem",
	}
)

func checkParameterGroup(in provider.Props) []provider.Failure {
	if name, _ := in["family"].(string); name != "" && !slices.Contains(families(), name) {
		return failure("family", invalidValue, "ParameterGroupFamily %s is not a valid parameter group family: "+
			"the sandbox supports %s", name, strings.Join(families(), ", "))
	}
	parameters, _ := in["parameters"].([]any)
	for i, item := range parameters {
		parameter, _ := item.(map[string]any)
		name, known := parameter["name"].(string)
		path := fmt.Sprintf("parameters[%d]", i)
		switch isStatic := slices.Contains(static, name); {
		case !known:
		case !isStatic && !slices.Contains(dynamic, name):
			return failure(path+".name", invalidValue, "Could not find parameter with name: %s: the sandbox supports %s", name,
				strings.Join(slices.Sorted(slices.Values(slices.Concat(static, dynamic))), ", "))
		case isStatic && parameter["applyMethod"] == "immediate":
			return failure(path+".applyMethod", combination, "cannot use immediate apply method for static parameter")
		}
	}
	return nil
}

func families() []string {
	var names []string
	for _, major := range slices.Sorted(maps.Keys(offered)) {
		names = append(names, family(major))
	}
	return names
}

// SnapshotType is the type of final snapshots, whose ids are their identifiers. A snapshot remains after its instance
// is deleted. Pulumi programs cannot manage snapshots in the sandbox.
const SnapshotType = "rds/snapshot"

// takeSnapshot takes the final snapshot when an instance is deleted. The error for a missing identifier is the real
// provider's. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
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
