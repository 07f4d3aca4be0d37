package components

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

const databaseType = "livebeats:index:Database"

const postgresPort = 5432

// Database is a PostgreSQL instance that only the tasks can reach, and SSM parameters with its address and password.
type Database struct {
	pulumi.ResourceState
	children

	// ParameterArns maps the name of an environment variable to its parameter's ARN. The ARNs are known at preview. They
	// wait for the parameters, which are created after the instance.
	ParameterArns pulumi.StringMapOutput `pulumi:"parameterArns"`
	// ParameterVersions maps the same names to the parameters' versions. Tasks read a value only when they start.
	ParameterVersions pulumi.IntMapOutput `pulumi:"parameterVersions"`
	// ParameterKeyArns are the customer keys that decrypt the parameters.
	ParameterKeyArns   pulumi.StringArrayOutput `pulumi:"parameterKeyArns"`
	Endpoint           pulumi.StringOutput      `pulumi:"endpoint"` // Host and port.
	SecurityGroupId    pulumi.StringOutput      `pulumi:"securityGroupId"`
	InstanceIdentifier pulumi.StringOutput      `pulumi:"instanceIdentifier"` // The dimension of its CloudWatch metrics.
	KmsKeyArn          pulumi.StringOutput      `pulumi:"kmsKeyArn"`          // The key that it was created with.
}

// Parameters returns the parameters for the arguments of LiveBeatsService and IamRoles.
func (d *Database) Parameters() Parameters {
	return Parameters{d.ParameterArns, d.ParameterVersions, d.ParameterKeyArns}
}

// NewDatabase creates an encrypted instance with a generated password, opens port 5432 between the service's security
// group and its own, and writes the connection into SSM parameters. Changes are applied at once, not in the next
// maintenance window. If a Secrets component of the same name has created a variable's parameter, NewDatabase keeps the
// parameter and does not replace it.
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
		Special: pulumi.Bool(false), // Letters and digits need no escaping in a URL.
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

// newParameters creates a SecureString parameter for each variable, in the order of their names.
func (d *Database) newParameters(
	ctx *pulumi.Context, name string, a DatabaseArgs, host, password pulumi.StringOutput,
) error {
	values := pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2(host, password, a.connection))
	collected := newParameters(a.Account, a.FoundVersions, a.ParameterKmsKeyArn)
	for _, env := range slices.Sorted(maps.Keys(a.Paths)) {
		child := name + "-" + strings.ReplaceAll(strings.ToLower(env), "_", "-")
		parameter, err := ssm.NewParameter(ctx, child, &ssm.ParameterArgs{
			Name:        pulumi.String(a.Paths[env]),
			Description: pulumi.String(env + " of Live Beats. Pulumi composes it from the database."),
			Type:        pulumi.String("SecureString"),
			KeyId:       parameterKey(a.ParameterKmsKeyArn),
			Value:       values.MapIndex(pulumi.String(env)),
		}, under(d), pulumi.Protect(a.Protect), pulumi.IgnoreChanges([]string{"keyId"}),
			formerChild(d, databaseType, secretsType))
		if err != nil {
			return err
		}
		collected.add(env, a.Paths[env], parameter)
	}
	arns, versions, keys := collected.outputs()
	// Whatever waits for the ARNs also waits for the security group rules to the database.
	d.ParameterArns, d.ParameterVersions, d.ParameterKeyArns = after(arns, d.declared...), versions, keys
	return nil
}

// formerChild returns an alias for a resource that was a child of another component before: one of the type sibling,
// with the parent's name. A parameter can move between Secrets and Database. Without the alias, Pulumi would create it
// under its SSM path before it deletes the old parameter with the same path, and AWS would reject that.
func formerChild(parent pulumi.Resource, own, sibling string) pulumi.ResourceOption {
	return pulumi.Aliases([]pulumi.Alias{{ParentURN: parent.URN().ApplyT(func(urn pulumi.URN) pulumi.URN {
		return pulumi.URN(strings.Replace(string(urn), own+"::", sibling+"::", 1))
	}).(pulumi.URNOutput)}})
}

// connection returns the values of the variant's variables. No part needs escaping: names and password consist of
// letters, digits and _.
func (a DatabaseArgs) connection(host, password string) map[string]string {
	if a.Variant == DatabaseParts {
		return map[string]string{
			"DB_HOST": host, "DB_NAME": a.DatabaseName, "DB_PASSWORD": password,
			"DB_PORT": strconv.Itoa(postgresPort), "DB_USERNAME": a.UserName,
		}
	}
	url := fmt.Sprintf("postgres://%s:%s@%s:%d/%s", a.UserName, password, host, postgresPort, a.DatabaseName)
	if *a.ForceTls {
		url += "?ssl=true"
	}
	return map[string]string{"DATABASE_URL": url}
}
