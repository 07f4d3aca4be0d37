package sandbox_test

import "github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"

// What TestNoInputIsIgnored needs for rules that came later; it belongs in the tables of walk_values_test.go.
func init() {
	const (
		label   = "aws:appautoscaling/policy:Policy.targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel"
		logging = sandboxtest.Cluster + ".configuration.executeCommandConfiguration.logConfiguration"
	)
	walkRefusals[label] = "is not attached to the service"
	walkValues[sandboxtest.Parameter+".keyId"] = []any{"$key-2.arn"}
	override := props{"configuration": props{"executeCommandConfiguration": props{
		"logging": "OVERRIDE", "logConfiguration": props{"cloudWatchLogGroupName": "/exec"},
	}}}
	walkWith[logging+".cloudWatchLogGroupName"] = override
	walkWith[logging+".cloudWatchEncryptionEnabled"] = override
}
