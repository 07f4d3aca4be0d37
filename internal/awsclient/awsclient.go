// Package awsclient gives a Pulumi program the config for AWS's own clients: the same credentials and region that the
// program's aws provider uses.
package awsclient

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type transportKey struct{}

// WithTransport returns a context whose programs send their requests to AWS by a transport, without credentials.
func WithTransport(ctx context.Context, transport http.RoundTripper) context.Context {
	return context.WithValue(ctx, transportKey{}, transport)
}

// Load returns the config for a region. It follows the stack's config of the aws provider (aws:profile, aws:accessKey,
// aws:secretKey, aws:token, aws:assumeRole), then the environment, as the provider does. It makes no request. A
// provider that is passed to a resource explicitly can have other settings, which are not known here.
// https://www.pulumi.com/registry/packages/aws/installation-configuration/
func Load(ctx *pulumi.Context, region string) (aws.Config, error) {
	if transport, ok := ctx.Context().Value(transportKey{}).(http.RoundTripper); ok {
		return aws.Config{
			Region: region, HTTPClient: &http.Client{Transport: transport}, Credentials: aws.AnonymousCredentials{},
		}, nil
	}
	setting := func(name string) string {
		value, _ := ctx.GetConfig("aws:" + name)
		return value
	}
	options := []func(*config.LoadOptions) error{
		config.WithRegion(region), config.WithSharedConfigProfile(setting("profile")),
	}
	if key := setting("accessKey"); key != "" {
		options = append(options, config.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(key, setting("secretKey"), setting("token"))))
	}
	cfg, err := config.LoadDefaultConfig(ctx.Context(), options...)
	if err != nil {
		return cfg, fmt.Errorf("read AWS config: %w", err)
	}
	if text := setting("assumeRole"); text != "" {
		var role struct{ RoleArn, SessionName, ExternalId *string } //nolint:revive // Pulumi's spelling.
		if err := json.Unmarshal([]byte(text), &role); err != nil {
			return cfg, fmt.Errorf("read aws:assumeRole: %w", err)
		}
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg),
			aws.ToString(role.RoleArn), func(o *stscreds.AssumeRoleOptions) {
				o.RoleSessionName, o.ExternalID = aws.ToString(role.SessionName), role.ExternalId
			}))
	}
	return cfg, nil
}
