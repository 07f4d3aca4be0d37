package facts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// TestRulesAgree compares the ranges that config and components check with those of the provider's schema, from which
// the tables here were made.
func TestRulesAgree(t *testing.T) {
	t.Parallel()
	table, err := Load()
	require.NoError(t, err)
	for property, want := range map[string]awsmodel.Range{
		"aws:lb/loadBalancer:LoadBalancer idleTimeout":                     awsmodel.IdleTimeout,
		"aws:lb/listener:Listener port":                                    awsmodel.Port,
		"aws:lb/targetGroup:TargetGroup port":                              awsmodel.Port,
		"aws:lb/targetGroup:TargetGroup deregistrationDelay":               awsmodel.DeregistrationDelay,
		"aws:lb/targetGroup:TargetGroup healthCheck.interval":              awsmodel.HealthCheckInterval,
		"aws:lb/targetGroup:TargetGroup healthCheck.timeout":               awsmodel.HealthCheckTimeout,
		"aws:lb/targetGroup:TargetGroup healthCheck.healthyThreshold":      awsmodel.HealthyThreshold,
		"aws:lb/targetGroup:TargetGroup healthCheck.unhealthyThreshold":    awsmodel.HealthyThreshold,
		"aws:ecs/taskDefinition:TaskDefinition ephemeralStorage.sizeInGib": awsmodel.EphemeralStorage,
		"aws:ecs/service:Service capacityProviderStrategies.weight":        awsmodel.SpotWeight,
		"aws:ecs/service:Service capacityProviderStrategies.base":          awsmodel.OnDemandBase,
		"aws:rds/instance:Instance backupRetentionPeriod":                  awsmodel.DBBackupDays,
	} {
		token, path, _ := strings.Cut(property, " ")
		name, rest, nested := strings.Cut(path, ".")
		p := table[token].Inputs[name]
		require.NotNil(t, p, property)
		if nested {
			p = p.Properties[rest]
			require.NotNil(t, p, property)
		}
		require.NotNil(t, p.Max, property)
		low := 0
		if p.Min != nil {
			low = *p.Min
		}
		require.Equal(t, want, awsmodel.Range{Min: low, Max: *p.Max}, property)
	}
}
