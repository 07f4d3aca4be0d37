package ecs

import (
	"errors"
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	defaultStrategies = "defaultCapacityProviderStrategies"
	noWeight          = "InvalidParameterException: at least one weight must be greater than 0"
)

// wrongStrategy returns what is wrong with a strategy in itself, or "".
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
func wrongStrategy(v any) string {
	bases, weight := 0, 0.0
	strategy, known := v.([]any)
	for _, item := range strategy {
		provider, _ := item.(map[string]any)
		if base, _ := provider["base"].(float64); base > 0 {
			bases++
		}
		w, _ := provider["weight"].(float64)
		weight += w
	}
	switch {
	case bases > 1:
		return "InvalidParameterException: only one capacity provider can have a base"
	case known && weight == 0 && !provider.HasUnknown(v):
		return noWeight
	}
	return ""
}

// checkProviders accepts a default strategy without weights: the services that use it are refused.
func checkProviders(in provider.Props) []provider.Failure {
	if reason := wrongStrategy(in[defaultStrategies]); reason != "" && reason != noWeight {
		return []provider.Failure{{Property: defaultStrategies, Reason: reason}}
	}
	return nil
}

// putProviders associates capacity providers with a cluster. Capacity providers that a service runs on must not be
// removed.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
func putProviders(c *provider.Call) error {
	associated := graph.Props(c.New.Props).Strings("capacityProviders")
	for _, item := range graph.Props(c.New.Props).Objects(defaultStrategies) {
		if !slices.Contains(associated, item.Text("capacityProvider")) {
			return provider.Errorf("InvalidParameterException", "The specified capacity provider strategy cannot contain a "+
				"capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster "+
				"and try again.")
		}
	}
	if c.Old == nil {
		return nil
	}
	return refuseRemoval(c, associated)
}

func removeProviders(c *provider.Call) error { return refuseRemoval(c, nil) }

func refuseRemoval(c *provider.Call, kept []string) error {
	old := graph.Props(c.Old.Props)
	for _, service := range c.World.List(serviceType, c.Region) {
		if clusterName(c.World, c.Region, service.Props["cluster"]) != c.Old.ID {
			continue
		}
		for _, item := range strategyOf(graph.Props(service.Props), old) {
			if !slices.Contains(kept, item.Text("capacityProvider")) {
				return provider.Errorf("ResourceInUseException",
					"The specified capacity provider is in use and cannot be removed.")
			}
		}
	}
	return nil
}

// strategyOf returns the strategy that a service runs with: its own, or its cluster's. With a launch type it is nil.
func strategyOf(service, cluster graph.Props) []graph.Props {
	if own := service.Objects("capacityProviderStrategies"); own != nil || service.Text("launchType") != "" {
		return own
	}
	return cluster.Objects(defaultStrategies)
}

// admitCapacity checks what the tasks run on: the launch type, or the strategy of the service, or else of its cluster.
func admitCapacity(c *provider.Call) error {
	name := clusterName(c.World, c.Region, c.New.Props["cluster"])
	cluster := graph.Props{}
	if set := c.World.Get(capacityProviderType, c.Region, name); set != nil {
		cluster = set.Props
	}
	strategies := graph.Props(c.New.Props).Objects("capacityProviderStrategies")
	if c.New.Props["launchType"] == "FARGATE" {
		return nil
	}
	if strategies == nil && cluster.Objects("defaultCapacityProviderStrategies") == nil {
		return provider.Errorf("InvalidParameterException", "No Container Instances were found in your cluster. "+
			"(Without launchType, capacityProviderStrategies or a default strategy of the cluster, ECS uses EC2 instances, "+
			"which the sandbox does not model: set one of them)")
	}
	if reason := wrongStrategy(cluster[defaultStrategies]); strategies == nil && reason != "" {
		return errors.New(reason)
	}
	associated := cluster.Strings("capacityProviders")
	for _, item := range strategies {
		if !slices.Contains(associated, item.Text("capacityProvider")) {
			return provider.Errorf("InvalidParameterException", "The specified capacity provider %v was not found: "+
				"it is not associated with the cluster %s", item["capacityProvider"], name)
		}
	}
	return nil
}

func clusterName(w *world.World, region string, cluster any) string {
	o := w.Find(clusterType, region, func(o *world.Object) bool { return cluster == o.ID || cluster == o.Props["name"] })
	if o == nil {
		return ""
	}
	return fmt.Sprint(o.Props["name"])
}
