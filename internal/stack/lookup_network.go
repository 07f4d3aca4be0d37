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

// lookUpNetwork looks up what decides the paths in a network that is not the stack's own, so that a policy pack can
// follow them.
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
	o := &observer{ctx: ctx, region: s.Account.Region}
	o.add(graph.Vpc, vpc.Id, map[string]any{
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
	found, err := o.all(subnets.Ids, o.subnet, tables.Ids, o.table)
	if err == nil && s.Config.Network.Mode == config.NetworkDefault {
		err = checkDefault(publicSubnets(found))
	}
	return found, err
}

// publicSubnets are those that awsx takes for public ones.
func publicSubnets(found []existing) (public []existing) {
	for _, o := range found {
		if o.Properties["mapPublicIpOnLaunch"] == true {
			public = append(public, o)
		}
	}
	return public
}

// checkDefault refuses a default VPC that is not as AWS made it: a load balancer takes all of its public subnets, and
// they have to be of two or more zones, one each.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
func checkDefault(public []existing) error {
	const remedy = "give two or more, of different zones, as network.publicSubnetIds with network.mode existing"
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
		return fmt.Errorf("use the default VPC: it has public subnets in %d zones, and a load balancer needs two: %s",
			len(zones), remedy)
	}
	return nil
}

// observer collects resources from look-ups that run side by side.
type observer struct {
	ctx    *pulumi.Context
	region string

	mu    sync.Mutex
	found []existing
}

func (o *observer) add(typ, id string, properties map[string]any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.found = append(o.found, existing{Type: typ, Region: o.region, Id: id, Properties: properties})
}

// all looks subnets and tables up, each by its own.
func (o *observer) all(
	subnets []string, subnet func(string) error, tables []string, table func(string) error,
) ([]existing, error) {
	failures := make([]error, len(subnets)+len(tables))
	var looked sync.WaitGroup
	for i, id := range subnets {
		looked.Go(func() { failures[i] = subnet(id) })
	}
	for i, id := range tables {
		looked.Go(func() { failures[len(subnets)+i] = table(id) })
	}
	looked.Wait()
	slices.SortFunc(o.found, func(a, b existing) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Id, b.Id))
	})
	return o.found, errors.Join(failures...)
}

func (o *observer) subnet(id string) error {
	subnet, err := ec2.LookupSubnet(o.ctx, &ec2.LookupSubnetArgs{Id: &id})
	if err != nil {
		return err
	}
	o.add(graph.Subnet, id, map[string]any{
		"vpcId": subnet.VpcId, "cidrBlock": subnet.CidrBlock, "availabilityZone": subnet.AvailabilityZone,
		"mapPublicIpOnLaunch": subnet.MapPublicIpOnLaunch,
	})
	return nil
}

// table is a route table with its associations and the gateways that it leads to.
func (o *observer) table(id string) error {
	table, err := ec2.LookupRouteTable(o.ctx, &ec2.LookupRouteTableArgs{RouteTableId: &id})
	if err != nil {
		return err
	}
	var routes []any
	for _, route := range table.Routes {
		routes = append(routes, map[string]any{
			"cidrBlock": route.CidrBlock, "gatewayId": route.GatewayId, "natGatewayId": route.NatGatewayId,
		})
		if route.NatGatewayId != "" {
			o.natGateway(route.NatGatewayId)
		}
		if strings.HasPrefix(route.GatewayId, "igw-") {
			o.add(graph.InternetGateway, route.GatewayId, map[string]any{"vpcId": table.VpcId})
		}
	}
	o.add(graph.RouteTable, id, map[string]any{"vpcId": table.VpcId, "routes": routes})
	for _, a := range table.Associations {
		if a.SubnetId != "" {
			o.add(graph.RouteTableAssociation, a.RouteTableAssociationId, map[string]any{
				"routeTableId": id, "subnetId": a.SubnetId,
			})
		}
	}
	return nil
}

// natGateway leaves out a gateway that cannot be looked up: routes outlive the gateways that they lead to, and of a
// route that tasks may not even use a proof says that it is open.
func (o *observer) natGateway(id string) {
	gateway, err := ec2.LookupNatGateway(o.ctx, &ec2.LookupNatGatewayArgs{Id: &id})
	if err != nil {
		_ = o.ctx.Log.Info(fmt.Sprintf("what leaves through NAT gateway %s stays unproven: %v", id, err), nil)
		return
	}
	o.add(graph.NatGateway, id, map[string]any{
		"subnetId": gateway.SubnetId, "connectivityType": gateway.ConnectivityType,
	})
}
