package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

// Settings lists the keys of a provider's configuration: those that are modelled, and those without meaning in a
// sandbox, such as credentials.
type Settings struct{ Modelled, Meaningless []string }

// AWSSettings are the settings of the aws provider.
// https://www.pulumi.com/registry/packages/aws/installation-configuration/
var AWSSettings = Settings{
	Modelled: []string{"allowedAccountIds", "defaultTags", "forbiddenAccountIds", "region"},
	Meaningless: []string{
		"accessKey", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity", "customCaBundle",
		"ec2MetadataServiceEndpoint", "ec2MetadataServiceEndpointMode", "endpoints", "httpProxy", "httpsProxy", "insecure",
		"maxRetries", "noProxy", "profile", "retryMode", "s3UsEast1RegionalEndpoint", "s3UsePathStyle", "secretKey",
		"sharedConfigFiles", "sharedCredentialsFiles", "skipCredentialsValidation", "skipMetadataApiCheck",
		"skipRegionValidation", "skipRequestingAccountId", "stsRegion", "token", "tokenBucketRateLimiterCapacity",
		"useDualstackEndpoint", "useFipsEndpoint",
	},
}

// CheckConfig refuses provider configuration that is not modelled. To ignore it would deploy something else.
func (s *Server) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	resp := &pulumirpc.CheckResponse{Inputs: req.GetNews()}
	known := slices.Concat(s.Settings.Modelled, s.Settings.Meaningless, []string{"version", "pluginDownloadURL"})
	for _, name := range slices.Sorted(maps.Keys(req.GetNews().GetFields())) {
		if !slices.Contains(known, name) {
			resp.Failures = append(resp.Failures, &pulumirpc.CheckFailure{
				Property: name, Reason: "the sandbox does not model this provider setting; it models " +
					strings.Join(s.Settings.Modelled, ", ") + ", and ignores credentials and settings of the connection",
			})
		}
	}
	return resp, nil
}

// Configure accepts only the sandbox's own region and account, and begins the operation. All providers of a program
// have the same default tags, because a call does not say which of them it comes from.
func (s *Server) Configure(_ context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	args := req.GetArgs().GetFields()
	if region := args["region"].GetStringValue(); region != "" && region != s.Region {
		return nil, status.Errorf(codes.InvalidArgument,
			"the sandbox serves region %q in this run, not %q: one region per stack is modelled", s.Region, region)
	}
	var tags struct{ Tags map[string]string }
	var allowed, forbidden []string
	for name, into := range map[string]any{
		"defaultTags": &tags, "allowedAccountIds": &allowed, "forbiddenAccountIds": &forbidden,
	} {
		if err := setting(args[name], into); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "provider setting %s: %v", name, err)
		}
	}
	if allowed != nil && !slices.Contains(allowed, s.Account) || slices.Contains(forbidden, s.Account) {
		return nil, status.Errorf(codes.InvalidArgument, "AWS account ID not allowed: %s", s.Account)
	}
	if err := s.begin(tags.Tags); err != nil {
		return nil, refusal(err)
	}
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

// setting reads a list or an object, which the engine passes as such or as JSON.
func setting(v *structpb.Value, into any) error {
	if v == nil {
		return nil
	}
	text := v.GetStringValue()
	if text == "" {
		data, err := v.MarshalJSON()
		if err != nil {
			return err
		}
		text = string(data)
	}
	return json.Unmarshal([]byte(text), into)
}

// begin begins an operation at its first provider.
func (s *Server) begin(tags map[string]string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	tagged := slices.Contains(s.Settings.Modelled, "defaultTags")
	if tagged && s.begun && !maps.Equal(tags, s.DefaultTags) {
		return fmt.Errorf("the sandbox models one set of defaultTags for all providers of a program: this one has %v, "+
			"another one %v", tags, s.DefaultTags)
	}
	if tagged { // The providers of other packages share the engine.
		s.DefaultTags = tags
	}
	if s.begun || s.Begin == nil {
		return nil
	}
	s.begun = true
	return s.Begin()
}
