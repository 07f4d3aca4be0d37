package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func TestDatabaseRefuses(t *testing.T) {
	t.Parallel()
	const (
		databaseName = "1-63 letters, digits and _, not starting with a digit, and not db"
		userName     = "1-63 letters, digits and _, starting with a letter, and none of [admin rdsadmin rdsrepladmin rds_superuser]"
		growth       = "0, or at least a tenth more than Storage 20 and at most 65536"
	)
	for name, test := range map[string]struct {
		edit func(*DatabaseArgs)
		want string
	}{
		"account": {func(a *DatabaseArgs) { a.Account.Id = "" }, `Account.Id "" must be 12 digits`},
		"VPC":     {func(a *DatabaseArgs) { a.VpcId = nil }, "VpcId must be given"},
		"subnets": {func(a *DatabaseArgs) { a.SubnetIds = nil }, "SubnetIds must be given"},
		"one subnet": {
			func(a *DatabaseArgs) { a.SubnetIds = pulumi.ToStringArray([]string{"subnet-a"}) },
			"SubnetIds 1 must be at least 2, in two different Availability Zones",
		},
		"service group": {
			func(a *DatabaseArgs) { a.ServiceSecurityGroupId = nil }, "ServiceSecurityGroupId must be given",
		},
		"variant":  {func(a *DatabaseArgs) { a.Variant = "uri" }, `Variant "uri" must be url or parts`},
		"no paths": {func(a *DatabaseArgs) { a.Paths = nil }, "Paths [] must be exactly [DATABASE_URL]"},
		"other variant's paths": {
			func(a *DatabaseArgs) { a.Variant = DatabaseParts },
			"Paths [DATABASE_URL] must be exactly [DB_HOST DB_NAME DB_PASSWORD DB_PORT DB_USERNAME]",
		},
		"path": {
			func(a *DatabaseArgs) { a.Paths = map[string]string{"DATABASE_URL": "staging/url"} },
			`Paths["DATABASE_URL"] "staging/url" must be ` + awsmodel.ParameterName.Allowed,
		},
		"class": {
			func(a *DatabaseArgs) { a.InstanceClass = "t4g.micro" }, `InstanceClass "t4g.micro" must be an RDS instance class such as db.t4g.micro`,
		},
		"version": {
			func(a *DatabaseArgs) { a.Version = 13 }, "Version 13 must be 14 or more",
		},
		"too small": {
			func(a *DatabaseArgs) { a.Storage, a.MaxStorage = 19, new(0) }, "Storage 19 must be 20 to 65536",
		},
		"too big": {
			func(a *DatabaseArgs) { a.Storage, a.MaxStorage = 65537, new(0) }, "Storage 65537 must be 20 to 65536",
		},
		"no growth":  {func(a *DatabaseArgs) { a.MaxStorage = new(21) }, "MaxStorage 21 must be " + growth},
		"all growth": {func(a *DatabaseArgs) { a.MaxStorage = new(65537) }, "MaxStorage 65537 must be " + growth},
		"backups":    {func(a *DatabaseArgs) { a.BackupDays = new(36) }, "BackupDays 36 must be 0 to 35"},
		"no backups": {func(a *DatabaseArgs) { a.BackupDays = new(-1) }, "BackupDays -1 must be 0 to 35"},
		"database name": {
			func(a *DatabaseArgs) { a.DatabaseName = "live-beats" }, `DatabaseName "live-beats" must be ` + databaseName,
		},
		"reserved database": {
			func(a *DatabaseArgs) { a.DatabaseName = "db" }, `DatabaseName "db" must be ` + databaseName,
		},
		"user":          {func(a *DatabaseArgs) { a.UserName = "1" }, `UserName "1" must be ` + userName},
		"reserved user": {func(a *DatabaseArgs) { a.UserName = "Admin" }, `UserName "Admin" must be ` + userName},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := databaseArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewDatabase(ctx, "db", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Database "db": `+test.want)
		})
	}
}

func TestDatabaseRefusesANameThatRdsDoesNotAccept(t *testing.T) {
	t.Parallel()
	args := databaseArgs()
	err := refuse(t, func(ctx *pulumi.Context) error {
		_, err := NewDatabase(ctx, "Live_Beats", &args)
		return err
	})
	require.EqualError(t, err, `check args of livebeats:index:Database "Live_Beats": Name "Live_Beats" must be `+
		"lower-case letters, digits and single hyphens, starting with a letter, because RDS accepts no other names")
}
