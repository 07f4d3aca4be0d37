package rds

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// static are the known parameters that count after a restart alone; dynamic those that count at once.
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
			"the sandbox knows %s", name, strings.Join(families(), ", "))
	}
	parameters, _ := in["parameters"].([]any)
	for i, item := range parameters {
		parameter, _ := item.(map[string]any)
		name, known := parameter["name"].(string)
		path := fmt.Sprintf("parameters[%d]", i)
		switch isStatic := slices.Contains(static, name); {
		case !known:
		case !isStatic && !slices.Contains(dynamic, name):
			return failure(path+".name", invalidValue, "Could not find parameter with name: %s: the sandbox knows %s", name,
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
