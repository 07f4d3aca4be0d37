package proof

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
)

// database answers whether the tasks reach PostgreSQL: the instance in the graph that the environment names, else a
// database outside of the graph whose security group has a rule for the tasks, else any address on the internet,
// because DATABASE_URL may point anywhere.
func (s *service) database() awsmodel.Answer {
	app := s.app()
	if !names(app, "DATABASE_URL") && !names(app, "DB_HOST") {
		return awsmodel.Answer{}
	}
	port := s.databasePort()
	return s.everywhere(func(t readiness.Task) awsmodel.Answer {
		if named := t.Databases(app); len(named.Hops) > 0 {
			return named
		}
		const symptom = "** (DBConnection.ConnectionError) tcp connect: connection timed out - :etimedout"
		if group := s.databaseGroup(t.Interface.Groups, port); group != "" {
			there := network.Interface{
				Name: "database", Subnets: t.Interface.Subnets, Groups: []string{group},
				Addresses: s.network.Ranges(t.Interface.Subnets),
			}
			return s.network.Between(t.Interface, there, port).WithSymptom(symptom)
		}
		out := s.network.Leaves(t.Interface, port).WithSymptom(symptom)
		if !out.OK() {
			return out
		}
		return out.Doubt("database of "+app.Name, "is not in the stack: whether it lets the tasks in is not known "+
			"(database.mode existing with its security group, or create, makes it known)")
	})
}

// databaseGroup returns the security group of a database outside of the graph, if a rule lets the tasks in, else "".
func (s *service) databaseGroup(groups []string, port int) string {
	rule := s.Graph.Find(graph.IngressRule, s.Region, func(r *graph.Resource) bool {
		return slices.Contains(groups, r.Text("referencedSecurityGroupId")) &&
			r.Int("fromPort") <= port && port <= r.Int("toPort") &&
			s.Graph.Get(graph.SecurityGroup, s.Region, r.Text("securityGroupId")) == nil
	})
	if rule == nil {
		return ""
	}
	return rule.Text("securityGroupId")
}

// databasePort returns the port that the environment names. If that is in a parameter, so that it is not known, the
// port is PostgreSQL's own, or the one that the tasks' security group opens instead of it.
func (s *service) databasePort() int {
	const postgres = 5432
	app := s.app()
	if port, err := strconv.Atoi(setting(app, "DB_PORT")); err == nil {
		return port
	}
	address, err := url.Parse(setting(app, "DATABASE_URL"))
	if err == nil && address.Host != "" {
		if port, err := strconv.Atoi(address.Port()); err == nil {
			return port
		}
		return postgres
	}
	opened := slices.DeleteFunc(s.network.Outgoing(s.tasks[0].Interface), func(port int) bool {
		return port == network.HTTPS
	})
	if len(opened) == 0 || slices.Contains(opened, postgres) {
		return postgres
	}
	return opened[0]
}
