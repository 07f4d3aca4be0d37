package rds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

func TestOutputs(t *testing.T) {
	t.Parallel()
	a := account(t)
	state := a.Got("taken").State
	require.Regexp(t, "^db-[0-9A-F]{26}$", a.Got("taken").ID)
	require.Equal(t, a.Got("taken").ID, state["resourceId"])
	require.Regexp(t, `^taken\.c[0-9a-f]{11}\.eu-west-2\.rds\.amazonaws\.com$`, state["address"])
	require.Equal(t, state["address"].(string)+":5432", state["endpoint"])
	require.Equal(t, "arn:aws:rds:eu-west-2:123456789012:db:taken", state["arn"])
	for name, want := range map[string]any{
		"engineVersion": "17.6", "engineVersionActual": "17.6", "parameterGroupName": "default.postgres17",
		"storageType": "gp2", "multiAz": false, "backupRetentionPeriod": 0.0, "availabilityZone": "eu-west-2a",
		"vpcSecurityGroupIds": []any{a.Got("group").ID}, "maintenanceWindow": "sun:03:00-sun:03:30",
		"backupWindow": "04:00-04:30", "status": "available", "performanceInsightsRetentionPeriod": nil,
	} {
		require.Equal(t, want, state[name], name)
	}
	require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{
		"identifier": nil, "manageMasterUserPassword": true, "password": nil, "engineVersion": "16", "storageType": "gp3",
		"storageEncrypted": true, "performanceInsightsEnabled": true,
	})))
	state = a.Got("it").State
	require.Regexp(t, `^terraform-\d{18}[0-9a-f]{8}$`, state["identifier"])
	require.Equal(t, "16.11", state["engineVersionActual"], "the newest minor version")
	require.Equal(t, []any{3000.0, 125.0, 7.0},
		[]any{state["iops"], state["storageThroughput"], state["performanceInsightsRetentionPeriod"]})
	require.Regexp(t, "^arn:aws:kms:eu-west-2:123456789012:key/", state["kmsKeyId"])
	secret, _ := state["masterUserSecrets"].([]any)[0].(map[string]any)
	require.Regexp(t, `^arn:aws:secretsmanager:eu-west-2:123456789012:secret:rds!db-[0-9a-f-]{36}-\w{6}$`, secret["secretArn"])
	a.Steady(t, "it", "taken", "subnets", "newer")
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	const combination = "InvalidParameterCombination: "
	window := func(name string) string {
		return "the sandbox does not model changes that wait for the maintenance window, as a change of " + name +
			" does; set applyImmediately"
	}
	now := func(change provider.Props) provider.Props {
		return with(change, provider.Props{"applyImmediately": true})
	}
	for name, test := range map[string]struct {
		change provider.Props
		want   string
	}{
		"password":           {provider.Props{"password": "another-horse"}, ""},
		"protection":         {provider.Props{"deletionProtection": true, "tags": provider.Props{"a": "b"}}, ""},
		"groups":             {provider.Props{"vpcSecurityGroupIds": []any{"$database"}}, ""},
		"class":              {now(provider.Props{"instanceClass": "db.t4g.small"}), ""},
		"class later":        {provider.Props{"instanceClass": "db.t4g.small"}, window("instanceClass")},
		"storage later":      {provider.Props{"allocatedStorage": 130.0}, window("allocatedStorage")},
		"login later":        {provider.Props{"iamDatabaseAuthenticationEnabled": true}, window("iamDatabaseAuthenticationEnabled")},
		"backups later":      {provider.Props{"backupRetentionPeriod": 7.0}, window("backupRetentionPeriod")},
		"version later":      {provider.Props{"engineVersion": "16.11"}, window("engineVersion")},
		"version":            {now(provider.Props{"engineVersion": "16.11"}), ""},
		"same major version": {provider.Props{"engineVersion": "16"}, ""},
		"downgrade":          {now(provider.Props{"engineVersion": "16.9"}), combination + "Cannot upgrade postgres from 16.10 to 16.9"},
		"major version":      {now(provider.Props{"engineVersion": "17.6"}), combination + "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."},
		"allowed major":      {now(provider.Props{"engineVersion": "17.6", "allowMajorVersionUpgrade": true}), ""},
		"parameters of the old": {
			now(provider.Props{"engineVersion": "17.6", "allowMajorVersionUpgrade": true, "parameterGroupName": "$older"}),
			combination + "The parameter group postgres16 with DBParameterGroupFamily postgres16 can't be used for this instance. Use a parameter group with DBParameterGroupFamily postgres17.",
		},
		"shrink":       {now(provider.Props{"allocatedStorage": 90.0}), "InvalidParameterValue: Requested storage size (90) cannot be less than the current storage size (100)"},
		"grow by less": {now(provider.Props{"allocatedStorage": 109.0}), "InvalidParameterValue: Allocated storage size must be increased by at least 10%"},
		"grow":         {now(provider.Props{"allocatedStorage": 110.0}), ""},
		"overlap":      {provider.Props{"backupWindow": "03:00-03:30"}, "InvalidParameterValue: The backup window and maintenance window must not overlap."},
		"same VPC":     {provider.Props{"dbSubnetGroupName": nil, "tags": nil}, ""},
		"subnets":      {provider.Props{"dbSubnetGroupName": "default"}, "InvalidVPCNetworkStateFault: You cannot move DB instance live-beats to subnet group default. The specified DB subnet group and DB instance are in the same VPC. Choose a DB subnet group in different VPC than the specified DB instance and try again."},
		"another VPC":  {provider.Props{"dbSubnetGroupName": "$other-subnets"}, "the sandbox does not model moving DB instance live-beats to another VPC"},
		"no group":     {provider.Props{"dbSubnetGroupName": "none"}, "DBSubnetGroupNotFoundFault: DB subnet group 'none' does not exist."},
		"taken name":   {now(provider.Props{"identifier": "taken"}), "DBInstanceAlreadyExists: DB instance already exists"},
		"unmonitored":  {provider.Props{"monitoringInterval": 0.0, "monitoringRoleArn": nil}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := account(t)
			require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{
				"engineVersion": "16.10", "allocatedStorage": 100.0, "monitoringInterval": 60.0,
				"monitoringRoleArn": "$monitor.arn",
			})))
			err := a.Change("it", test.change)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

func TestChangesFollowEachOther(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{
		"storageType": "gp3", "applyImmediately": true, "engineVersion": "16.10", "allowMajorVersionUpgrade": true,
	})))
	address, id := a.Got("it").State["address"], a.Got("it").ID
	for _, step := range []struct{ change, want provider.Props }{
		{provider.Props{"identifier": "renamed"}, provider.Props{
			"address": strings.Replace(address.(string), "live-beats.", "renamed.", 1),
			"arn":     "arn:aws:rds:eu-west-2:123456789012:db:renamed", "resourceId": id,
		}},
		{provider.Props{"port": 5433.0}, provider.Props{
			"endpoint": strings.Replace(address.(string), "live-beats.", "renamed.", 1) + ":5433",
		}},
		{provider.Props{"engineVersion": "17"}, provider.Props{
			"engineVersionActual": "17.7", "parameterGroupName": "default.postgres17",
		}},
		{provider.Props{"allocatedStorage": 400.0}, provider.Props{"iops": 12000.0, "storageThroughput": 500.0}},
		{provider.Props{"iops": 16000.0}, provider.Props{"iops": 16000.0, "storageThroughput": 500.0}},
		{provider.Props{"storageType": "gp2", "iops": nil}, provider.Props{"iops": nil, "storageThroughput": nil}},
		{provider.Props{"performanceInsightsEnabled": true}, provider.Props{"performanceInsightsRetentionPeriod": 7.0}},
		{provider.Props{"performanceInsightsEnabled": false}, provider.Props{"performanceInsightsRetentionPeriod": nil}},
	} {
		require.NoError(t, a.Change("it", step.change))
		_, state, err := a.Refresh("it")
		require.NoError(t, err)
		require.Equal(t, a.Got("it").State, state)
		for name, want := range step.want {
			require.Equal(t, want, state[name], "%s after %v", name, step.change)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{
		"skipFinalSnapshot": nil, "deletionProtection": true,
	})))
	require.EqualError(t, a.Remove("it"), "InvalidParameterCombination: Cannot delete protected DB Instance, "+
		"please disable deletion protection and try again.")
	require.NoError(t, a.Change("it", provider.Props{"deletionProtection": false}))
	require.EqualError(t, a.Remove("it"), "final_snapshot_identifier is required when skip_final_snapshot is false")
	require.NoError(t, a.Change("it", provider.Props{"finalSnapshotIdentifier": "last"}))
	require.NoError(t, a.Remove("it"))
	require.Equal(t, []string{"last"}, a.Sandbox.Snapshots(a.Region))
	_, state, err := a.Refresh("it")
	require.NoError(t, err)
	require.Nil(t, state)
}

// TestSnapshots: names are unique, the quota is 100, and snapshots are deleted only outside of Pulumi.
func TestSnapshots(t *testing.T) {
	t.Parallel()
	a := account(t)
	last := provider.Props{"skipFinalSnapshot": nil, "finalSnapshotIdentifier": "last", "storageEncrypted": true}
	require.NoError(t, a.Make(instanceType, "it", with(good, last)))
	require.NoError(t, a.Make(instanceType, "next", with(with(good, last), provider.Props{"identifier": "next"})))
	require.NoError(t, a.Remove("it"))
	found, err := a.Sandbox.Describe(a.Region, "last")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "live-beats", found[0].Props["dbInstanceIdentifier"])
	require.Regexp(t, "^arn:aws:kms:", found[0].Props["kmsKeyId"])

	require.EqualError(t, a.Remove("next"), "DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with "+
		"the identifier last already exists.")
	require.NoError(t, a.Sandbox.Remove(a.Region, "last"))
	crowd(a, "rds/snapshot", 100)
	require.EqualError(t, a.Remove("next"), "SnapshotQuotaExceeded: Cannot create more than 100 manual snapshots")
	require.NoError(t, a.Sandbox.Remove(a.Region, "0"))
	require.NoError(t, a.Remove("next"))
	require.Contains(t, a.Sandbox.Snapshots(a.Region), "last")
}

// TestImportOfTwoZones: the properties that AWS chose for a Multi-AZ instance (its zone, its IOPS) break several rules
// if a program sets them. An import leaves them out.
func TestImportOfTwoZones(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(instanceType, "it", with(good, provider.Props{"multiAz": true, "storageType": "gp3"})))
	_, in, state, err := a.Import(instanceType, "live-beats")
	require.NoError(t, err)
	require.NotContains(t, in, "availabilityZone")
	require.NotContains(t, in, "iops")
	checked, failures, err := a.Check(instanceType, a.Got("it").URN, in, in, nil)
	require.NoError(t, err)
	require.Empty(t, failures)
	changes, _, err := a.Diff(instanceType, state, checked)
	require.NoError(t, err)
	require.Empty(t, changes)
}
