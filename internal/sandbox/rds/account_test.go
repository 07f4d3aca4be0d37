package rds_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	keyType            = "aws:kms/key:Key"
	instanceType       = "aws:rds/instance:Instance"
	subnetGroupType    = "aws:rds/subnetGroup:SubnetGroup"
	parameterGroupType = "aws:rds/parameterGroup:ParameterGroup"
)

// trust returns a trust policy that lets a service assume the role.
func trust(service string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {"Service": "` + service + `"}}]}`
}

// good is a valid instance with only the required inputs.
var good = provider.Props{
	"identifier": "live-beats", "engine": "postgres", "instanceClass": "db.t4g.micro", "allocatedStorage": 20.0,
	"username": "livebeats", "password": "correct-horse", "dbSubnetGroupName": "$subnets", "skipFinalSnapshot": true,
}

var with = sandboxtest.Merge

// rule is one change to an otherwise valid resource, and the complete error.
type rule = sandboxtest.Break

// account has the resources that an instance may refer to, and a second VPC without an internet gateway.
func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	a.OtherNetwork()
	parameters := func(family string) provider.Props { return provider.Props{"name": family, "family": family} }
	for _, step := range []struct {
		token, name string
		in          provider.Props
	}{
		{keyType, "key", provider.Props{}},
		{subnetGroupType, "subnets", provider.Props{"name": "subnets", "subnetIds": []any{"$subnet-a", "$subnet-b"}}},
		{subnetGroupType, "other-subnets", provider.Props{
			"name": "other-subnets", "subnetIds": []any{"$other-subnet-a", "$other-subnet-b"},
		}},
		{parameterGroupType, "older", parameters("postgres16")},
		{parameterGroupType, "newer", parameters("postgres17")},
		{sandboxtest.Role, "monitor", provider.Props{
			"name": "monitor", "assumeRolePolicy": trust("monitoring.rds.amazonaws.com"),
		}},
		{sandboxtest.Role, "tasks", provider.Props{"name": "tasks", "assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
		{sandboxtest.SecurityGroup, "database", provider.Props{"vpcId": "$vpc"}},
		{instanceType, "taken", with(good, provider.Props{"identifier": "taken", "password": "correct-horse-2"})},
	} {
		require.NoError(t, a.Make(step.token, step.name, step.in), step.name)
	}
	return a
}

// crowd adds objects of a type until the account has count of them.
func crowd(a *sandboxtest.Account, token string, count int) {
	for i := len(a.World.List(token, a.Region)); i < count; i++ {
		a.World.Put(&world.Object{Type: token, Region: a.Region, ID: fmt.Sprint(i), Props: provider.Props{}})
	}
}
