package awsx

import (
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// child is any AWS resource of the component.
type child struct {
	pulumi.CustomResourceState

	AllocationId pulumi.StringOutput `pulumi:"allocationId"` // Of an Elastic IP.
}

// builder creates the children of a component. The first problem ends it.
type builder struct {
	ctx     *pulumi.Context
	version pulumi.ResourceOption
	name    string
	args    vpcArgs
	plan    vpcPlan
	err     error

	gateway                                        *child
	subnets, tables, associations, routes          []*child
	nats, eips                                     []*child
	publicSubnets, privateSubnets, isolatedSubnets []*child
}

// add registers a child under its parent.
func (b *builder) add(typ, name string, parent pulumi.Resource, in pulumi.Map, opts ...pulumi.ResourceOption) *child {
	c := &child{}
	maps.DeleteFunc(in, func(_ string, v pulumi.Input) bool { return v == nil })
	opts = append(opts, pulumi.Parent(parent), b.version)
	if err := b.ctx.RegisterResource(typ, name, in, c, opts...); err != nil {
		b.err = errors.Join(b.err, fmt.Errorf("register %s %q: %w", typ, name, err))
	}
	return c
}

func (b *builder) under(parent *child, typ, name string, in pulumi.Map) *child {
	return b.add(typ, name, parent, in, pulumi.DependsOn([]pulumi.Resource{parent}))
}

// tags merges maps of tags. Later maps take precedence.
func tags(of ...pulumi.StringMapInput) pulumi.StringMapInput {
	all := pulumi.StringMap{}.ToStringMapOutput()
	for _, next := range of {
		if next == nil {
			continue
		}
		all = pulumi.All(all, next).ApplyT(func(both []any) map[string]string {
			merged := map[string]string{}
			for _, m := range both {
				maps.Copy(merged, m.(map[string]string))
			}
			return merged
		}).(pulumi.StringMapOutput)
	}
	return all
}

func named(name string) pulumi.StringMap { return pulumi.StringMap{"Name": pulumi.String(name)} }

// build creates everything and returns the component's outputs.
func (b *builder) build(component pulumi.Resource) (pulumi.Map, error) {
	shared := tags(named(b.name), b.args.Tags)
	vpc := b.add("aws:ec2/vpc:Vpc", b.name, component, pulumi.Map{
		"cidrBlock": pulumi.String(b.plan.cidr), "tags": shared,
		"assignGeneratedIpv6CidrBlock": b.args.AssignGeneratedIpv6CidrBlock,
		"enableDnsHostnames":           b.args.EnableDnsHostnames, "enableDnsSupport": b.args.EnableDnsSupport,
		"enableNetworkAddressUsageMetrics": b.args.EnableNetworkAddressUsageMetrics,
		"instanceTenancy":                  b.args.InstanceTenancy,
	})
	b.gateway = b.under(vpc, "aws:ec2/internetGateway:InternetGateway", b.name, pulumi.Map{
		"vpcId": vpc.ID(), "tags": shared,
	})
	for _, spec := range b.args.VpcEndpointSpecs {
		b.endpoint(vpc, spec)
	}
	for i, zone := range b.plan.zones {
		for _, s := range inOrder(b.plan.subnets) {
			if s.zone == zone && s.kind != unused {
				b.subnet(vpc, i, s, shared)
			}
		}
	}
	return pulumi.Map{
		"vpc": pulumi.NewResourceOutput(vpc), "vpcId": vpc.ID(), "internetGateway": pulumi.NewResourceOutput(b.gateway),
		"subnets": resources(b.subnets), "routeTables": resources(b.tables), "routes": resources(b.routes),
		"routeTableAssociations": resources(b.associations), "natGateways": resources(b.nats), "eips": resources(b.eips),
		"publicSubnetIds": ids(b.publicSubnets), "privateSubnetIds": ids(b.privateSubnets),
		"isolatedSubnetIds": ids(b.isolatedSubnets),
		// The real component never lists its endpoints: https://github.com/pulumi/pulumi-awsx/issues/1194
		"vpcEndpoints": pulumi.Array{}, "subnetLayout": pulumi.ToOutput(b.plan.layout),
	}, b.err
}

func (b *builder) endpoint(vpc *child, spec endpointSpec) {
	b.under(vpc, "aws:ec2/vpcEndpoint:VpcEndpoint", spec.ServiceName, pulumi.Map{
		"vpcId": vpc.ID(), "serviceName": pulumi.String(spec.ServiceName), "autoAccept": spec.AutoAccept,
		"policy": spec.Policy, "privateDnsEnabled": spec.PrivateDnsEnabled, "routeTableIds": spec.RouteTableIds,
		"securityGroupIds": spec.SecurityGroupIds, "subnetIds": spec.SubnetIds, "tags": spec.Tags,
		"vpcEndpointType": spec.VpcEndpointType,
	})
}

// subnet creates a subnet with its route table. For a public subnet it also creates what its zone's NAT gateway
// requires.
func (b *builder) subnet(vpc *child, zone int, s subnet, shared pulumi.StringMapInput) {
	own := pulumi.StringMap{"Name": pulumi.String(s.name), "SubnetType": pulumi.String(s.kind)}
	subnet := b.under(vpc, "aws:ec2/subnet:Subnet", s.name, pulumi.Map{
		"vpcId": vpc.ID(), "availabilityZone": pulumi.String(s.zone), "mapPublicIpOnLaunch": pulumi.Bool(s.kind == public),
		"cidrBlock": pulumi.String(s.block.String()), "tags": tags(shared, s.tags, own),
	})
	b.subnets = append(b.subnets, subnet)
	table := b.under(subnet, "aws:ec2/routeTable:RouteTable", s.name, pulumi.Map{
		"vpcId": vpc.ID(), "tags": tags(shared, own),
	})
	b.tables = append(b.tables, table)
	b.associations = append(b.associations, b.under(table, "aws:ec2/routeTableAssociation:RouteTableAssociation", s.name,
		pulumi.Map{"routeTableId": table.ID(), "subnetId": subnet.ID()}))
	switch s.kind {
	case public:
		b.publicSubnets = append(b.publicSubnets, subnet)
		if b.plan.nat.needsGateway(len(b.nats), zone) {
			b.nat(subnet, zone)
		}
		b.route(table, s.name, "gatewayId", b.gateway)
	case private:
		b.privateSubnets = append(b.privateSubnets, subnet)
		if b.plan.nat.strategy() != natNone {
			b.route(table, s.name, "natGatewayId", b.plan.nat.gateway(b.nats, zone))
		}
	default:
		b.isolatedSubnets = append(b.isolatedSubnets, subnet)
	}
}

func (b *builder) nat(subnet *child, zone int) {
	name := fmt.Sprintf("%s-%d", b.name, zone+1)
	labels := tags(b.args.Tags, named(name))
	var address pulumi.StringInput
	if given := b.plan.nat.ElasticIpAllocationIds; len(given) > 0 {
		address = given[zone]
	} else {
		eip := b.under(subnet, "aws:ec2/eip:Eip", name, pulumi.Map{"tags": labels})
		b.eips = append(b.eips, eip)
		address = eip.AllocationId
	}
	b.nats = append(b.nats, b.under(subnet, "aws:ec2/natGateway:NatGateway", name, pulumi.Map{
		"subnetId": subnet.ID(), "allocationId": address, "tags": labels,
	}))
}

func (b *builder) route(table *child, name, target string, to *child) {
	b.routes = append(b.routes, b.under(table, "aws:ec2/route:Route", name, pulumi.Map{
		"routeTableId": table.ID(), "destinationCidrBlock": pulumi.String("0.0.0.0/0"), target: to.ID(),
	}))
}

func resources(children []*child) pulumi.Array {
	out := pulumi.Array{}
	for _, c := range children {
		out = append(out, pulumi.NewResourceOutput(c))
	}
	return out
}

func ids(children []*child) pulumi.StringArray {
	out := pulumi.StringArray{}
	for _, c := range children {
		out = append(out, c.ID().ToStringOutput())
	}
	return out
}
