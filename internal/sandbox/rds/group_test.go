package rds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestSubnetGroupRules(t *testing.T) {
	t.Parallel()
	base := provider.Props{"name": "db", "subnetIds": []any{"$subnet-a", "$subnet-b"}}
	subnets := func(ids ...any) provider.Props { return provider.Props{"subnetIds": ids} }
	long := strings.Repeat("g", 256)
	account(t).BreakAll(t, subnetGroupType, base, map[string]rule{
		"good":       {provider.Props{}, ""},
		"default":    {provider.Props{"name": "default"}, `name: "default" is not allowed as a name`},
		"capitals":   {provider.Props{"name": "DB"}, `name: "DB" does not match ^[0-9a-z_ .-]+$`},
		"long":       {provider.Props{"name": long}, `name: cannot be longer than 255 characters: "` + long + `" has 256`},
		"taken":      {provider.Props{"name": "subnets"}, "DBSubnetGroupAlreadyExists: The DB subnet group 'subnets' already exists."},
		"no subnets": {subnets(), "subnetIds: expected at least 1 item, got 0"},
		"too many":   {provider.Props{"subnetIds": make([]any, 21)}, "subnetIds: expected at most 20 items, got 21"},
		"one zone":   {subnets("$subnet-a"), "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-west-2a. Add subnets to cover at least 2 AZs."},
		"two VPCs":   {subnets("$subnet-a", "$other-subnet-b"), "InvalidSubnet: The DB subnet group's subnets must be in one VPC"},
		"no subnet":  {subnets("$subnet-a", "subnet-1"), "InvalidSubnetID.NotFound: The subnet ID 'subnet-1' does not exist"},
	})
	a := account(t)
	crowd(a, subnetGroupType, 50)
	require.EqualError(t, a.Make(subnetGroupType, "one-more", base),
		"DBSubnetGroupQuotaExceeded: Cannot create more than 50 DB subnet groups")
}

func TestParameterGroupRules(t *testing.T) {
	t.Parallel()
	parameter := func(change provider.Props) provider.Props {
		in := provider.Props{"name": "log_statement", "value": "ddl"}
		return provider.Props{"parameters": []any{with(in, change)}}
	}
	base := provider.Props{"name": "db", "family": "postgres17"}
	const pattern = ` does not match ^[a-z](-?[0-9a-z.])*$`
	long := strings.Repeat("g", 256)
	account(t).BreakAll(t, parameterGroupType, base, map[string]rule{
		"good":           {provider.Props{}, ""},
		"parameter":      {parameter(nil), ""},
		"static":         {parameter(provider.Props{"name": "max_connections", "applyMethod": "pending-reboot"}), ""},
		"capitals":       {provider.Props{"name": "DB"}, `name: "DB"` + pattern},
		"digit":          {provider.Props{"name": "1db"}, `name: "1db"` + pattern},
		"two hyphens":    {provider.Props{"name": "d--b"}, `name: "d--b"` + pattern},
		"last hyphen":    {provider.Props{"name": "db-"}, `name: "db-"` + pattern},
		"long":           {provider.Props{"name": long}, `name: cannot be longer than 255 characters: "` + long + `" has 256`},
		"taken":          {provider.Props{"name": "postgres16"}, "DBParameterGroupAlreadyExists: Parameter group postgres16 already exists"},
		"no family":      {provider.Props{"family": nil}, "family: missing required property"},
		"unknown family": {provider.Props{"family": "postgres10.7"}, "family: InvalidParameterValue: ParameterGroupFamily postgres10.7 is not a valid parameter group family: the sandbox supports postgres14, postgres15, postgres16, postgres17, postgres18"},
		"other engine":   {provider.Props{"family": "mysql8.0"}, "family: InvalidParameterValue: ParameterGroupFamily mysql8.0 is not a valid parameter group family: the sandbox supports postgres14, postgres15, postgres16, postgres17, postgres18"},
		"static at once": {parameter(provider.Props{"name": "max_connections"}), "parameters[0].applyMethod: InvalidParameterCombination: cannot use immediate apply method for static parameter"},
		"method":         {parameter(provider.Props{"applyMethod": "later"}), "parameters[0].applyMethod: expected one of [immediate, pending-reboot], got later"},
		"no value":       {parameter(provider.Props{"value": nil}), "parameters[0].value: missing required property"},
	})
	a := account(t)
	require.ErrorContains(t, a.Make(parameterGroupType, "group", with(base, parameter(provider.Props{"name": "log_all"}))),
		"parameters[0].name: InvalidParameterValue: Could not find parameter with name: log_all: the sandbox supports autovacuum, ")
	crowd(a, parameterGroupType, 50)
	require.EqualError(t, a.Make(parameterGroupType, "one-more", base),
		"DBParameterGroupQuotaExceeded: Cannot create more than 50 DB parameter groups")
}

func TestGroupsInUse(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.Equal(t, a.Got("vpc").ID, a.Got("subnets").State["vpcId"])
	require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{
		"availabilityZone": "eu-west-2b", "parameterGroupName": "$newer", "vpcSecurityGroupIds": []any{"$database"},
	})))
	require.NoError(t, a.Remove("taken"))
	for name, want := range map[string]string{
		"subnets":  "InvalidDBSubnetGroupStateFault: Cannot delete the subnet group 'subnets' because at least one database instance: live-beats is still using it.",
		"newer":    "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group postgres17, so the group cannot be deleted",
		"database": a.Text("DependencyViolation: resource $database has a dependent object"),
	} {
		require.EqualError(t, a.Remove(name), want)
	}
	require.NoError(t, a.Change("subnets", provider.Props{"subnetIds": []any{"$subnet-b", "$subnet-c"}}))
	require.EqualError(t, a.Change("subnets", provider.Props{"subnetIds": []any{"$subnet-a", "$subnet-c"}}),
		a.Text("SubnetAlreadyInUse: Some of the subnets to be deleted are currently in use: $subnet-b"))
	require.NoError(t, a.Remove("it"))
	require.NoError(t, a.Change("newer", provider.Props{"tags": provider.Props{"a": "b"}}))
	for _, name := range []string{"subnets", "newer"} {
		_, state, err := a.Refresh(name)
		require.NoError(t, err)
		require.Equal(t, a.Got(name).State, state)
		require.NoError(t, a.Remove(name))
	}
	require.NoError(t, a.Remove("database"))
	require.Empty(t, a.World.List(instanceType, sandboxtest.Region))
}
