package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const databaseType = "livebeats:index:Database"

const postgresPort = 5432

// Database is a PostgreSQL instance that the tasks alone can reach, and the SSM parameters that tell them how.
type Database struct {
	pulumi.ResourceState
	children

	// ParameterArns maps the name of an environment variable to its parameter's ARN. Known at preview, and still
	// ordered after the parameters, which come after the instance.
	ParameterArns pulumi.StringMapOutput `pulumi:"parameterArns"`
	// ParameterVersions count the values that each parameter has had: tasks read them when they start and never again.
	ParameterVersions pulumi.IntMapOutput `pulumi:"parameterVersions"`
	// ParameterKeyArns are the customer keys that decrypt the parameters.
	ParameterKeyArns   pulumi.StringArrayOutput `pulumi:"parameterKeyArns"`
	Endpoint           pulumi.StringOutput      `pulumi:"endpoint"` // Host and port.
	SecurityGroupId    pulumi.StringOutput      `pulumi:"securityGroupId"`
	InstanceIdentifier pulumi.StringOutput      `pulumi:"instanceIdentifier"` // The dimension of its CloudWatch metrics.
	KmsKeyArn          pulumi.StringOutput      `pulumi:"kmsKeyArn"`          // The key that it was made with.
}

// Parameters are the database's address and password as tasks take them.
func (d *Database) Parameters() Parameters {
	return Parameters{d.ParameterArns, d.ParameterVersions, d.ParameterKeyArns}
}

// NewDatabase makes an encrypted instance with a generated password in subnets
// of its own, opens port 5432 between it and the service's security group, in
// and out, and writes the connection into SSM. Changes are applied at once and
// not in the next maintenance window. A parameter that Secrets of the same name
// made for the variable is taken over, not replaced.
func NewDatabase(
	ctx *pulumi.Context, name string, args *DatabaseArgs, opts ...pulumi.ResourceOption,
) (*Database, error) {
	a := deref(args).withDefaults()
	if err := a.check(name); err != nil {
		return nil, err
	}
	database := &Database{}
	if err := register(ctx, databaseType, name, a, database, opts); err != nil {
		return nil, err
	}
	if err := database.newSecurityGroup(ctx, name, a); err != nil {
		return nil, err
	}
	password, err := random.NewRandomPassword(ctx, name+"-database-password", &random.RandomPasswordArgs{
		Length:  pulumi.Int(40),
		Special: pulumi.Bool(false), // Means the same in a URL as it is.
	}, under(database))
	if err != nil {
		return nil, err
	}
	instance, err := database.newInstance(ctx, name, a, password.Result)
	if err != nil {
		return nil, err
	}
	database.Endpoint, database.InstanceIdentifier = instance.Endpoint, instance.Identifier
	database.KmsKeyArn = instance.KmsKeyId
	if err := database.newParameters(ctx, name, a, instance.Address, password.Result); err != nil {
		return nil, err
	}
	return database, registerOutputs(ctx, database)
}

func (d *Database) newSecurityGroup(ctx *pulumi.Context, name string, a DatabaseArgs) error {
	group, err := ec2.NewSecurityGroup(ctx, name+"-database-group", &ec2.SecurityGroupArgs{
		VpcId:       a.VpcId.ToStringOutput(),
		Description: pulumi.String("Database of Live Beats"),
	}, under(d))
	if err != nil {
		return err
	}
	d.SecurityGroupId = group.ID().ToStringOutput()
	return flow{
		"database", member(a.ServiceSecurityGroupId), member(d.SecurityGroupId), port(postgresPort), "Tasks to PostgreSQL",
	}.open(ctx, name, under(d))
}
