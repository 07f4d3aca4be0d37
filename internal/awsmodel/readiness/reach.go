package readiness

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// Balanced answers whether the health checks of a target group's load balancer reach the task. The symptom is the
// reason that the load balancer gives for the target's health.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
func (t Task) Balanced(targetGroup string, port int) awsmodel.Answer {
	listener := Listener(t.Graph, t.Region, targetGroup)
	if listener == nil && t.Partial && len(t.Graph.List(graph.LoadBalancer, t.Region)) == 0 {
		return awsmodel.Answer{}.Doubt("listener of "+targetGroup, "is not in the stack, nor is a load balancer")
	}
	if listener == nil {
		return awsmodel.Answer{}.Refute("listener of "+targetGroup, "none").
			WithSymptom("Target group is not configured to receive traffic from the load balancer")
	}
	balancer := t.Graph.Get(graph.LoadBalancer, t.Region, listener.Text("loadBalancerArn"))
	if balancer == nil {
		return awsmodel.Answer{}.Doubt("load balancer "+listener.Text("loadBalancerArn"), "is not known")
	}
	if kind := balancer.Text("loadBalancerType"); kind != "" && kind != "application" {
		return awsmodel.Answer{}.Doubt("load balancer "+balancer.Text("name"), "is of type "+kind+", which is not modelled")
	}
	subnets := balancer.Strings("subnets")
	zone := t.zone(t.Interface.Subnets[0])
	if unknown := slices.IndexFunc(subnets, func(subnet string) bool { return t.zone(subnet) == "" }); t.Partial &&
		(zone == "" || unknown >= 0) {
		return awsmodel.Answer{}.Doubt("load balancer "+balancer.Text("name"), "the zones of its subnets or of the "+
			"task's subnet are not known")
	}
	if !slices.ContainsFunc(subnets, func(subnet string) bool { return t.zone(subnet) == zone }) {
		return awsmodel.Answer{}.Refute("load balancer "+balancer.Text("name"), "has no subnet in "+zone).
			WithSymptom("Target is in an Availability Zone that is not enabled for the load balancer")
	}
	nodes := network.Interface{
		Name: "load balancer " + balancer.Text("name"), Subnets: subnets,
		Groups: balancer.Strings("securityGroups"), Addresses: t.network().Ranges(subnets),
	}
	return t.network().Between(nodes, t.Interface, port).WithSymptom("Request timed out")
}

// Listener returns a listener that forwards to a target group, by its default action or by one of its rules, or nil.
func Listener(g *graph.Graph, region, targetGroup string) *graph.Resource {
	forwards := func(property string) func(*graph.Resource) bool {
		return func(r *graph.Resource) bool { return Forwards(r.Objects(property), targetGroup) }
	}
	if listener := g.Find(graph.Listener, region, forwards("defaultActions")); listener != nil {
		return listener
	}
	rule := g.Find(graph.ListenerRule, region, forwards("actions"))
	if rule == nil {
		return nil
	}
	return g.Get(graph.Listener, region, rule.Text("listenerArn"))
}

// Forwards reports whether one of a listener's actions forwards to a target group.
func Forwards(actions []graph.Props, targetGroup string) bool {
	return slices.ContainsFunc(actions, func(action graph.Props) bool {
		return action.Text("targetGroupArn") == targetGroup ||
			slices.ContainsFunc(action.Object("forward").Objects("targetGroups"), func(weighted graph.Props) bool {
				return weighted.Text("arn") == targetGroup
			})
	})
}

// Databases answers whether the task reaches the account's databases that a container's environment names, in a
// variable or through a parameter.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.Scenarios.html
func (t Task) Databases(c taskdef.Container) awsmodel.Answer {
	answer := nothing
	instances, clusters := t.Graph.List(graph.Database, t.Region), t.Graph.List(graph.DatabaseCluster, t.Region)
	for _, database := range slices.Concat(instances, clusters) {
		address, port := cmp.Or(database.Text("address"), database.Text("endpoint")), cmp.Or(database.Int("port"), 5432)
		if reader := database.Text("readerEndpoint"); reader != "" && t.names(c, reader) {
			address = reader
		}
		if address == "" || !t.names(c, address) {
			continue
		}
		name := "database " + cmp.Or(database.Text("identifier"), database.ID)
		if named := portNamed(c, address); named != 0 && named != port {
			return answer.Refute(fmt.Sprintf("%s on port %d", name, named), fmt.Sprintf("it listens on %d", port)).
				WithSymptom(fmt.Sprintf("** (DBConnection.ConnectionError) tcp connect (%s:%d): connection timed out - "+
					":etimedout", address, named))
		}
		subnets := t.databaseSubnets(database)
		there := network.Interface{
			Name: name, Subnets: subnets,
			Groups: database.Strings("vpcSecurityGroupIds"), Addresses: t.network().Ranges(subnets),
		}
		answer = answer.Then(t.network().Between(t.Interface, there, port)).WithSymptom(fmt.Sprintf(
			"** (DBConnection.ConnectionError) tcp connect (%s:%d): connection timed out - :etimedout", address, port))
	}
	return answer
}

// portNamed returns the port with which a plain variable names an address: after the address, or in DB_PORT. It returns
// 0 if none does.
func portNamed(c taskdef.Container, address string) int {
	for _, v := range c.Environment {
		text := v.Value
		if _, rest, found := strings.Cut(v.Value, address+":"); found {
			text, _, _ = strings.Cut(rest, "/")
		} else if v.Name != "DB_PORT" {
			continue
		}
		if port, err := strconv.Atoi(text); err == nil {
			return port
		}
	}
	return 0
}

func (t Task) names(c taskdef.Container, address string) bool {
	plain := func(v taskdef.Variable) bool { return strings.Contains(v.Value, address) }
	return slices.ContainsFunc(c.Environment, plain) ||
		slices.ContainsFunc(c.Secrets, func(s taskdef.Secret) bool {
			name, region, _ := parameterOf(s.ValueFrom, t.Region, t.Account)
			known := t.Graph.Get(graph.ParameterNames, region, name)
			return known != nil && slices.Contains(known.Strings("addresses"), address)
		})
}

// databaseSubnets returns the subnets of the instance's subnet group. The default subnet group has the subnets of the
// default VPC.
func (t Task) databaseSubnets(database *graph.Resource) []string {
	name := database.Text("dbSubnetGroupName")
	if group := t.Graph.Get(graph.DatabaseNet, t.Region, name); group != nil {
		return group.Strings("subnetIds")
	}
	var ids []string
	for _, subnet := range t.Graph.List(graph.Subnet, t.Region) {
		vpc := t.Graph.Get(graph.Vpc, t.Region, subnet.Text("vpcId"))
		if vpc != nil && vpc.True("default") {
			ids = append(ids, subnet.ID)
		}
	}
	return ids
}
