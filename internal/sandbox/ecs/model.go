package ecs

import (
	"fmt"
	"net/netip"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// account is the world as the readiness model reads it.
type account struct {
	provider.Scope
	world *world.World
	graph *graph.Graph
}

func newAccount(s provider.Scope, w *world.World) account {
	return account{s, w, w.Graph()}
}

// task is one of a service's tasks as the readiness model sees it.
func (a account) task(service *world.Object, t *Task) (readiness.Task, error) {
	definition := taskDefinition(a.world, a.Region, t.TaskDefinition)
	if definition == nil {
		return readiness.Task{}, provider.Errorf("ClientException", "Unable to describe task definition.")
	}
	containers, err := taskdef.Parse(fmt.Sprint(definition.Props["containerDefinitions"]))
	if err != nil {
		return readiness.Task{}, err
	}
	placement := graph.Props(service.Props).Object("networkConfiguration")
	ends := network.Interface{
		Name: "task", Subnets: []string{t.Subnet}, Public: placement.True("assignPublicIp"),
		Groups: placement.Strings("securityGroups"),
	}
	if address, err := netip.ParseAddr(t.PrivateIP); err == nil {
		ends.Addresses = []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
	}
	return readiness.Task{
		Graph: a.graph, Partition: a.Partition, Region: a.Region, Account: a.Account, ID: t.ID,
		Definition: &graph.Resource{Type: definition.Type, Region: a.Region, ID: definition.ID, Props: definition.Props},
		Service:    &graph.Resource{Type: service.Type, Region: a.Region, ID: service.ID, Props: service.Props},
		Containers: containers, Interface: ends, Pushed: a.pushed,
		Cluster: a.graph.Find(graph.Cluster, a.Region, func(c *graph.Resource) bool {
			return c.Text("name") == clusterName(a.world, a.Region, service.Props["cluster"])
		}),
	}, nil
}

// pushed tells whether an image is in its repository. A repository that a program has made in the sandbox is empty
// until the image is declared; any other is taken to hold it, unless declared missing.
func (a account) pushed(image string) bool {
	declared, ok := imageOf(a.world, image)
	if !ok {
		return readiness.Repository(a.graph, image) == nil
	}
	return !declared.Missing
}
