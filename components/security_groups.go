package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const securityGroupsType = "livebeats:index:SecurityGroups"

// SecurityGroupsArgs configures SecurityGroups.
type SecurityGroupsArgs struct {
	VpcId             pulumi.StringInput `pulumi:"vpcId"`             // Required.
	ContainerPort     int                `pulumi:"containerPort"`     // Required, 1-65535.
	DistributionPorts PortRange          `pulumi:"distributionPorts"` // Required: where Erlang nodes listen.
	Https             bool               `pulumi:"https"`             // Opens the load balancer's port 443 too.
	// DatabaseSecurityGroupId gets a rule that lets the tasks in on 5432. Without it tasks may reach port 5432 anywhere,
	// since only DATABASE_URL knows where the database is.
	DatabaseSecurityGroupId pulumi.StringInput `pulumi:"databaseSecurityGroupId"`
	// OwnDatabase says that a Database opens its port itself.
	OwnDatabase bool `pulumi:"ownDatabase"`
}

// SecurityGroups are the firewalls of the load balancer and of the tasks. Both ids are ordered after the groups' rules.
type SecurityGroups struct {
	pulumi.ResourceState
	family

	LoadBalancerSecurityGroupId pulumi.StringOutput `pulumi:"loadBalancerSecurityGroupId"`
	ServiceSecurityGroupId      pulumi.StringOutput `pulumi:"serviceSecurityGroupId"`
}

// NewSecurityGroups opens exactly the flows that Live Beats needs, in and out,
// one rule resource each.
func NewSecurityGroups(
	ctx *pulumi.Context, name string, args *SecurityGroupsArgs, opts ...pulumi.ResourceOption,
) (*SecurityGroups, error) {
	a := deref(args)
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
		}, pulumi.Parent(groups))
		if err != nil {
			return nil, err
		}
		*group.id = child.ID().ToStringOutput()
	}
	unruled := len(groups.kin())
	for _, flow := range groups.flows(a) {
		if err := flow.open(ctx, name, pulumi.Parent(groups), movedPorts); err != nil {
			return nil, err
		}
	}
	for _, id := range []*pulumi.StringOutput{&groups.LoadBalancerSecurityGroupId, &groups.ServiceSecurityGroupId} {
		*id = after(*id, groups.kin()[unruled:]...)
	}
	return groups, registerOutputs(ctx, groups)
}

func (g *SecurityGroups) flows(a SecurityGroupsArgs) []flow {
	alb, service := g.LoadBalancerSecurityGroupId, g.ServiceSecurityGroupId
	app := PortRange{a.ContainerPort, a.ContainerPort}
	flows := []flow{
		{"http", internet, alb, port(80), "Browsers to the load balancer, plain HTTP"},
		{"app", alb, service, app, "Load balancer to the application, and its health checks"},
		{"epmd", service, service, port(epmdPort), "Erlang port mapper between tasks"},
		{"distribution", service, service, a.DistributionPorts, "Erlang distribution between tasks"},
		{"files", service, service, app, "Tasks fetch uploaded files from each other"},
		{"web", service, internet, port(443), "AWS APIs, the image registry and GitHub sign-in"},
	}
	if !a.OwnDatabase {
		flows = append(flows, flow{"database", service, a.DatabaseSecurityGroupId, port(postgresPort), "PostgreSQL"})
	}
	if a.Https {
		flows = append(flows, flow{"https", internet, alb, port(443), "Browsers to the load balancer, HTTPS"})
	}
	return flows
}

// movedPorts opens the new ports before the old ones close, at the end of the update: until then old tasks use them.
var movedPorts = pulumi.ReplaceOnChanges([]string{"fromPort", "toPort"})

// internet is the endpoint of a flow that has no security group.
var internet pulumi.StringInput

// flow is TCP traffic between two security groups, or one and the internet.
type flow struct {
	role     string
	from, to pulumi.StringInput
	ports    PortRange
	why      string // The rule's description: AWS takes [0-9A-Za-z_ .:/()#,@[]+=&;{}!$*-] only.
}

func port(number int) PortRange { return PortRange{number, number} }

// open makes the rule at each end of the flow that is a security group.
func (f flow) open(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	tcp, from, to := pulumi.String("tcp"), pulumi.Int(f.ports.Min), pulumi.Int(f.ports.Max)
	if f.from != internet {
		cidr, group := peer(f.to)
		if _, err := vpc.NewSecurityGroupEgressRule(ctx, name+"-"+f.role+"-egress", &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: f.from, IpProtocol: tcp, FromPort: from, ToPort: to,
			CidrIpv4: cidr, ReferencedSecurityGroupId: group, Description: pulumi.String(f.why),
		}, opts...); err != nil {
			return err
		}
	}
	if f.to == internet {
		return nil
	}
	cidr, group := peer(f.from)
	_, err := vpc.NewSecurityGroupIngressRule(ctx, name+"-"+f.role+"-ingress", &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: f.to, IpProtocol: tcp, FromPort: from, ToPort: to,
		CidrIpv4: cidr, ReferencedSecurityGroupId: group, Description: pulumi.String(f.why),
	}, opts...)
	return err
}

func peer(endpoint pulumi.StringInput) (cidr, group pulumi.StringPtrInput) {
	if endpoint == internet {
		return pulumi.String("0.0.0.0/0"), nil
	}
	return nil, endpoint.ToStringOutput()
}

func (a SecurityGroupsArgs) check(name string) error {
	var p problems
	p.required("VpcId", a.VpcId)
	checkPorts(&p, "ContainerPort", a.ContainerPort, a.DistributionPorts)
	return p.err(securityGroupsType, name)
}
