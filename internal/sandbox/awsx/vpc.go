package awsx

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

const vpcType = "awsx:ec2:Vpc"

// vpcArgs are the inputs of the component that are modelled: all of awsx 2.22 except those for IPAM, whose network is
// unknown until it is created. https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/vpc/
type vpcArgs struct {
	AvailabilityZoneCidrMask  *int                  `pulumi:"availabilityZoneCidrMask"`
	AvailabilityZoneNames     []string              `pulumi:"availabilityZoneNames"`
	CidrBlock                 *string               `pulumi:"cidrBlock"`
	NatGateways               *natArgs              `pulumi:"natGateways"`
	NumberOfAvailabilityZones *int                  `pulumi:"numberOfAvailabilityZones"`
	SubnetSpecs               []subnetSpec          `pulumi:"subnetSpecs"`
	SubnetStrategy            *string               `pulumi:"subnetStrategy"`
	Tags                      pulumi.StringMapInput `pulumi:"tags"`
	VpcEndpointSpecs          []endpointSpec        `pulumi:"vpcEndpointSpecs"`

	// These are passed to the VPC. The aws provider accepts or refuses them.
	AssignGeneratedIpv6CidrBlock     pulumi.BoolPtrInput   `pulumi:"assignGeneratedIpv6CidrBlock"`
	EnableDnsHostnames               pulumi.BoolPtrInput   `pulumi:"enableDnsHostnames"`
	EnableDnsSupport                 pulumi.BoolPtrInput   `pulumi:"enableDnsSupport"`
	EnableNetworkAddressUsageMetrics pulumi.BoolPtrInput   `pulumi:"enableNetworkAddressUsageMetrics"`
	InstanceTenancy                  pulumi.StringPtrInput `pulumi:"instanceTenancy"`
}

type endpointSpec struct {
	AutoAccept        pulumi.BoolPtrInput     `pulumi:"autoAccept"`
	Policy            pulumi.StringPtrInput   `pulumi:"policy"`
	PrivateDnsEnabled pulumi.BoolPtrInput     `pulumi:"privateDnsEnabled"`
	RouteTableIds     pulumi.StringArrayInput `pulumi:"routeTableIds"`
	SecurityGroupIds  pulumi.StringArrayInput `pulumi:"securityGroupIds"`
	ServiceName       string                  `pulumi:"serviceName"`
	SubnetIds         pulumi.StringArrayInput `pulumi:"subnetIds"`
	Tags              pulumi.StringMapInput   `pulumi:"tags"`
	VpcEndpointType   pulumi.StringPtrInput   `pulumi:"vpcEndpointType"`
}

// vpcPlan is what the component decides before it creates anything.
type vpcPlan struct {
	zones   []string
	cidr    string
	nat     natArgs
	subnets []subnet
	layout  []map[string]any
}

// vpc creates a VPC with its subnets, gateways, routes and endpoints, as the real component does: the same children,
// logical names, parents, tags, address ranges and outputs.
func (s *Server) vpc(
	ctx *pulumi.Context, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption,
) (*provider.ConstructResult, error) {
	var args vpcArgs
	if err := inputs.CopyTo(&args); err != nil {
		return nil, fmt.Errorf("read the inputs of %s: %w", vpcType, err)
	}
	component := &pulumi.ResourceState{}
	if err := ctx.RegisterComponentResource(vpcType, name, component, opts); err != nil {
		return nil, fmt.Errorf("register %s: %w", vpcType, err)
	}
	zones, err := s.zones(ctx, component, args)
	if err != nil {
		return nil, err
	}
	plan, err := planVpc(name, zones, args)
	if err != nil {
		return nil, err
	}
	for _, warning := range warnings(args, plan) {
		if err := ctx.Log.Warn(warning, &pulumi.LogArgs{Resource: component}); err != nil {
			return nil, err
		}
	}
	b := &builder{ctx: ctx, version: pulumi.Version(s.AWSVersion), name: name, args: args, plan: plan}
	outputs, err := b.build(component)
	if err != nil {
		return nil, err
	}
	if err := ctx.RegisterResourceOutputs(component, outputs); err != nil {
		return nil, fmt.Errorf("register outputs of %s: %w", vpcType, err)
	}
	return &provider.ConstructResult{URN: component.URN(), State: outputs}, nil
}

// zones returns the zones that the program names, or the first ones of the region.
func (s *Server) zones(ctx *pulumi.Context, parent pulumi.Resource, args vpcArgs) ([]string, error) {
	n := 3
	switch {
	case args.AvailabilityZoneNames != nil && args.NumberOfAvailabilityZones != nil:
		return nil, errors.New("Only one of [availabilityZoneNames] and [numberOfAvailabilityZones] can be specified")
	case args.AvailabilityZoneNames != nil:
		return args.AvailabilityZoneNames, nil
	case args.NumberOfAvailabilityZones != nil:
		n = *args.NumberOfAvailabilityZones
	}
	var found struct {
		Names []string `pulumi:"names"`
	}
	err := ctx.Invoke("aws:index/getAvailabilityZones:getAvailabilityZones", &struct{}{}, &found,
		pulumi.Parent(parent), pulumi.Version(s.AWSVersion))
	if err != nil {
		return nil, err
	}
	if len(found.Names) < n {
		return nil, fmt.Errorf("The configured region for this provider does not have at least %[1]d Availability Zones. "+
			"Either specify an explicit list of zones in availabilityZoneNames or choose a region with at least %[1]d AZs.", n)
	}
	return found.Names[:max(n, 0)], nil
}

// planVpc decides the layout, or returns what is wrong with the inputs.
func planVpc(name string, zones []string, args vpcArgs) (vpcPlan, error) {
	plan := vpcPlan{zones: zones, cidr: "10.0.0.0/16", nat: natOf(args)}
	if args.CidrBlock != nil {
		plan.cidr = *args.CidrBlock
	}
	strategy := strategyOf(args)
	zoneBits := 0
	if args.AvailabilityZoneCidrMask != nil {
		zoneBits = *args.AvailabilityZoneCidrMask
	}
	vpc, err := parseBlock(plan.cidr)
	switch {
	case err != nil:
		return plan, fmt.Errorf("cidrBlock: %w", err)
	case len(zones) == 0:
		return plan, errors.New("the sandbox does not model a VPC without Availability Zones")
	case !slices.Contains([]string{legacy, auto, exact}, strategy):
		return plan, fmt.Errorf("subnetStrategy: expected one of [Legacy, Auto, Exact], got %q", strategy)
	case args.AvailabilityZoneCidrMask != nil && (zoneBits < 1 || zoneBits > 32):
		return plan, fmt.Errorf("availabilityZoneCidrMask: expected a value in the range (1 - 32), got %d", zoneBits)
	}
	if err := plan.nat.checkAddresses(len(zones)); err != nil {
		return plan, err
	}
	specs, err := normalize(args.SubnetSpecs, len(zones))
	if err != nil {
		return plan, err
	}
	plan.subnets, err = network{name, vpc, zones, zoneBits}.layout(strategy, specs)
	if err != nil {
		return plan, err
	}
	if err := refuseOverlaps(plan.subnets); err != nil {
		return plan, err
	}
	if strategy == exact && len(plan.subnets) > 0 {
		if err := refuseGaps(vpc, plan.subnets); err != nil {
			return plan, err
		}
	}
	plan.layout = resolved(strategy, len(zones), specs, plan.subnets)
	return plan, plan.nat.checkSubnets(plan.subnets)
}

func strategyOf(args vpcArgs) string {
	if args.SubnetStrategy != nil {
		return *args.SubnetStrategy
	}
	return legacy
}

// warnings returns the real component's warnings, and warnings about inputs that the component does not use.
func warnings(args vpcArgs, plan vpcPlan) []string {
	var out []string
	if args.SubnetStrategy == nil && args.SubnetSpecs != nil && !explicit(args.SubnetSpecs) {
		text, _ := json.Marshal(plan.layout) // Strings and numbers.
		out = append(out, `The default subnetStrategy will change from "Legacy" to "Auto" in the next major version. `+
			`Please specify the subnetStrategy explicitly. The current subnet layout can be specified via "Auto" as:`+
			"\n\n"+string(text))
	}
	var idle []string
	if args.AvailabilityZoneCidrMask != nil {
		idle = append(idle, "availabilityZoneCidrMask")
	}
	if explicit(args.SubnetSpecs) {
		idle = append(idle, "subnetSpecs.cidrBlocks")
	}
	if strategyOf(args) == legacy && idle != nil {
		out = append(out, fmt.Sprintf("awsx does not use %s with the Legacy subnetStrategy, which is the default; "+
			`set subnetStrategy to "Auto" or "Exact"`, strings.Join(idle, " and ")))
	}
	return out
}
