package controls

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

const (
	flowLog      = "aws:ec2/flowLog:FlowLog"
	defaultGroup = graph.DefaultSecurityGroup
)

// riskyPorts are the ports that must not be open to everybody, according to EC2.19.
var riskyPorts = []int{
	20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888,
	9200, 9300,
}

// EC2.6 requires traffic of type REJECT. It does not mention ALL, which includes REJECT and passes here too.
//
// The controls on a whole network evaluate only networks in use. An account's default VPC that nothing uses does not
// concern a deployment.
var ec2Controls = []Control{
	{
		ID: "EC2.2", Severity: High, Title: "Default security groups allow no traffic", types: []string{graph.Vpc},
		check: only(used, unused, closedDefault),
		Fix: "manage the VPC's default group with an aws:ec2:DefaultSecurityGroup without rules; this stack does not use " +
			"the group",
	},
	{
		ID: "EC2.6", Severity: Medium, Title: "Rejected connections are logged", types: []string{graph.Vpc},
		check: only(used, unused, with(flowLog, "vpcId", no(flowLog), is("trafficType", "", "REJECT", "ALL"))),
		Fix:   "set network.mode: dedicated with network.flowLogs: true",
	},
	{
		ID: "EC2.15", Severity: Medium, Title: "Subnets do not assign public addresses", types: []string{graph.Subnet},
		check: only(inUsed, unused,
			both(is("mapPublicIpOnLaunch", "false", "false"), is("assignIpv6AddressOnCreation", "false", "false"))),
		Fix: "set network.mode: existing with subnets that do not; the subnets of the default VPC and the public ones that " +
			"awsx creates do; private tasks, databases and file systems are never in such a subnet",
	},
	{
		ID: "EC2.18", Severity: High, Title: "Only ports 80 and 443 are open to the world",
		types: []string{graph.SecurityGroup},
		check: closedTo(func(e entry) bool {
			web := e.protocol == "tcp" && e.from == e.to && (e.from == 80 || e.from == 443)
			return !web && !strings.HasPrefix(e.protocol, "icmp")
		}), Fix: "narrow the rule to the load balancer's security group, as SecurityGroups does",
	},
	{
		ID: "EC2.19", Severity: Critical, Title: "No risky port is open to the world", types: []string{graph.SecurityGroup},
		check: closedTo(func(e entry) bool { return slices.ContainsFunc(riskyPorts, e.covers) }),
		Fix:   "narrow the rule to the security group that needs the port, as SecurityGroups does",
	},
	endpoint("EC2.55", "ecr.api", "VPCs have an endpoint for the ECR API"),
	endpoint("EC2.56", "ecr.dkr", "VPCs have an endpoint for pulling images from ECR"),
	endpoint("EC2.57", "ssm", "VPCs have an endpoint for Systems Manager"),
}

const unused = "no security group but the default one is in the VPC: nothing uses it"

func endpoint(id, service, title string) Control {
	return Control{
		ID: id, Severity: Medium, Title: title, types: []string{graph.Vpc},
		check: only(used, unused, withReason("it has no interface endpoint of "+service,
			with(graph.VpcEndpoint, "vpcId", no(graph.VpcEndpoint), ofService(service)))),
		Fix: "set network.mode: dedicated with network.endpoints: true",
	}
}

// ofService passes an interface endpoint of a service, in any region.
func ofService(service string) check {
	return both(is("vpcEndpointType", "Gateway", "Interface"),
		holds("serviceName", "", func(name string) bool { return strings.HasSuffix(name, "."+service) }))
}

func used(s subject) outcome { return s.uses(s.ID) }

func inUsed(s subject) outcome {
	if _, known := s.At("vpcId"); !known {
		return unsure("vpcId")
	}
	return s.uses(s.Text("vpcId"))
}

// uses passes if a security group other than the default one is in a VPC.
func (s subject) uses(vpc string) outcome {
	o := failed("", unused)
	for _, group := range s.g.All(graph.SecurityGroup) {
		id, known := group.At("vpcId")
		switch {
		case group.Text("name") == "default":
		case id == vpc:
			return passed
		case !known:
			o = unsure("vpcId of " + group.ID)
		}
	}
	return o
}

// closedDefault evaluates the default group of a VPC. A group that a program manages has that program's rules. Another
// one has AWS's rules, which allow all traffic between its members, and all traffic out.
func closedDefault(s subject) outcome {
	for _, typ := range []string{defaultGroup, graph.SecurityGroup} {
		groups, maybe := s.companions(typ, "vpcId")
		for _, g := range groups {
			if typ == defaultGroup || g.Text("name") == "default" {
				return g.closed(typ == defaultGroup)
			}
		}
		if maybe && typ == defaultGroup {
			return unsure("vpcId of " + kind(typ))
		}
	}
	return failed("", "its default group has AWS's own rules, for all traffic in from itself and all traffic out")
}

func (s subject) closed(managed bool) outcome {
	for _, direction := range []string{"ingress", "egress"} {
		switch value, known := s.At(direction); {
		case !known:
			return unsure(direction)
		case len(s.Objects(direction)) > 0 || value == nil && !managed:
			return failed(direction, "%s of the default group %s has rules", direction, s.ID)
		}
	}
	return passed
}
