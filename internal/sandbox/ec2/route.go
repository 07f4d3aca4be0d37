package ec2

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const routesPerTable = 50

// admitTable checks the inline routes of a table.
func admitTable(c *provider.Call) error {
	if c.Old != nil && !c.Changed("routes") {
		return nil
	}
	routes := items(c.New.Props["routes"])
	ofTable := func(o *world.Object) bool { return o.Props["routeTableId"] == c.New.ID }
	if c.Old != nil && len(routes) > 0 && c.World.Find(routeType, c.Region, ofTable) != nil {
		return mixed("routes", "route table")
	}
	if len(routes) > routesPerTable {
		return provider.Errorf("RouteLimitExceeded", "The maximum number of routes has been reached.") // a guess
	}
	seen := map[any]bool{}
	for _, item := range routes {
		route, _ := item.(map[string]any)
		if seen[route["cidrBlock"]] {
			return routeExists(route["cidrBlock"])
		}
		seen[route["cidrBlock"]] = true
		if err := admitTarget(c, c.New, route["cidrBlock"], route); err != nil {
			return err
		}
	}
	return nil
}

// mixed refuses inline entries together with separate resources: in the real provider each undoes the other at every
// update.
func mixed(what, on string) error {
	return fmt.Errorf("the sandbox refuses inline %s together with separate resources for %s on one %s: "+
		"each update of the %s would undo the resources", what, what, on, on)
}

// deleteTable refuses to delete a main route table, as AWS does when the provider removes its associations.
func deleteTable(c *provider.Call) error {
	if c.Old.Props["main"] != true {
		return nil
	}
	return provider.Errorf("InvalidParameterValue", "cannot disassociate the main route table association %s",
		strings.Replace(c.Old.ID, "rtb-", "rtbassoc-", 1)) // wording is a guess
}

func admitRoute(c *provider.Call) error {
	table := get(c, tableType, c.New.Props["routeTableId"])
	for _, item := range items(table.Props["routes"]) {
		if !table.Seeded {
			return mixed("routes", "route table")
		}
		if route, _ := item.(map[string]any); route["cidrBlock"] == c.New.Props["destinationCidrBlock"] {
			return routeExists(route["cidrBlock"])
		}
	}
	if c.Old != nil {
		c.New.Props["state"] = "active"
	}
	c.Vars["table"] = table.ID
	return admitTarget(c, table, c.New.Props["destinationCidrBlock"], c.New.Props)
}

// admitTarget checks that a route leads out of the VPC, through a gateway of the same VPC.
func admitTarget(c *provider.Call, table *world.Object, destination any, route provider.Props) error {
	vpc := table.Props["vpcId"]
	whole := networkOf(get(c, vpcType, vpc))
	switch network, _ := netip.ParsePrefix(fmt.Sprint(destination)); {
	case network == whole:
		return routeExists(destination)
	case within(network, whole):
		return fmt.Errorf("the sandbox does not model routes inside the VPC's own network: %v is in %v", network, whole)
	}
	id, other, err := target(c, route)
	if err != nil {
		return err
	}
	if other != vpc { // wording is a guess
		return provider.Errorf("InvalidParameterValue",
			"route table %s and network gateway %s belong to different networks", table.ID, id)
	}
	return nil
}

// target returns the id of a route's gateway, and the gateway's VPC.
func target(c *provider.Call, route provider.Props) (id string, vpc any, err error) {
	if id, _ = route["natGatewayId"].(string); id != "" {
		nat := get(c, natType, id)
		if nat == nil {
			// The wording is a guess.
			return id, nil, provider.Errorf("InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist", id)
		}
		return id, vpcOf(c, nat.Props["subnetId"]), nil
	}
	id, _ = route["gatewayId"].(string)
	gateway := get(c, gatewayType, id)
	if gateway == nil {
		// The wording is a guess.
		return id, nil, provider.Errorf("InvalidGatewayID.NotFound", "The gateway ID '%s' does not exist", id)
	}
	return id, gateway.Props["vpcId"], nil
}

func routeExists(destination any) error {
	return provider.Errorf("RouteAlreadyExists", "The route identified by %v already exists.", destination)
}

// admitAssociation refuses a route table for a subnet of another VPC.
func admitAssociation(c *provider.Call) error {
	table, subnet := c.New.Props["routeTableId"], c.New.Props["subnetId"]
	if get(c, tableType, table).Props["vpcId"] != vpcOf(c, subnet) {
		return provider.Errorf("InvalidParameterValue",
			"Route table %v and subnet %v belong to different networks", table, subnet) // wording is a guess
	}
	return nil
}
