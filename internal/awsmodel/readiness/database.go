package readiness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// Databases answers whether the task reaches the databases of the account that a container's environment names, in
// plain or by a parameter.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.Scenarios.html
func (t Task) Databases(c taskdef.Container) awsmodel.Answer {
	answer := nothing
	for _, database := range t.Graph.List(graph.Database, t.Region) {
		address, port := database.Text("address"), database.Int("port")
		if address == "" || !t.names(c, address) {
			continue
		}
		subnets := t.databaseSubnets(database)
		there := network.Interface{
			Name: "database " + database.Text("identifier"), Subnets: subnets,
			Groups: database.Strings("vpcSecurityGroupIds"), Addresses: t.network().Ranges(subnets),
		}
		answer = answer.Then(t.network().Between(t.Interface, there, port)).WithSymptom(fmt.Sprintf(
			"** (DBConnection.ConnectionError) tcp connect (%s:%d): connection timed out - :etimedout", address, port))
	}
	return answer
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

// databaseSubnets are those of the instance's subnet group: of the default one, those of the default VPC.
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
