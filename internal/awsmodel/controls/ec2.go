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

// riskyPorts are the ones that EC2.19 closes to the world.
var riskyPorts = []int{
	20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888,
	9200, 9300,
}

// EC2.6 names traffic of type REJECT; that ALL, which has it, passes as well is not written there.
//
// The controls on a whole network judge those in which something has been put: an account's default VPC that nothing
// uses is not what a deployment is about.
var ec2Controls = []Control{
	{
		ID: "EC2.2", Severity: High, Title: "Default security groups let nothing pass", types: []string{graph.Vpc},
		check: only(used, unused, closedDefault),
		Fix: "adopt the VPC's default group with an aws:ec2:DefaultSecurityGroup without rules; nothing of this stack is " +
			"in it",
	},
	{
		ID: "EC2.6", Severity: Medium, Title: "Refused connections are written down", types: []string{graph.Vpc},
		check: only(used, unused, with(flowLog, "vpcId", no(flowLog), is("trafficType", "", "REJECT", "ALL"))),
		Fix:   "set network.mode: dedicated with network.flowLogs: true",
	},
	{
		ID: "EC2.15", Severity: Medium, Title: "Subnets give out no public addresses", types: []string{graph.Subnet},
		check: only(inUsed, unused,
			both(is("mapPublicIpOnLaunch", "false", "false"), is("assignIpv6AddressOnCreation", "false", "false"))),
		Fix: "set network.mode: existing with subnets that do not: the default VPC's do, and so do the public ones that " +
			"awsx makes; private tasks, databases and file systems are never in one of them",
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
	endpoint("EC2.55", "ecr.api", "Images' descriptions are read inside of the VPC"),
	endpoint("EC2.56", "ecr.dkr", "Images are pulled inside of the VPC"),
	endpoint("EC2.57", "ssm", "Parameters are read inside of the VPC"),
}

const unused = "no security group but the default one is in the VPC: nothing uses it"

func endpoint(id, service, title string) Control {
	return Control{
		ID: id, Severity: Medium, Title: title, types: []string{graph.Vpc},
		check: only(used, unused, says("it has no interface endpoint of "+service,
			with(graph.VpcEndpoint, "vpcId", no(graph.VpcEndpoint), ofService(service)))),
		Fix: "set network.mode: dedicated with network.endpoints: true",
	}
}

// ofService passes an interface endpoint of a service, whose names begin with the region's.
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

// uses passes when a group of somebody's own is in a VPC.
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

// closedDefault looks at the default group of a VPC: one that a program has adopted has that program's rules, and
// another one AWS's, which let everything pass between its members, and out.
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
	return failed("", "its default group has AWS's own rules, for everything in from itself, and everything out")
}

func (s subject) closed(adopted bool) outcome {
	for _, direction := range []string{"ingress", "egress"} {
		switch value, known := s.At(direction); {
		case !known:
			return unsure(direction)
		case len(s.Objects(direction)) > 0 || value == nil && !adopted:
			return failed(direction, "%s of the default group %s has rules", direction, s.ID)
		}
	}
	return passed
}
