package ecs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func strategy(name string, base, weight float64) provider.Props {
	return provider.Props{"capacityProvider": name, "base": base, "weight": weight}
}

func TestClusterStrategy(t *testing.T) {
	t.Parallel()
	defaults := func(items ...any) sandboxtest.Changes {
		return sandboxtest.Set("capacity", "defaultCapacityProviderStrategies", items)
	}
	const property = "capacity: defaultCapacityProviderStrategies: InvalidParameterException: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"associated": {defaults(strategy("FARGATE", 1, 1)), ""},
		"not associated": {defaults(strategy("FARGATE_SPOT", 0, 1)), "capacity: InvalidParameterException: The specified " +
			"capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. " +
			"Associate the capacity provider with the cluster and try again."},
		"two bases": {
			defaults(strategy("FARGATE", 1, 1), strategy("FARGATE_SPOT", 1, 1)), property + "only one capacity provider can have a base",
		},
		"no weight, used by nobody": {defaults(strategy("FARGATE", 0, 0)), ""},
		"no weight": {sandboxtest.Changes{
			"capacity": defaults(strategy("FARGATE", 0, 0))["capacity"], "service": {"capacityProviderStrategies": nil},
		}, "service: InvalidParameterException: at least one weight must be greater than 0"},
	})
}

// TestProviderInUse removes a capacity provider on which a service runs, by its own strategy or by its cluster's.
func TestProviderInUse(t *testing.T) {
	t.Parallel()
	const inUse = "ResourceInUseException: The specified capacity provider is in use and cannot be removed."
	both, spot := []any{"FARGATE", "FARGATE_SPOT"}, []any{"FARGATE_SPOT"}
	for name, test := range map[string]struct {
		service provider.Props
		want    string
	}{
		"own strategy":           {nil, inUse},
		"the cluster's strategy": {provider.Props{"capacityProviderStrategies": nil}, inUse},
		"launch type":            {provider.Props{"capacityProviderStrategies": nil, "launchType": "FARGATE"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changes := sandboxtest.Changes{"capacity": {
				"capacityProviders": both, "defaultCapacityProviderStrategies": []any{strategy("FARGATE", 0, 1)},
			}}
			if test.service != nil {
				changes["service"] = test.service
			}
			a := sandboxtest.Deployed(t, changes)
			check := func(err error) {
				if test.want == "" {
					require.NoError(t, err)
				} else {
					require.EqualError(t, err, test.want)
				}
			}
			require.NoError(t, a.Change("capacity", provider.Props{"capacityProviders": []any{"FARGATE"}}))
			check(a.Change("capacity", provider.Props{
				"capacityProviders": spot, "defaultCapacityProviderStrategies": []any{strategy("FARGATE_SPOT", 0, 1)},
			}))
			check(a.Remove("capacity"))
			require.NoError(t, a.Remove("service"))
			require.NoError(t, a.Remove("capacity"))
		})
	}
}

func TestExecConfiguration(t *testing.T) {
	t.Parallel()
	exec := func(logging any, group string) sandboxtest.Changes {
		configuration := provider.Props{"logging": logging}
		if group != "" {
			configuration["logConfiguration"] = provider.Props{"cloudWatchLogGroupName": group}
		}
		return sandboxtest.Set("cluster", "configuration", provider.Props{"executeCommandConfiguration": configuration})
	}
	const property = "cluster: configuration.executeCommandConfiguration.logConfiguration: InvalidParameterException: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"group":         {exec("OVERRIDE", "/exec"), ""},
		"default":       {exec("DEFAULT", ""), ""},
		"needless":      {exec("DEFAULT", "/exec"), property + "You must set logging to 'OVERRIDE' when you supply a log configuration."},
		"without a way": {exec(nil, "/exec"), property + "You must set logging to 'OVERRIDE' when you supply a log configuration."},
		"no group":      {exec("OVERRIDE", ""), property + "You must supply a log configuration when you set logging to 'OVERRIDE'."},
	})
}
