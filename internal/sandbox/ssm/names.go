package ssm

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// settle records which of the account's databases the value of a parameter names. The world has only a digest of the
// value.
func settle(c *provider.Call) error {
	if c.New == nil {
		c.World.Delete(&world.Object{Type: graph.ParameterNames, Region: c.Region, ID: c.Old.ID})
		return nil
	}
	value, _ := c.New.Props["value"].(string)
	if c.Old == nil || provider.Sealed(value) != c.Old.Props["value"] {
		setNames(c.World, c.Region, c.New.ID, value)
	}
	return nil
}

func setNames(w *world.World, region, parameter, value string) {
	var addresses []any
	for _, database := range w.List(graph.Database, region) {
		address, _ := database.Props["address"].(string)
		if address != "" && strings.Contains(value, address) {
			addresses = append(addresses, address)
		}
	}
	o := &world.Object{
		Type: graph.ParameterNames, Region: region, ID: parameter, Seeded: true, Created: w.Now(),
		Props: provider.Props{"addresses": addresses},
	}
	if addresses == nil {
		w.Delete(o)
		return
	}
	w.Put(o)
}
