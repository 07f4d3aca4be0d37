package components

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

const securityGroupsType = "livebeats:index:SecurityGroups"

// SecurityGroupsArgs configures SecurityGroups.
type SecurityGroupsArgs struct {
	VpcId             pulumi.StringInput `pulumi:"vpcId"`             // Required.
	ContainerPort     int                `pulumi:"containerPort"`     // Required, 1-65535.
	DistributionPorts PortRange          `pulumi:"distributionPorts"` // Required: where Erlang nodes listen.
	Https             bool               `pulumi:"https,optional"`    // Opens the load balancer's port 443 too.
	// ClientCidrs are the IPv4 ranges that may reach the load balancer on its ports. Defaults to every address, 0.0.0.0/0.
	ClientCidrs []string `pulumi:"clientCidrs,optional"`
	// DatabaseSecurityGroupId is the security group of an existing database. An ingress rule there and an egress rule of
	// the tasks open DatabasePort. Leave it out with a Database component, which opens its port itself.
	DatabaseSecurityGroupId pulumi.StringPtrInput `pulumi:"databaseSecurityGroupId,optional"`
	// DatabaseCidrs are the IPv4 ranges that the tasks may reach on DatabasePort. Use them for a database whose security
	// group is not known. Defaults to none.
	DatabaseCidrs []string `pulumi:"databaseCidrs,optional"`
	DatabasePort  int      `pulumi:"databasePort,optional"` // Where an existing database listens. Defaults to 5432.
}

// SecurityGroups are the security groups of the load balancer and of the tasks. Both ids wait for the groups' rules.
type SecurityGroups struct {
	pulumi.ResourceState
	children

	LoadBalancerSecurityGroupId pulumi.StringOutput `pulumi:"loadBalancerSecurityGroupId"`
	ServiceSecurityGroupId      pulumi.StringOutput `pulumi:"serviceSecurityGroupId"`
}

// NewSecurityGroups creates the groups and opens only the flows that Live Beats needs, each with an ingress and an
// egress rule as resources.
func NewSecurityGroups(
	ctx *pulumi.Context, name string, args *SecurityGroupsArgs, opts ...pulumi.ResourceOption,
) (*SecurityGroups, error) {
	a := deref(args)
	if a.ClientCidrs == nil {
		a.ClientCidrs = []string{anywhere}
	}
	a.DatabasePort = cmp.Or(a.DatabasePort, postgresPort)
	if err := a.check(name); err != nil {
		return nil, err
	}
	groups := &SecurityGroups{}
	if err := register(ctx, securityGroupsType, name, a, groups, opts); err != nil {
		return nil, err
	}
	for _, group := range []struct {
		role, description string
		id                *pulumi.StringOutput
	}{
		{"alb", "Load balancer of Live Beats", &groups.LoadBalancerSecurityGroupId},
		{"service", "Tasks of Live Beats", &groups.ServiceSecurityGroupId},
	} {
		child, err := ec2.NewSecurityGroup(ctx, name+"-"+group.role, &ec2.SecurityGroupArgs{
			VpcId:       a.VpcId.ToStringOutput(),
			Description: pulumi.String(group.description),
		}, under(groups))
		if err != nil {
			return nil, err
		}
		*group.id = child.ID().ToStringOutput()
	}
	beforeRules := len(groups.declared)
	for _, flow := range groups.flows(a) {
		if err := flow.open(ctx, name, under(groups), replaceOnPortChange); err != nil {
			return nil, err
		}
	}
	for _, id := range []*pulumi.StringOutput{&groups.LoadBalancerSecurityGroupId, &groups.ServiceSecurityGroupId} {
		*id = after(*id, groups.declared[beforeRules:]...)
	}
	return groups, registerOutputs(ctx, groups)
}

func (g *SecurityGroups) flows(a SecurityGroupsArgs) []flow {
	alb, service := member(g.LoadBalancerSecurityGroupId), member(g.ServiceSecurityGroupId)
	app := PortRange{a.ContainerPort, a.ContainerPort}
	flows := []flow{
		{"app", alb, service, app, "Load balancer to the application, and its health checks"},
		{"epmd", service, service, port(livebeats.EpmdPort), "Erlang port mapper between tasks"},
		{"distribution", service, service, a.DistributionPorts, "Erlang distribution between tasks"},
		{"files", service, service, app, "Tasks fetch uploaded files from each other"},
		{"web", service, address(anywhere), port(443), "AWS APIs, the image registry and GitHub sign-in"},
	}
	for _, cidr := range a.ClientCidrs {
		client := address(cidr)
		flows = append(flows, flow{"http", client, alb, port(80), "Browsers to the load balancer, plain HTTP"})
		if a.Https {
			flows = append(flows, flow{"https", client, alb, port(443), "Browsers to the load balancer, HTTPS"})
		}
	}
	if a.DatabaseSecurityGroupId != nil {
		database := member(a.DatabaseSecurityGroupId.ToStringPtrOutput().Elem())
		flows = append(flows, flow{"database", service, database, port(a.DatabasePort), "PostgreSQL"})
	}
	for _, cidr := range a.DatabaseCidrs {
		flows = append(flows, flow{"database", service, address(cidr), port(a.DatabasePort), "PostgreSQL"})
	}
	return flows
}

// replaceOnPortChange replaces a rule whose ports change, instead of updating it. So the new ports open first, and the
// old ports close only at the end of the update. Until then old tasks use them.
var replaceOnPortChange = pulumi.ReplaceOnChanges([]string{"fromPort", "toPort"})

// anywhere is the range of all IPv4 addresses.
const anywhere = "0.0.0.0/0"

// endpoint is one end of a flow: the members of a security group, or a range of addresses.
type endpoint struct {
	group pulumi.StringInput
	cidr  string
}

func member(group pulumi.StringInput) endpoint { return endpoint{group: group} }
func address(cidr string) endpoint             { return endpoint{cidr: cidr} }

// flow is TCP traffic between two security groups, or between a security group and a range of addresses.
type flow struct {
	role        string
	from, to    endpoint
	ports       PortRange
	description string // The description of its rules. AWS accepts only [0-9A-Za-z_ .:/()#,@[]+=&;{}!$*-].
}

func port(number int) PortRange { return PortRange{number, number} }

// open creates a rule at each end of the flow that is a security group.
func (f flow) open(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	tcp, from, to := pulumi.String("tcp"), pulumi.Int(f.ports.Min), pulumi.Int(f.ports.Max)
	name += "-" + f.role + f.from.suffix() + f.to.suffix()
	if f.from.group != nil {
		cidr, group := f.to.peer()
		if _, err := vpc.NewSecurityGroupEgressRule(ctx, name+"-egress", &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: f.from.group, IpProtocol: tcp, FromPort: from, ToPort: to,
			CidrIpv4: cidr, ReferencedSecurityGroupId: group, Description: pulumi.String(f.description),
		}, opts...); err != nil {
			return err
		}
	}
	if f.to.group == nil {
		return nil
	}
	cidr, group := f.from.peer()
	_, err := vpc.NewSecurityGroupIngressRule(ctx, name+"-ingress", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: f.to.group, IpProtocol: tcp, FromPort: from, ToPort: to,
		CidrIpv4: cidr, ReferencedSecurityGroupId: group, Description: pulumi.String(f.description),
	}, opts...)
	return err
}

func (e endpoint) peer() (cidr, group pulumi.StringPtrInput) {
	if e.group == nil {
		return pulumi.String(e.cidr), nil
	}
	return nil, e.group.ToStringOutput()
}

// suffix returns the end of a rule's logical name, which differs between ranges of addresses.
func (e endpoint) suffix() string {
	if e.group != nil || e.cidr == anywhere {
		return ""
	}
	return "-" + strings.NewReplacer(".", "-", "/", "-").Replace(e.cidr)
}

func (a SecurityGroupsArgs) check(name string) error {
	var p problems
	p.required("VpcId", a.VpcId)
	checkPorts(&p, "ContainerPort", a.ContainerPort, a.DistributionPorts)
	checkCidrs(&p, "ClientCidrs", a.ClientCidrs)
	checkCidrs(&p, "DatabaseCidrs", a.DatabaseCidrs)
	p.within("DatabasePort", a.DatabasePort, awsmodel.Port)
	return p.err(securityGroupsType, name)
}

func checkCidrs(p *problems, field string, cidrs []string) {
	for _, cidr := range cidrs {
		prefix, err := netip.ParsePrefix(cidr)
		p.check(err == nil && prefix.Addr().Is4() && prefix == prefix.Masked(), field, cidr,
			"an IPv4 range such as 203.0.113.0/24, without host bits")
	}
}
