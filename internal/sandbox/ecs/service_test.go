package ecs_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestServiceRules(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	balancer := func(container string, port float64) []any {
		return []any{provider.Props{"targetGroupArn": "$targets", "containerName": container, "containerPort": port}}
	}
	network := func(subnet, group string) provider.Props {
		return provider.Props{"subnets": []any{subnet}, "securityGroups": []any{group}}
	}
	strategies := func(items ...any) sandboxtest.Changes {
		return sandboxtest.Changes{
			"capacity": {"capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}},
			"service":  {"capacityProviderStrategies": items},
		}
	}
	refused := "service: InvalidParameterException: "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"container missing": {
			set("service", "loadBalancers", balancer("web", 4000)),
			refused + "The container web does not exist in the task definition.",
		},
		"port missing": {
			set("service", "loadBalancers", balancer("app", 80)),
			refused + "The container app did not have a container port 80 defined.",
		},
		"no listener": {sandboxtest.Changes{"http": nil}, refused +
			"The target group with targetGroupArn $targets does not have an associated load balancer."},
		"instance targets": {set("targets", "targetType", "instance"), refused + "The provided target group $targets has " +
			"target type instance, which is incompatible with the awsvpc network mode specified in the task definition."},
		"other VPC": {
			sandboxtest.Changes{"service": {"networkConfiguration": network("$other-subnet-a", "$other-group")}},
			refused + "The target group $targets is in $vpc, the service in $other-vpc",
		},
		"group of another VPC": {
			sandboxtest.Changes{"service": {"networkConfiguration": network("$subnet-a", "$other-group")}}, refused +
				"Security groups and subnets must belong to the same VPC: $other-group is in $other-vpc, not in $vpc",
		},
		"capacity provider not associated": {
			sandboxtest.Changes{"service": {"capacityProviderStrategies": []any{strategy("FARGATE_SPOT", 0, 1)}}}, refused +
				"The specified capacity provider FARGATE_SPOT was not found: it is not associated with the cluster live-beats",
		},
		"no capacity providers": {
			sandboxtest.Changes{"capacity": nil}, refused +
				"The specified capacity provider FARGATE was not found: it is not associated with the cluster live-beats",
		},
		"one base": {strategies(strategy("FARGATE", 1, 1), strategy("FARGATE_SPOT", 0, 3)), ""},
		"two bases": {
			strategies(strategy("FARGATE", 1, 1), strategy("FARGATE_SPOT", 1, 1)),
			"service: capacityProviderStrategies: InvalidParameterException: only one capacity provider can have a base",
		},
		"no weight": {strategies(strategy("FARGATE", 0, 0)), "service: capacityProviderStrategies: " +
			"InvalidParameterException: at least one weight must be greater than 0"},
		"exec": {sandboxtest.Changes{"task": {"taskRoleArn": "$role.arn"}, "service": {"enableExecuteCommand": true}}, ""},
		"exec without a task role": {set("service", "enableExecuteCommand", true), refused + "The service couldn't be " +
			"created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and " +
			"try again."},
		"grace period": {set("service", "healthCheckGracePeriodSeconds", 60.0), ""},
		"grace period without a load balancer": {
			sandboxtest.Changes{"service": {"healthCheckGracePeriodSeconds": 60.0, "loadBalancers": nil}},
			"service: healthCheckGracePeriodSeconds: InvalidParameterException: " +
				"Health check grace period is only valid for services configured to use load balancers",
		},
		"alarm that comes later": {set("service", "alarms", provider.Props{
			"alarmNames": []any{"later"}, "enable": true, "rollback": true,
		}), ""},
		"launch type": {sandboxtest.Changes{"service": {"launchType": "FARGATE", "capacityProviderStrategies": nil}}, ""},
		"launch type and strategy": {set("service", "launchType", "FARGATE"), "service: capacityProviderStrategies: " +
			"InvalidParameterException: Specify either Launch Type or Capacity Provider Strategy, but not both."},
		"the cluster's strategy": {sandboxtest.Changes{
			"capacity": {"defaultCapacityProviderStrategies": []any{strategy("FARGATE", 0, 1)}},
			"service":  {"capacityProviderStrategies": nil},
		}, ""},
		"neither": {set("service", "capacityProviderStrategies", nil), refused + "No Container Instances were found in your " +
			"cluster. (Without launchType, capacityProviderStrategies or a default strategy of the cluster, ECS uses EC2 " +
			"instances, which the sandbox does not model: set one of them)"},
		"unknown platform": {
			set("service", "platformVersion", "2.0.0"),
			"service: PlatformUnknownException: The specified platform version doesn't exist.",
		},
		"old platform": {set("service", "platformVersion", "1.3.0"), ""},
		"old platform with exec": {sandboxtest.Changes{
			"task":    {"taskRoleArn": "$role.arn"},
			"service": {"platformVersion": "1.3.0", "enableExecuteCommand": true},
		}, "service: PlatformTaskDefinitionIncompatibilityException: " +
			"The specified platform version doesn't satisfy the required capabilities of the task definition."},
		"old platform with a big disk": {sandboxtest.Changes{
			"task": {"ephemeralStorage": provider.Props{"sizeInGib": 21.0}}, "service": {"platformVersion": "1.3.0"},
		}, "service: PlatformTaskDefinitionIncompatibilityException: " +
			"The specified platform version doesn't satisfy the required capabilities of the task definition."},
		"old platform with another architecture": {sandboxtest.Changes{
			"task":    {"runtimePlatform": provider.Props{"cpuArchitecture": "ARM64"}},
			"service": {"platformVersion": "1.3.0"},
		}, "service: PlatformTaskDefinitionIncompatibilityException: " +
			"The specified platform version doesn't satisfy the required capabilities of the task definition."},
		"old platform with a big task": {sandboxtest.Changes{
			"task": {"cpu": "8192", "memory": "16384"}, "service": {"platformVersion": "1.3.0"},
		}, "service: PlatformTaskDefinitionIncompatibilityException: " +
			"The specified platform version doesn't satisfy the required capabilities of the task definition."},
		"no room for a deployment": {
			set("service", "deploymentMaximumPercent", 100.0), "service: deploymentMaximumPercent: InvalidParameterException: " +
				"Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
		},
		"zone rebalancing": {set("service", "availabilityZoneRebalancing", "ENABLED"), ""},
		"zone rebalancing without room": {
			sandboxtest.Changes{"service": {
				"availabilityZoneRebalancing": "ENABLED", "deploymentMaximumPercent": 100.0,
				"deploymentMinimumHealthyPercent": 50.0,
			}},
			"service: availabilityZoneRebalancing: InvalidParameterException: availabilityZoneRebalancing needs a maximum " +
				"percent above 100.",
		},
		"cluster by name": {set("service", "cluster", "live-beats"), ""},
	})
}

// TestStrategyChange replaces the service unless a new deployment is forced.
func TestStrategyChange(t *testing.T) {
	t.Parallel()
	spot := []any{provider.Props{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}}
	a := sandboxtest.Deployed(t, sandboxtest.Set("capacity", "capacityProviders", []any{"FARGATE", "FARGATE_SPOT"}))
	for _, test := range []struct {
		change   provider.Props
		replaces bool
	}{
		{provider.Props{"capacityProviderStrategies": spot}, true},
		{provider.Props{"capacityProviderStrategies": spot, "forceNewDeployment": true}, false},
		{provider.Props{"capacityProviderStrategies": nil, "forceNewDeployment": true}, true},
	} {
		in, err := a.Changed("service", test.change)
		require.NoError(t, err)
		changes, _, err := a.Diff(sandboxtest.Service, a.Got("service").State, in)
		require.NoError(t, err)
		require.Equal(t, test.replaces, slices.ContainsFunc(changes, func(c provider.Change) bool { return c.Replaces }))
	}
}
