package components

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func (d *Database) newInstance(
	ctx *pulumi.Context, name string, a DatabaseArgs, password pulumi.StringOutput,
) (*rds.Instance, error) {
	subnets, err := rds.NewSubnetGroup(ctx, name+"-database-subnets", &rds.SubnetGroupArgs{
		SubnetIds: a.SubnetIds, Description: pulumi.String("Database of Live Beats"),
	}, under(d))
	if err != nil {
		return nil, err
	}
	parameters, err := d.newParameterGroup(ctx, name, a)
	if err != nil {
		return nil, err
	}
	suffix, err := d.newSuffix(ctx, name, a)
	if err != nil {
		return nil, err
	}
	return rds.NewInstance(ctx, name+"-database", &rds.InstanceArgs{
		Identifier:              pulumi.Sprintf("%s-%s", awsmodel.FitName(name, 54), suffix), // At most 63 characters.
		Engine:                  pulumi.String("postgres"),
		EngineVersion:           pulumi.String(strconv.Itoa(a.Version)), // RDS chooses and updates the minor version.
		AutoMinorVersionUpgrade: pulumi.Bool(true),
		// A major upgrade happens only when Version changes.
		AllowMajorVersionUpgrade: pulumi.Bool(true),
		ApplyImmediately:         pulumi.Bool(true),
		InstanceClass:            pulumi.String(a.InstanceClass),
		ParameterGroupName:       parameters.Name,

		DbSubnetGroupName:   subnets.Name,
		VpcSecurityGroupIds: pulumi.StringArray{d.SecurityGroupId},
		PubliclyAccessible:  pulumi.Bool(false),
		MultiAz:             pulumi.Bool(a.MultiAz),
		Port:                pulumi.Int(postgresPort),

		DbName:   pulumi.String(a.DatabaseName),
		Username: pulumi.String(a.UserName),
		Password: password.ToStringPtrOutput(),

		StorageType:         pulumi.String("gp3"),
		AllocatedStorage:    pulumi.Int(a.Storage),
		MaxAllocatedStorage: pulumi.Int(*a.MaxStorage),
		StorageEncrypted:    pulumi.Bool(true),
		KmsKeyId:            a.KmsKeyArn,

		BackupRetentionPeriod:   pulumi.Int(*a.BackupDays),
		CopyTagsToSnapshot:      pulumi.Bool(true),
		DeletionProtection:      pulumi.Bool(a.Protect),
		SkipFinalSnapshot:       pulumi.Bool(!*a.FinalSnapshot),
		FinalSnapshotIdentifier: pulumi.Sprintf("%s-final-%s", name, suffix),

		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsRetentionPeriod: pulumi.Int(7), // Days. A longer period costs extra.
	}, under(d), pulumi.Protect(a.Protect), pulumi.IgnoreChanges([]string{"kmsKeyId"}))
}

// newParameterGroup creates a parameter group for the major version. RDS requires a different one for each.
func (d *Database) newParameterGroup(
	ctx *pulumi.Context, name string, a DatabaseArgs,
) (*rds.ParameterGroup, error) {
	force := "0"
	if *a.ForceTls {
		force = "1"
	}
	return rds.NewParameterGroup(ctx, name+"-database-parameters", &rds.ParameterGroupArgs{
		Family:      pulumi.String(fmt.Sprintf("postgres%d", a.Version)),
		Description: pulumi.String("Database of Live Beats"),
		Parameters: rds.ParameterGroupParameterArray{rds.ParameterGroupParameterArgs{
			Name: pulumi.String("rds.force_ssl"), Value: pulumi.String(force),
		}},
	}, under(d))
}

// newSuffix creates a random suffix for the names of the instance and its final snapshot. RDS accepts no name twice,
// and the snapshot remains after the instance is deleted. So every change that replaces the instance also changes the
// suffix.
func (d *Database) newSuffix(ctx *pulumi.Context, name string, a DatabaseArgs) (pulumi.StringOutput, error) {
	id, err := random.NewRandomId(ctx, name+"-database-id", &random.RandomIdArgs{
		ByteLength: pulumi.Int(4), Keepers: pulumi.StringMap{
			"databaseName": pulumi.String(a.DatabaseName), "userName": pulumi.String(a.UserName),
		},
	}, under(d))
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return id.Hex, nil
}
