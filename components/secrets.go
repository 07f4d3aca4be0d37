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

// SecretsMode selects who creates the SSM parameters.
type SecretsMode string

const (
	// SecretsCreate creates every parameter once and then ignores its value.
	SecretsCreate SecretsMode = "create"
	// SecretsExisting refers to parameters that the program does not manage.
	SecretsExisting SecretsMode = "existing"
)

// placeholder is the initial value of a secret that only a person can provide. The guide uses the same word.
const placeholder = "placeholder"

// generated maps the secrets that are generated to their lengths. They consist of random letters and digits. Phoenix
// rejects a SECRET_KEY_BASE of less than 64 bytes.
var generated = map[string]int{"SECRET_KEY_BASE": 64, "RELEASE_COOKIE": 64}

// SecretsArgs configures Secrets.
type SecretsArgs struct {
	Account Account     `pulumi:"account"`       // Required.
	Mode    SecretsMode `pulumi:"mode,optional"` // Defaults to SecretsCreate.
	// Paths maps the name of an environment variable to an SSM parameter name such as /staging/app/database-url. With
	// SecretsExisting it may also be a full parameter ARN. Required.
	Paths map[string]string `pulumi:"paths"`
	// KmsKeyArn encrypts new parameters. Defaults to the account's aws/ssm key. Existing parameters keep their key: Pulumi
	// could only change it together with the value, which it does not know.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	Protect   bool                  `pulumi:"protect,optional"` // Makes deleting or replacing the parameters an error.
	// FoundVersions are the parameters' versions that a program has looked up, by variable: 0 if the parameter does not
	// exist yet. With them, Versions include values that were set outside of Pulumi. They may differ in every run, so they
	// are not recorded as an input.
	FoundVersions map[string]int `pulumi:"foundVersions,optional" record:"-"`
}

// Secrets are SSM SecureString parameters.
type Secrets struct {
	pulumi.ResourceState
	children

	// Arns maps the name of an environment variable to its parameter's ARN. The ARNs are known at preview. They wait for
	// the parameters.
	Arns pulumi.StringMapOutput `pulumi:"arns"`
	// Versions maps the same names to the parameters' versions. With SecretsExisting it has only those in FoundVersions.
	Versions pulumi.IntMapOutput `pulumi:"versions"`
	// KeyArns are the customer keys that decrypt the parameters: their present keys, and KmsKeyArn.
	KeyArns pulumi.StringArrayOutput `pulumi:"keyArns"`
}

// NewSecrets creates the parameters. It generates SECRET_KEY_BASE and RELEASE_COOKIE. Every other parameter gets the
// value "placeholder", which has to be replaced outside of Pulumi (aws ssm put-parameter --overwrite). A later change
// of a value is not reverted, and appears only as a new version.
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
	collected := newParameters(a.Account, a.FoundVersions, a.KmsKeyArn)
	for _, env := range slices.Sorted(maps.Keys(a.Paths)) {
		if a.Mode == SecretsExisting {
			collected.refer(env, a.arn(a.Paths[env]))
			continue
		}
		parameter, err := secrets.newParameter(ctx, name, env, a)
		if err != nil {
			return nil, err
		}
		collected.add(env, a.Paths[env], parameter)
	}
	secrets.Arns, secrets.Versions, secrets.KeyArns = collected.outputs()
	return secrets, registerOutputs(ctx, secrets)
}

// Parameters returns the parameters for the arguments of LiveBeatsService and IamRoles.
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
