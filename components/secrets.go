package components

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const secretsType = "livebeats:index:Secrets"

// SecretsMode says who makes the SSM parameters.
type SecretsMode string

const (
	// SecretsCreate makes every parameter once and never looks at its value again.
	SecretsCreate SecretsMode = "create"
	// SecretsExisting refers to parameters that somebody else owns.
	SecretsExisting SecretsMode = "existing"
)

// placeholder is the value of a secret that only a person can know; the guide
// uses the same word.
const placeholder = "placeholder"

// generated secrets are random letters and digits of this length. Phoenix
// refuses a SECRET_KEY_BASE of less than 64 bytes.
var generated = map[string]int{"SECRET_KEY_BASE": 64, "RELEASE_COOKIE": 64}

// SecretsArgs configures Secrets.
type SecretsArgs struct {
	Account Account     `pulumi:"account"`       // Required.
	Mode    SecretsMode `pulumi:"mode,optional"` // Defaults to SecretsCreate.
	// Paths maps the name of an environment variable to an SSM parameter name such as /staging/app/database-url.
	// SecretsExisting takes a full parameter ARN too. Required.
	Paths map[string]string `pulumi:"paths"`
	// KmsKeyArn encrypts the parameters that are made from then on. Defaults to the account's aws/ssm key. Parameters keep
	// the key that they have: Pulumi could only change it together with a value that it does not know.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	Protect   bool                  `pulumi:"protect,optional"` // Refuses to delete or to replace the parameters.
	// FoundVersions are the versions that a program has looked up of the parameters, by variable: 0 for one that does not
	// exist yet. Versions then counts values too that were set outside of Pulumi. They differ with every run, and are not
	// recorded.
	FoundVersions map[string]int `pulumi:"foundVersions,optional" record:"-"`
}

// Secrets are SSM SecureString parameters.
type Secrets struct {
	pulumi.ResourceState
	children

	// Arns maps the name of an environment variable to its parameter's ARN. Known at preview, and still
	// ordered after the parameters.
	Arns pulumi.StringMapOutput `pulumi:"arns"`
	// Versions count the values that each parameter has had. Of existing parameters only those in FoundVersions are known.
	Versions pulumi.IntMapOutput `pulumi:"versions"`
	// KeyArns are the customer keys that decrypt the parameters: those that they have, and the one for new values.
	KeyArns pulumi.StringArrayOutput `pulumi:"keyArns"`
}

// NewSecrets generates SECRET_KEY_BASE and RELEASE_COOKIE and gives every
// other created parameter the value "placeholder", to be replaced outside
// Pulumi (aws ssm put-parameter --overwrite). A later change of a value is
// not reverted, and shows only as a new version.
func NewSecrets(
	ctx *pulumi.Context, name string, args *SecretsArgs, opts ...pulumi.ResourceOption,
) (*Secrets, error) {
	a := deref(args)
	a.Mode = cmp.Or(a.Mode, SecretsCreate)
	if err := a.check(name); err != nil {
		return nil, err
	}
	secrets := &Secrets{}
	if err := register(ctx, secretsType, name, a, secrets, opts); err != nil {
		return nil, err
	}
	made := newParameters(a.Account, a.FoundVersions, a.KmsKeyArn)
	for _, env := range slices.Sorted(maps.Keys(a.Paths)) {
		if a.Mode == SecretsExisting {
			made.refer(env, a.arn(a.Paths[env]))
			continue
		}
		parameter, err := secrets.newParameter(ctx, name, env, a)
		if err != nil {
			return nil, err
		}
		made.add(env, a.Paths[env], parameter)
	}
	secrets.Arns, secrets.Versions, secrets.KeyArns = made.outputs()
	return secrets, registerOutputs(ctx, secrets)
}

// Parameters are the secrets as tasks take them.
func (s *Secrets) Parameters() Parameters { return Parameters{s.Arns, s.Versions, s.KeyArns} }

func (s *Secrets) newParameter(ctx *pulumi.Context, name, env string, a SecretsArgs) (*ssm.Parameter, error) {
	child := name + "-" + strings.ReplaceAll(strings.ToLower(env), "_", "-")
	var value pulumi.StringInput = pulumi.String(placeholder)
	if length, ok := generated[env]; ok {
		password, err := random.NewRandomPassword(ctx, child+"-value", &random.RandomPasswordArgs{
			Length:  pulumi.Int(length),
			Special: pulumi.Bool(false),
		}, under(s))
		if err != nil {
			return nil, err
		}
		value = password.Result
	}
	return ssm.NewParameter(ctx, child, &ssm.ParameterArgs{
		Name:        pulumi.String(a.Paths[env]),
		Description: pulumi.String(env + " of Live Beats. Pulumi set it once and ignores its value since."),
		Type:        pulumi.String("SecureString"),
		KeyId:       parameterKey(a.KmsKeyArn),
		Value:       value.ToStringOutput(),
	}, under(s), pulumi.Protect(a.Protect), pulumi.IgnoreChanges([]string{"value", "keyId"}),
		formerChild(s, secretsType, databaseType))
}

func (a SecretsArgs) arn(path string) string {
	if strings.HasPrefix(path, "arn:") {
		return path
	}
	return a.Account.arn("ssm", "parameter/"+strings.TrimPrefix(path, "/"))
}

func (a SecretsArgs) check(name string) error {
	var p problems
	a.Account.check(&p)
	p.check(a.Mode == SecretsCreate || a.Mode == SecretsExisting, "Mode", string(a.Mode), "create or existing")
	p.check(len(a.Paths) > 0, "Paths", a.Paths, "at least one secret")
	for _, env := range slices.Sorted(maps.Keys(a.Paths)) {
		p.match("Paths", env, awsmodel.Variable)
		rule := awsmodel.ParameterName
		if a.Mode == SecretsExisting {
			rule = awsmodel.Parameter
		}
		p.match(fmt.Sprintf("Paths[%q]", env), a.Paths[env], rule)
	}
	return p.err(secretsType, name)
}
