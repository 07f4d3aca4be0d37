package components

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// newParameters writes one SecureString per variable, in the order of their names.
func (d *Database) newParameters(
	ctx *pulumi.Context, name string, a DatabaseArgs, host, password pulumi.StringOutput,
) error {
	values := pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2(host, password, a.connection))
	made := newParameters(a.Account, a.Found, a.ParameterKmsKeyArn)
	for _, env := range slices.Sorted(maps.Keys(a.Paths)) {
		child := name + "-" + strings.ReplaceAll(strings.ToLower(env), "_", "-")
		parameter, err := ssm.NewParameter(ctx, child, &ssm.ParameterArgs{
			Name:        pulumi.String(a.Paths[env]),
			Description: pulumi.String(env + " of Live Beats. Pulumi composes it from the database."),
			Type:        pulumi.String("SecureString"),
			KeyId:       parameterKey(a.ParameterKmsKeyArn),
			Value:       values.MapIndex(pulumi.String(env)),
		}, pulumi.Parent(d), pulumi.IgnoreChanges([]string{"keyId"}), formerChild(ctx, secretsType, name))
		if err != nil {
			return err
		}
		made.add(env, a.Paths[env], parameter)
	}
	d.ParameterArns, d.ParameterVersions, d.ParameterKeyArns = made.outputs()
	return nil
}

// formerChild is an option for a resource that a component of that type and name had, under the same name, before
// another took it over. A parameter that moves between Secrets and Database keeps its SSM path: made anew it would meet
// the old one, which is deleted last.
func formerChild(ctx *pulumi.Context, token, name string) pulumi.ResourceOption {
	return pulumi.Aliases([]pulumi.Alias{{ParentURN: pulumi.CreateURN(pulumi.String(name),
		pulumi.String(token), nil, pulumi.String(ctx.Project()), pulumi.String(ctx.Stack()))}})
}

// connection is the value of every variable of the variant. No part needs escaping: names and password are letters,
// digits and _.
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
