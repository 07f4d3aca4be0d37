package awsclient

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// load runs Load in a program with a stack config. Mocks do not say how the provider reads the same config.
func load(t *testing.T, settings map[string]string, f func(*pulumi.Context) error) {
	t.Helper()
	require.NoError(t, pulumi.RunErr(f, pulumi.WithMocks("p", "s", mocks{}), func(info *pulumi.RunInfo) {
		info.Config = settings
	}))
}

func TestLoad(t *testing.T) {
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(name, os.DevNull)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "environment")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for want, settings := range map[string]map[string]string{
		"environment": nil,
		"config":      {"aws:accessKey": "config", "aws:secretKey": "s", "aws:token": "t"},
	} {
		load(t, settings, func(ctx *pulumi.Context) error {
			cfg, err := Load(ctx, "eu-west-2")
			require.NoError(t, err)
			require.Equal(t, "eu-west-2", cfg.Region)
			found, err := cfg.Credentials.Retrieve(t.Context())
			require.NoError(t, err)
			require.Equal(t, want, found.AccessKeyID)
			return nil
		})
	}
	load(t, map[string]string{"aws:profile": "missing"}, func(ctx *pulumi.Context) error {
		_, err := Load(ctx, "eu-west-2")
		require.ErrorContains(t, err, "read AWS config: failed to get shared config profile, missing")
		return nil
	})
	load(t, map[string]string{"aws:assumeRole": "deployer"}, func(ctx *pulumi.Context) error {
		_, err := Load(ctx, "eu-west-2")
		require.ErrorContains(t, err, "read aws:assumeRole: ")
		return nil
	})
}

// TestAssumeRole reads credentials of a role from a server in AWS's place.
//
//nolint:paralleltest // It sets the environment.
func TestAssumeRole(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, r.ParseForm())
		assert.Equal(t, "arn:aws:iam::123456789012:role/deploy", r.PostForm.Get("RoleArn"))
		assert.Equal(t, "outside", r.PostForm.Get("ExternalId"))
		_, _ = w.Write([]byte(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>role</AccessKeyId>` +
			`<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z` +
			`</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`))
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_ENDPOINT_URL_STS": server.URL,
		"AWS_ACCESS_KEY_ID": "environment", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		t.Setenv(name, value)
	}
	settings := map[string]string{
		"aws:assumeRole": `{"roleArn": "arn:aws:iam::123456789012:role/deploy", "externalId": "outside"}`,
	}
	load(t, settings, func(ctx *pulumi.Context) error {
		cfg, err := Load(ctx, "eu-west-2")
		require.NoError(t, err)
		found, err := cfg.Credentials.Retrieve(t.Context())
		require.NoError(t, err)
		require.Equal(t, "role", found.AccessKeyID)
		return nil
	})
}

// TestWithTransport: a transport replaces the way to AWS, and no credentials are looked for.
func TestWithTransport(t *testing.T) {
	t.Parallel()
	called := false
	transport := roundTripper(func(*http.Request) (*http.Response, error) {
		called = true
		return nil, http.ErrHandlerTimeout
	})
	ctx, err := pulumi.NewContext(WithTransport(t.Context(), transport), pulumi.RunInfo{Mocks: mocks{}})
	require.NoError(t, err)
	cfg, err := Load(ctx, "eu-west-2")
	require.NoError(t, err)
	_, err = ecs.NewFromConfig(cfg, func(o *ecs.Options) { o.RetryMaxAttempts = 1 }).ListClusters(t.Context(), nil)
	require.ErrorContains(t, err, http.ErrHandlerTimeout.Error())
	require.True(t, called)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type mocks struct{}

func (mocks) NewResource(pulumi.MockResourceArgs) (id string, state resource.PropertyMap, err error) {
	return "", nil, nil
}

func (mocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }
