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
	made := newParameters(a.Account, a.FoundVersions, a.ParameterKmsKeyArn)
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
		made.add(env, a.Paths[env], parameter)
	}
	arns, versions, keys := made.outputs()
	// With the parameters, tasks wait for the way to the database.
	d.ParameterArns, d.ParameterVersions, d.ParameterKeyArns = after(arns, d.declared...), versions, keys
	return nil
}

// formerChild is an option for a resource that its parent's sibling of another type and the same name had before, under
// the same name. A parameter that moves between Secrets and Database keeps its SSM path: made anew it would meet the
// old one, which is deleted last.
func formerChild(parent pulumi.Resource, own, sibling string) pulumi.ResourceOption {
	return pulumi.Aliases([]pulumi.Alias{{ParentURN: parent.URN().ApplyT(func(urn pulumi.URN) pulumi.URN {
		return pulumi.URN(strings.Replace(string(urn), own+"::", sibling+"::", 1))
	}).(pulumi.URNOutput)}})
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
