package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const databasePath = "/staging/fly-live-beats/database-url"

func databaseArgs() DatabaseArgs {
	return DatabaseArgs{
		Account: testAccount, VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		ServiceSecurityGroupId: pulumi.String("sg-service"), Paths: map[string]string{"DATABASE_URL": databasePath},
	}
}

func databaseProgram(args DatabaseArgs) program {
	return func(ctx *pulumi.Context, r *recorder) error {
		database, err := NewDatabase(ctx, "live-beats", &args)
		if err != nil {
			return err
		}
		r.capture("parameterArns", database.ParameterArns)
		r.capture("parameterVersions", database.ParameterVersions)
		r.capture("endpoint", database.Endpoint)
		r.capture("securityGroupId", database.SecurityGroupId)
		r.capture("instanceIdentifier", database.InstanceIdentifier)
		return nil
	}
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	r := record(t, databaseProgram(databaseArgs()))
	require.Equal(t, []string{
		"live-beats", "live-beats-database", "live-beats-database-egress", "live-beats-database-group",
		"live-beats-database-id", "live-beats-database-ingress", "live-beats-database-parameters",
		"live-beats-database-password", "live-beats-database-subnets", "live-beats-database-url",
	}, r.names())
	require.Equal(t, map[string]string{
		"live-beats-database-egress":  "sg-service 5432-5432 live-beats-database-group.id",
		"live-beats-database-ingress": "live-beats-database-group.id 5432-5432 sg-service",
	}, rules(t, r))
}

func TestDatabaseInstance(t *testing.T) {
	t.Parallel()
	r := record(t, databaseProgram(databaseArgs()))
	inputs := r.resources["live-beats-database"].Inputs
	require.Equal(t, "live-beats-database-password.result", inputs["password"].SecretValue().Element.StringValue())
	delete(inputs, "password")
	require.Equal(t, map[string]any{
		"identifier": "live-beats-0a1b2c3d", "engine": "postgres", "engineVersion": "17",
		"autoMinorVersionUpgrade": true, "allowMajorVersionUpgrade": true, "applyImmediately": true,
		"instanceClass": "db.t4g.micro", "parameterGroupName": "live-beats-database-parameters-0000000",
		"dbSubnetGroupName": "live-beats-database-subnets-0000000", "publiclyAccessible": false, "multiAz": false,
		"vpcSecurityGroupIds": []any{"live-beats-database-group.id"}, "port": 5432.0,
		"dbName": "live_beats", "username": "live_beats",
		"storageType": "gp3", "allocatedStorage": 20.0, "maxAllocatedStorage": 40.0, "storageEncrypted": true,
		"backupRetentionPeriod": 7.0, "copyTagsToSnapshot": true, "deletionProtection": false,
		"skipFinalSnapshot": false, "finalSnapshotIdentifier": "live-beats-final-0a1b2c3d",
		"performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0,
	}, inputs.Mappable())
	require.False(t, r.resources["live-beats-database"].RegisterRPC.GetProtect())
	require.Equal(t, map[string]any{"length": 40.0, "special": false}, r.inputs(t, "live-beats-database-password"))
	require.Equal(t, map[string]any{
		"subnetIds": []any{"subnet-a", "subnet-b"}, "description": "Database of Live Beats",
	}, r.inputs(t, "live-beats-database-subnets"))
	require.Equal(t, map[string]any{
		"family": "postgres17", "description": "Database of Live Beats",
		"parameters": []any{map[string]any{"name": "rds.force_ssl", "value": "1"}},
	}, r.inputs(t, "live-beats-database-parameters"))
	require.Equal(t, map[string]any{
		"byteLength": 4.0, "keepers": map[string]any{"databaseName": "live_beats", "userName": "live_beats"},
	}, r.inputs(t, "live-beats-database-id"))
	require.Equal(t, map[string]any{
		"parameterArns":     map[string]string{"DATABASE_URL": "arn:aws:ssm:eu-west-2:123456789012:parameter" + databasePath},
		"parameterVersions": map[string]int{"DATABASE_URL": 1},
		"endpoint":          "database.example:5432",
		"securityGroupId":   "live-beats-database-group.id", "instanceIdentifier": "live-beats-0a1b2c3d",
	}, r.outputs)
}

func TestDatabaseArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	args := databaseArgs()
	args.InstanceClass, args.Version, args.MultiAz = "db.m7g.large", 16, true
	args.Storage, args.MaxStorage, args.BackupDays = 100, new(0), new(30)
	args.Protect, args.KmsKeyArn = true, pulumi.String("arn:key")
	args.DatabaseName, args.UserName = "beats", "dj"
	r := record(t, databaseProgram(args))
	instance := r.inputs(t, "live-beats-database")
	for input, want := range map[string]any{
		"instanceClass": "db.m7g.large", "engineVersion": "16", "multiAz": true, "allocatedStorage": 100.0,
		"maxAllocatedStorage": 0.0, "backupRetentionPeriod": 30.0, "deletionProtection": true, "skipFinalSnapshot": false,
		"kmsKeyId": "arn:key", "dbName": "beats", "username": "dj",
	} {
		require.Equal(t, want, instance[input], input)
	}
	require.True(t, r.resources["live-beats-database"].RegisterRPC.GetProtect(), "deleting must be an error at preview")
	require.Equal(t, "postgres16", r.inputs(t, "live-beats-database-parameters")["family"])
	require.Equal(t, []string{"kmsKeyId"}, r.resources["live-beats-database"].RegisterRPC.GetIgnoreChanges(),
		"another key would replace the database")
	require.Equal(t, map[string]any{"databaseName": "beats", "userName": "dj"},
		r.inputs(t, "live-beats-database-id")["keepers"])

	args.FinalSnapshot = new(false)
	require.Equal(t, true, record(t, databaseProgram(args)).inputs(t, "live-beats-database")["skipFinalSnapshot"])
	args.Storage, args.MaxStorage = 65000, nil
	require.Equal(t, 0.0, record(t, databaseProgram(args)).inputs(t, "live-beats-database")["maxAllocatedStorage"],
		"there is no room to grow")
}

func TestDatabaseParameters(t *testing.T) {
	t.Parallel()
	const url = "postgres://live_beats:live-beats-database-password.result@database.example:5432/live_beats"
	parts := map[string]string{
		"DB_HOST": "/a/host", "DB_NAME": "/a/name", "DB_PASSWORD": "/a/password", "DB_PORT": "/a/port",
		"DB_USERNAME": "/a/username",
	}
	for name, test := range map[string]struct {
		edit  func(*DatabaseArgs)
		force string
		want  map[string]string
	}{
		"url": {func(*DatabaseArgs) {}, "1", map[string]string{"database-url": url + "?ssl=true"}},
		"url without TLS": {
			func(a *DatabaseArgs) { a.ForceTls = new(false) }, "0", map[string]string{"database-url": url},
		},
		"parts": {
			func(a *DatabaseArgs) { a.Variant, a.Paths = DatabaseParts, parts }, "1",
			map[string]string{
				"db-host": "database.example", "db-name": "live_beats", "db-port": "5432", "db-username": "live_beats",
				"db-password": "live-beats-database-password.result",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := databaseArgs()
			test.edit(&args)
			r := record(t, databaseProgram(args))
			found := map[string]string{}
			for name, child := range r.resources {
				if child.TypeToken != "aws:ssm/parameter:Parameter" {
					continue
				}
				require.Equal(t, "SecureString", child.Inputs["type"].StringValue())
				require.Equal(t, []string{"keyId"}, child.RegisterRPC.GetIgnoreChanges())
				found[strings.TrimPrefix(name, "live-beats-")] = child.Inputs["value"].SecretValue().Element.StringValue()
			}
			require.Equal(t, test.want, found)
			parameters := r.inputs(t, "live-beats-database-parameters")["parameters"]
			require.Equal(t, []any{map[string]any{"name": "rds.force_ssl", "value": test.force}}, parameters)
		})
	}
}

// Whatever reads the ARNs waits for the parameters, and so for the instance whose address they contain.
func TestDatabaseOrder(t *testing.T) {
	t.Parallel()
	args := databaseArgs()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		database, err := NewDatabase(ctx, "db", &args)
		if err != nil {
			return err
		}
		_, err = NewNetwork(ctx, "reader", &NetworkArgs{
			Mode: NetworkExisting, VpcId: database.ParameterArns.MapIndex(pulumi.String("DATABASE_URL")),
			PublicSubnetIds: pulumi.ToStringArray([]string{"a", "b"}),
		})
		return err
	})
	require.Subset(t, r.dependencies("reader"), []string{"db-database-url", "db-database-ingress", "db-database-egress"},
		"and after the way to the instance")
	require.Contains(t, r.dependencies("db-database-url"), "db-database")
	preview, err := tryMode(databaseProgram(args), true)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"DATABASE_URL": "arn:aws:ssm:eu-west-2:123456789012:parameter" + databasePath},
		preview.outputs["parameterArns"], "known at preview")
}

func TestDatabaseKeepsThePlaceholderParameter(t *testing.T) {
	t.Parallel()
	r := record(t, databaseProgram(databaseArgs()))
	aliases := r.resources["live-beats-database-url"].RegisterRPC.GetAliases()
	require.Len(t, aliases, 1)
	require.Equal(t, "urn:pulumi:test::live-beats::livebeats:index:Secrets::live-beats",
		aliases[0].GetSpec().GetParentUrn())
	secrets := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		_, err := NewSecrets(ctx, "live-beats", &SecretsArgs{Account: testAccount, Paths: databaseArgs().Paths})
		return err
	})
	require.Contains(t, secrets.names(), "live-beats-database-url", "the alias has the same name under the other parent")
}

func TestDatabaseKeepsThePlaceholderParameterInAnotherComponent(t *testing.T) {
	t.Parallel()
	args := databaseArgs()
	r := runMode(t, func(ctx *pulumi.Context, _ *recorder) error {
		var app pulumi.ResourceState
		if err := ctx.RegisterComponentResource("user:index:App", "app", &app); err != nil {
			return err
		}
		_, err := NewDatabase(ctx, "live-beats", &args, pulumi.Parent(&app))
		return err
	}, false)
	require.Equal(t, "urn:pulumi:test::live-beats::user:index:App$livebeats:index:Secrets::live-beats",
		r.resources["live-beats-database-url"].RegisterRPC.GetAliases()[0].GetSpec().GetParentUrn())
}
