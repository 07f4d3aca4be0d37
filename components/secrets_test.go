package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

var guideSecrets = map[string]string{
	"DATABASE_URL":                    "/staging/fly-live-beats/database-url",
	"LIVE_BEATS_GITHUB_CLIENT_ID":     "/staging/fly-live-beats/live-beats-github-client-id",
	"LIVE_BEATS_GITHUB_CLIENT_SECRET": "/staging/fly-live-beats/live-beats-github-client-secret",
	"RELEASE_COOKIE":                  "/staging/fly-live-beats/release-cookie",
	"SECRET_KEY_BASE":                 "/staging/fly-live-beats/secret-key-base",
}

func secretsProgram(args *SecretsArgs) program {
	return func(ctx *pulumi.Context, r *recorder) error {
		secrets, err := NewSecrets(ctx, "secrets", args)
		if err != nil {
			return err
		}
		r.capture("arns", secrets.Arns)
		r.capture("versions", secrets.Versions)
		r.capture("keys", secrets.KeyArns)
		return nil
	}
}

func TestSecretsCreate(t *testing.T) {
	t.Parallel()
	r := record(t, secretsProgram(&SecretsArgs{Account: testAccount, Paths: guideSecrets}))
	require.Equal(t, []string{
		"secrets", "secrets-database-url", "secrets-live-beats-github-client-id",
		"secrets-live-beats-github-client-secret", "secrets-release-cookie", "secrets-release-cookie-value",
		"secrets-secret-key-base", "secrets-secret-key-base-value",
	}, r.names())
	for name, value := range map[string]string{
		"secrets-database-url":                    "placeholder",
		"secrets-live-beats-github-client-id":     "placeholder",
		"secrets-live-beats-github-client-secret": "placeholder",
		"secrets-release-cookie":                  "secrets-release-cookie-value.result",
		"secrets-secret-key-base":                 "secrets-secret-key-base-value.result",
	} {
		parameter := r.resources[name]
		require.Equal(t, value, parameter.Inputs["value"].SecretValue().Element.StringValue(), name)
		require.Equal(t, "SecureString", parameter.Inputs["type"].StringValue(), name)
		require.Equal(t, "alias/aws/ssm", parameter.Inputs["keyId"].StringValue(), name)
		require.Equal(t, []string{"value", "keyId"}, parameter.RegisterRPC.GetIgnoreChanges(), name)
	}
	require.Equal(t, map[string]any{"length": 64.0, "special": false}, r.inputs(t, "secrets-secret-key-base-value"))
	require.Equal(t, "/staging/fly-live-beats/database-url", r.inputs(t, "secrets-database-url")["name"])
	require.Empty(t, r.outputs["keys"])
}

func TestSecretsKey(t *testing.T) {
	t.Parallel()
	paths := map[string]string{"DATABASE_URL": "/staging/url", "COOKIE": "cookie"}
	for _, mode := range []SecretsMode{SecretsCreate, SecretsExisting} {
		r := record(t, secretsProgram(&SecretsArgs{
			Account: testAccount, Mode: mode, Paths: paths, KmsKeyArn: pulumi.String(testKey),
		}))
		require.Equal(t, []string{testKey}, r.outputs["keys"], mode)
		if mode == SecretsCreate {
			require.Equal(t, testKey, r.inputs(t, "secrets-cookie")["keyId"])
		}
	}
}

// A parameter keeps its key if the config has another one. The permission to decrypt with its key stays too.
func TestCustomerKeys(t *testing.T) {
	t.Parallel()
	other := testKey + "2"
	require.Equal(t, []string{testKey, other}, customerKeys([]string{other, managedParameterKey, testKey, other, "id"}))
}

func TestSecretsVersions(t *testing.T) {
	t.Parallel()
	paths := map[string]string{"A": "/a", "B": "/b", "C": "/c"}
	for name, test := range map[string]struct {
		mode    SecretsMode
		found   map[string]int
		want    map[string]int
		preview any // What is known at preview. The recorder has no versions before the update.
	}{
		"not looked up":      {SecretsCreate, nil, map[string]int{"A": 3, "B": 3, "C": 3}, nil},
		"not created yet":    {SecretsCreate, map[string]int{"A": 0, "B": 0, "C": 0}, map[string]int{"A": 1, "B": 1, "C": 1}, map[string]int{"A": 1, "B": 1, "C": 1}},
		"changed outside":    {SecretsCreate, map[string]int{"A": 5, "B": 3, "C": 0}, map[string]int{"A": 5, "B": 3, "C": 1}, nil},
		"changed in the run": {SecretsCreate, map[string]int{"A": 2, "B": 2, "C": 2}, map[string]int{"A": 3, "B": 3, "C": 3}, nil},
		"existing":           {SecretsExisting, map[string]int{"A": 7, "B": 1}, map[string]int{"A": 7, "B": 1}, map[string]int{"A": 7, "B": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := func(ctx *pulumi.Context, r *recorder) error {
				r.answers = map[string]answer{"aws:ssm/parameter:Parameter": func(
					preview bool, _ pulumi.MockResourceArgs, state resource.PropertyMap,
				) {
					if !preview {
						state["version"] = resource.NewProperty(3.0)
					}
				}}
				return secretsProgram(&SecretsArgs{
					Account: testAccount, Mode: test.mode, Paths: paths, FoundVersions: test.found,
				})(ctx, r)
			}
			require.Equal(t, test.want, runMode(t, run, false).outputs["versions"])
			require.Equal(t, test.preview, runMode(t, run, true).outputs["versions"])
		})
	}
}

func TestSecretsArnsAreKnownAtPreview(t *testing.T) {
	t.Parallel()
	args := &SecretsArgs{
		Account: testAccount, Paths: map[string]string{"DATABASE_URL": "/staging/url", "COOKIE": "cookie"},
	}
	want := map[string]string{
		"DATABASE_URL": "arn:aws:ssm:eu-west-2:123456789012:parameter/staging/url",
		"COOKIE":       "arn:aws:ssm:eu-west-2:123456789012:parameter/cookie",
	}
	for _, preview := range []bool{true, false} {
		require.Equal(t, want, runMode(t, secretsProgram(args), preview).outputs["arns"])
	}
}

func TestSecretsArnsWaitForTheParameters(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		secrets, err := NewSecrets(ctx, "secrets", &SecretsArgs{
			Account: testAccount, Paths: map[string]string{"DATABASE_URL": "/staging/url"},
		})
		if err != nil {
			return err
		}
		_, err = NewNetwork(ctx, "reader", &NetworkArgs{
			Mode: NetworkExisting, VpcId: secrets.Arns.MapIndex(pulumi.String("DATABASE_URL")),
			PublicSubnetIds: pulumi.ToStringArray([]string{"a", "b"}),
		})
		return err
	})
	require.Equal(t, []string{"secrets-database-url"}, r.dependencies("reader"))
}

func TestSecretsExisting(t *testing.T) {
	t.Parallel()
	const elsewhere = "arn:aws:ssm:us-east-1:999999999999:parameter/shared/cookie"
	r := record(t, secretsProgram(&SecretsArgs{
		Account: testAccount, Mode: SecretsExisting,
		Paths: map[string]string{"DATABASE_URL": "/staging/url", "RELEASE_COOKIE": elsewhere},
	}))
	require.Equal(t, []string{"secrets"}, r.names())
	require.Equal(t, map[string]string{
		"DATABASE_URL":   "arn:aws:ssm:eu-west-2:123456789012:parameter/staging/url",
		"RELEASE_COOKIE": elsewhere,
	}, r.outputs["arns"])
}

func TestSecretsRefuses(t *testing.T) {
	t.Parallel()
	nameRule := awsmodel.ParameterName.Allowed
	for name, test := range map[string]struct {
		edit func(*SecretsArgs)
		want string
	}{
		"account": {func(a *SecretsArgs) { a.Account.Id = "1" }, `Account.Id "1" must be 12 digits`},
		"region": {
			func(a *SecretsArgs) { a.Account.Region = "London" },
			`Account.Region "London" must be an AWS region such as eu-west-2`,
		},
		"partition": {
			func(a *SecretsArgs) { a.Account.Partition = "" },
			`Account.Partition: partition "" is not supported: its endpoints and service principals have other names than in partition aws, and the components were not tested there`,
		},
		"mode":     {func(a *SecretsArgs) { a.Mode = "new" }, `Mode "new" must be create or existing`},
		"no paths": {func(a *SecretsArgs) { a.Paths = nil }, "Paths map[] must be at least one secret"},
		"relative": {
			func(a *SecretsArgs) { a.Paths = map[string]string{"A": "staging/a"} },
			`Paths["A"] "staging/a" must be ` + nameRule,
		},
		"ARN to create": {
			func(a *SecretsArgs) {
				a.Paths = map[string]string{"A": "arn:aws:ssm:eu-west-2:123456789012:parameter/a"}
			},
			`Paths["A"] "arn:aws:ssm:eu-west-2:123456789012:parameter/a" must be ` + nameRule,
		},
		"environment name": {
			func(a *SecretsArgs) { a.Paths = map[string]string{"1A": "/a"} },
			`Paths "1A" must be ` + awsmodel.Variable.Allowed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := SecretsArgs{Account: testAccount, Paths: map[string]string{"A": "/a"}}
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewSecrets(ctx, "secrets", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Secrets "secrets": `+test.want)
		})
	}
}
