package stack

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// lookUpNetwork looks up the VPC, subnets, routes and gateways of an existing network, so that a policy pack can follow
// the paths in it. It returns nothing for a dedicated network.
func (s *Stack) lookUpNetwork() ([]existing, error) {
	ctx := s.ctx
	if s.Config.Network.Mode == config.NetworkDedicated {
		return nil, nil
	}
	args := &ec2.LookupVpcArgs{Id: &s.Config.Network.VPCID}
	if s.Config.Network.Mode == config.NetworkDefault {
		args = &ec2.LookupVpcArgs{Default: pulumi.BoolRef(true)}
	}
	vpc, err := ec2.LookupVpc(ctx, args)
	if err != nil {
		return nil, err
	}
	c := &collector{ctx: ctx, region: s.Account.Region}
	c.add(graph.Vpc, vpc.Id, map[string]any{
		"cidrBlock": vpc.CidrBlock, "default": vpc.Default, "mainRouteTableId": vpc.MainRouteTableId,
		"enableDnsSupport": vpc.EnableDnsSupport, "enableDnsHostnames": vpc.EnableDnsHostnames,
	})
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{Filters: []ec2.GetSubnetsFilter{
		{Name: "vpc-id", Values: []string{vpc.Id}},
	}})
	if err != nil {
		return nil, err
	}
	tables, err := ec2.GetRouteTables(ctx, &ec2.GetRouteTablesArgs{VpcId: &vpc.Id})
	if err != nil {
		return nil, err
	}
	found, err := c.lookUpAll(subnets.Ids, c.subnet, tables.Ids, c.routeTable)
	if err == nil && s.Config.Network.Mode == config.NetworkDefault {
		err = checkDefault(publicSubnets(found))
	}
	return found, err
}

// publicSubnets returns the subnets that awsx treats as public.
func publicSubnets(found []existing) (public []existing) {
	for _, resource := range found {
		if resource.Properties["mapPublicIpOnLaunch"] == true {
			public = append(public, resource)
		}
	}
	return public
}

// checkDefault returns an error if the load balancer cannot use the default VPC. The load balancer is attached to all
// of the VPC's public subnets, so these have to be in two or more zones, with one subnet in each zone. A default VPC
// as AWS creates it meets this.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
func checkDefault(public []existing) error {
	const remedy = "set network.mode to existing, and network.publicSubnetIds to two or more subnets in different zones"
	zones := map[any]string{}
	for _, subnet := range public {
		zone := subnet.Properties["availabilityZone"]
		if other, taken := zones[zone]; taken {
			return fmt.Errorf("use the default VPC: its public subnets %s and %s are both in zone %s: %s",
				other, subnet.Id, zone, remedy)
		}
		zones[zone] = subnet.Id
	}
	if len(zones) < 2 {
		return fmt.Errorf("use the default VPC: the number of zones with public subnets is %d, but a load balancer needs "+
			"at least two: %s", len(zones), remedy)
	}
	return nil
}

// collector collects resources from look-ups that run in parallel.
type collector struct {
	ctx    *pulumi.Context
	region string

	mu    sync.Mutex
	found []existing
}

func (c *collector) add(typ, id string, properties map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.found = append(c.found, existing{Type: typ, Region: c.region, Id: id, Properties: properties})
}

// lookUpAll looks up the subnets and the route tables, each with the function given for it. It returns everything that
// has been collected, sorted by type and id.
func (c *collector) lookUpAll(
	subnets []string, subnet func(string) error, tables []string, table func(string) error,
) ([]existing, error) {
	failures := make([]error, len(subnets)+len(tables))
	var lookups sync.WaitGroup
	for i, id := range subnets {
		lookups.Go(func() { failures[i] = subnet(id) })
	}
	for i, id := range tables {
		lookups.Go(func() { failures[len(subnets)+i] = table(id) })
	}
	lookups.Wait()
	slices.SortFunc(c.found, func(a, b existing) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Id, b.Id))
	})
	return c.found, errors.Join(failures...)
}

func (c *collector) subnet(id string) error {
	subnet, err := ec2.LookupSubnet(c.ctx, &ec2.LookupSubnetArgs{Id: &id})
	if err != nil {
		return err
	}
	c.add(graph.Subnet, id, map[string]any{
		"vpcId": subnet.VpcId, "cidrBlock": subnet.CidrBlock, "availabilityZone": subnet.AvailabilityZone,
		"mapPublicIpOnLaunch": subnet.MapPublicIpOnLaunch,
	})
	return nil
}

// routeTable adds a route table, its associations, and the gateways that its routes lead to.
func (c *collector) routeTable(id string) error {
	table, err := ec2.LookupRouteTable(c.ctx, &ec2.LookupRouteTableArgs{RouteTableId: &id})
	if err != nil {
		return err
	}
	var routes []any
	for _, route := range table.Routes {
		routes = append(routes, map[string]any{
			"cidrBlock": route.CidrBlock, "gatewayId": route.GatewayId, "natGatewayId": route.NatGatewayId,
		})
		if route.NatGatewayId != "" {
			c.natGateway(route.NatGatewayId)
		}
		if strings.HasPrefix(route.GatewayId, "igw-") {
			c.add(graph.InternetGateway, route.GatewayId, map[string]any{"vpcId": table.VpcId})
		}
	}
	c.add(graph.RouteTable, id, map[string]any{"vpcId": table.VpcId, "routes": routes})
	for _, a := range table.Associations {
		if a.SubnetId != "" {
			c.add(graph.RouteTableAssociation, a.RouteTableAssociationId, map[string]any{
				"routeTableId": id, "subnetId": a.SubnetId,
			})
		}
	}
	return nil
}

// natGateway adds a NAT gateway. It leaves out a gateway that cannot be looked up: a route remains when its gateway is
// deleted, and tasks may not use that route at all. If they do, the proofs report that they have no route.
func (c *collector) natGateway(id string) {
	gateway, err := ec2.LookupNatGateway(c.ctx, &ec2.LookupNatGatewayArgs{Id: &id})
	if err != nil {
		_ = c.ctx.Log.Info(fmt.Sprintf("NAT gateway %s cannot be looked up, so the proofs ignore routes through it: %v",
			id, err), nil)
		return
	}
	c.add(graph.NatGateway, id, map[string]any{
		"subnetId": gateway.SubnetId, "connectivityType": gateway.ConnectivityType,
	})
}
