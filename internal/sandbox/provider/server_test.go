package provider_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

var (
	options = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}
	unknown = resource.MakeComputed(resource.NewStringProperty(""))
)

func wire(t *testing.T, props resource.PropertyMap) *structpb.Struct {
	t.Helper()
	s, err := plugin.MarshalProperties(props, options)
	require.NoError(t, err)
	return s
}

func unwire(t *testing.T, s *structpb.Struct) resource.PropertyMap {
	t.Helper()
	props, err := plugin.UnmarshalProperties(s, options)
	require.NoError(t, err)
	return props
}

func serve(t *testing.T) (*provider.Server, *sandboxtest.Account) {
	t.Helper()
	a := sandboxtest.New(t)
	return &provider.Server{Engine: a.Engine, Version: "6.83.2", Settings: provider.AWSSettings}, a
}

func text(s string) resource.PropertyValue   { return resource.NewStringProperty(s) }
func secret(s string) resource.PropertyValue { return resource.MakeSecret(text(s)) }

func TestServerIntroducesItself(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	ctx := t.Context()
	hello, err := s.Handshake(ctx, nil)
	require.NoError(t, err)
	require.True(t, hello.GetAcceptSecrets())
	require.True(t, hello.GetSupportsAutonamingConfiguration())
	info, err := s.GetPluginInfo(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, "6.83.2", info.GetVersion())
	_, err = s.Attach(ctx, nil)
	require.NoError(t, err)
	_, err = s.Cancel(ctx, nil)
	require.NoError(t, err)
}

func TestServerSettings(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	ctx := t.Context()
	check := func(settings resource.PropertyMap) []*pulumirpc.CheckFailure {
		resp, err := s.CheckConfig(ctx, &pulumirpc.CheckRequest{News: wire(t, settings)})
		require.NoError(t, err)
		return resp.GetFailures()
	}
	require.Empty(t, check(resource.PropertyMap{
		"region": text("eu-west-2"), "version": text("6"), "profile": text("x"), "skipCredentialsValidation": text("true"),
	}))
	failures := check(resource.PropertyMap{"region": text("eu-west-2"), "ignoreTags": text("{}"), "regio": text("y")})
	require.Len(t, failures, 2)
	require.Equal(t, "ignoreTags", failures[0].GetProperty())
	require.Equal(t, "regio", failures[1].GetProperty())
	require.Equal(t, "the sandbox does not model this provider setting; it models allowedAccountIds, defaultTags, "+
		"forbiddenAccountIds, region, and ignores credentials and settings of the connection", failures[1].GetReason())

	list := func(ids ...string) resource.PropertyValue {
		var items []resource.PropertyValue
		for _, id := range ids {
			items = append(items, text(id))
		}
		return resource.NewArrayProperty(items)
	}
	for name, test := range map[string]struct {
		settings resource.PropertyMap
		want     string
	}{
		"region":               {resource.PropertyMap{"region": text("eu-west-2")}, ""},
		"another region":       {resource.PropertyMap{"region": text("us-east-1")}, `the sandbox serves region "eu-west-2" in this run, not "us-east-1"`},
		"account":              {resource.PropertyMap{"allowedAccountIds": list("123456789012")}, ""},
		"account as JSON":      {resource.PropertyMap{"allowedAccountIds": text(`["123456789012"]`)}, ""},
		"another account":      {resource.PropertyMap{"allowedAccountIds": list("210987654321")}, "AWS account ID not allowed: 123456789012"},
		"forbidden account":    {resource.PropertyMap{"forbiddenAccountIds": list("123456789012")}, "AWS account ID not allowed: 123456789012"},
		"no list":              {resource.PropertyMap{"allowedAccountIds": text("123")}, "provider setting allowedAccountIds: json: cannot unmarshal"},
		"tags of another form": {resource.PropertyMap{"defaultTags": text(`["a"]`)}, "provider setting defaultTags: json: cannot unmarshal"},
	} {
		_, err := s.Configure(ctx, &pulumirpc.ConfigureRequest{Args: wire(t, test.settings)})
		if test.want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, test.want, name)
	}
}

// TestDefaultTags: the provider's tags are on every resource unless its own tags have the key. A change of them is a
// change of every resource. All providers of a program must have the same ones.
func TestDefaultTags(t *testing.T) {
	t.Parallel()
	s, a := serve(t)
	s.Begin = func() error { return nil }
	configure := func(tags string) error {
		_, err := s.Configure(t.Context(), &pulumirpc.ConfigureRequest{
			Args: wire(t, resource.PropertyMap{"defaultTags": text(`{"tags": ` + tags + `}`)}),
		})
		return err
	}
	require.NoError(t, configure(`{"team": "music", "stage": "test"}`))
	require.NoError(t, configure(`{"stage": "test", "team": "music"}`))
	require.ErrorContains(t, configure(`{"team": "other"}`), "one set of defaultTags for all providers of a program")

	require.NoError(t, a.Make(sandboxtest.LogGroup, "logs", provider.Props{"tags": provider.Props{"stage": "live"}}))
	group := a.Got("logs")
	require.Equal(t, provider.Props{"team": "music", "stage": "live"}, group.State["tagsAll"])
	require.Equal(t, provider.Props{"stage": "live"}, group.State["tags"])
	inputs, state, err := a.Refresh("logs")
	require.NoError(t, err)
	require.Equal(t, group.State["tagsAll"], state["tagsAll"])
	require.Equal(t, group.Inputs["tagsAll"], inputs["tagsAll"])

	a.DefaultTags = map[string]string{"team": "video"}
	in, _, err := a.Check(sandboxtest.LogGroup, group.URN, group.Inputs, provider.Props{"tags": provider.Props{"stage": "live"}}, nil)
	require.NoError(t, err)
	changes, _, err := a.Diff(sandboxtest.LogGroup, group.State, in)
	require.NoError(t, err)
	require.Equal(t, []provider.Change{{Path: "tagsAll", Kind: provider.Updated}}, changes)
	require.NoError(t, a.Change("logs", nil))
	require.Equal(t, provider.Props{"team": "video", "stage": "live"}, a.Got("logs").State["tagsAll"])
}

func TestServerLifecycleOfASecret(t *testing.T) {
	t.Parallel()
	s, a := serve(t)
	ctx := t.Context()
	urn := sandboxtest.URN(sandboxtest.Parameter, "p")
	news := resource.PropertyMap{"name": text("/p"), "type": text("SecureString"), "value": secret("hidden")}
	checked, err := s.Check(ctx, &pulumirpc.CheckRequest{Urn: urn, News: wire(t, news)})
	require.NoError(t, err)
	require.Empty(t, checked.GetFailures())
	require.Equal(t, secret("hidden"), unwire(t, checked.GetInputs())["value"], "a secret stays a secret")

	preview, err := s.Create(ctx, &pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs(), Preview: true})
	require.NoError(t, err)
	require.Empty(t, preview.GetId())
	planned := unwire(t, preview.GetProperties())
	require.Equal(t, secret("hidden"), planned["value"])
	require.Equal(t, unknown, planned["arn"])

	created, err := s.Create(ctx, &pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs()})
	require.NoError(t, err)
	require.Equal(t, "/p", created.GetId())
	require.Equal(t, secret("hidden"), unwire(t, created.GetProperties())["value"])

	read, err := s.Read(ctx, &pulumirpc.ReadRequest{
		Urn: urn, Id: "/p", Inputs: checked.GetInputs(), Properties: created.GetProperties(),
	})
	require.NoError(t, err)
	require.Equal(t, unwire(t, created.GetProperties()), unwire(t, read.GetProperties()))
	require.Equal(t, unwire(t, checked.GetInputs()), unwire(t, read.GetInputs()))

	news["value"] = text("now plain")
	update, err := s.Update(ctx, &pulumirpc.UpdateRequest{
		Urn: urn, Id: "/p", Olds: created.GetProperties(), News: wire(t, news),
	})
	require.NoError(t, err)
	require.Equal(t, secret("now plain"), unwire(t, update.GetProperties())["value"], "the table marks it as secret")
	require.Equal(t, resource.NewNumberProperty(2), unwire(t, update.GetProperties())["version"])

	_, err = s.Delete(ctx, &pulumirpc.DeleteRequest{Urn: urn, Id: "/p", Properties: update.GetProperties()})
	require.NoError(t, err)
	require.True(t, a.Sandbox.Empty())
	read, err = s.Read(ctx, &pulumirpc.ReadRequest{Urn: urn, Id: "/p", Properties: update.GetProperties()})
	require.NoError(t, err)
	require.Empty(t, read.GetId())
}

func TestServerKeepsUnknowns(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	urn := sandboxtest.URN(sandboxtest.SecurityGroup, "g")
	tags := resource.NewObjectProperty(resource.PropertyMap{"a": unknown})
	news := resource.PropertyMap{"name": text("g"), "vpcId": resource.MakeSecret(unknown), "tags": tags}
	checked, err := s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: wire(t, news)})
	require.NoError(t, err)
	got := unwire(t, checked.GetInputs())
	require.Equal(t, resource.MakeSecret(unknown), got["vpcId"])
	require.Equal(t, tags, got["tags"])
}

func TestServerReportsFailures(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	urn := sandboxtest.URN(sandboxtest.LogGroup, "logs")
	disabled := &pulumirpc.CheckRequest_AutonamingOptions{Mode: pulumirpc.CheckRequest_AutonamingOptions_DISABLE}
	resp, err := s.Check(t.Context(), &pulumirpc.CheckRequest{
		Urn: urn, News: wire(t, resource.PropertyMap{}), Autonaming: disabled,
	})
	require.NoError(t, err)
	require.Len(t, resp.GetFailures(), 1)
	require.Equal(t, "name: missing required property: automatic naming is disabled", resp.GetFailures()[0].GetReason())

	tags := resource.PropertyMap{"team.name": text("a"), "list[0]": text("b")}
	resp, err = s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: urn, News: wire(t, resource.PropertyMap{
		"tags": resource.NewObjectProperty(resource.PropertyMap{
			"team.name": resource.NewNumberProperty(1), "list[0]": resource.NewNumberProperty(2),
		}),
	})})
	require.NoError(t, err)
	require.Equal(t, `tags["list[0]"]: expected a string, got a number`, resp.GetFailures()[0].GetReason())
	require.Equal(t, `tags["team.name"]: expected a string, got a number`, resp.GetFailures()[1].GetReason())
	diff, err := s.Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: urn, Olds: wire(t, resource.PropertyMap{}),
		News: wire(t, resource.PropertyMap{"tags": resource.NewObjectProperty(tags)}),
	})
	require.NoError(t, err)
	require.Contains(t, diff.GetDetailedDiff(), "tags")
	diff, err = s.Diff(t.Context(), &pulumirpc.DiffRequest{
		Urn: urn, Olds: wire(t, resource.PropertyMap{"tags": resource.NewObjectProperty(resource.PropertyMap{"a": text("a")})}),
		News: wire(t, resource.PropertyMap{"tags": resource.NewObjectProperty(tags)}),
	})
	require.NoError(t, err)
	require.Contains(t, diff.GetDetailedDiff(), `tags["team.name"]`)
}

// TestServerSurvives: a mistake in the sandbox fails one call, which changes nothing, and not the provider.
func TestServerSurvives(t *testing.T) {
	t.Parallel()
	s, a := serve(t)
	a.Behaviours[sandboxtest.LogGroup] = provider.Behaviour{Create: func(c *provider.Call) error {
		c.World.Put(c.New)
		return fmt.Errorf("%v", []any{}[len(c.New.Props)])
	}}
	urn := sandboxtest.URN(sandboxtest.LogGroup, "logs")
	for range 2 { // The world is not locked afterwards.
		_, err := s.Create(t.Context(), &pulumirpc.CreateRequest{Urn: urn, Properties: wire(t, resource.PropertyMap{"name": text("/a")})})
		require.ErrorContains(t, err, "the sandbox has a mistake, please report it: runtime error: index out of range")
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
	}
	require.Empty(t, a.World.OfType(sandboxtest.LogGroup))
	_, err := s.Create(t.Context(), &pulumirpc.CreateRequest{Properties: wire(t, resource.PropertyMap{})})
	require.ErrorContains(t, err, `the sandbox does not model the type ""`)
	_, err = s.Check(t.Context(), &pulumirpc.CheckRequest{Urn: "urn:pulumi:x", News: wire(t, resource.PropertyMap{})})
	require.ErrorContains(t, err, `the sandbox does not model the type ""`)
}

func TestServerRefusals(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	ctx := t.Context()
	bucket := sandboxtest.URN("aws:s3/bucket:Bucket", "b")
	_, check := s.Check(ctx, &pulumirpc.CheckRequest{Urn: bucket})
	_, diff := s.Diff(ctx, &pulumirpc.DiffRequest{Urn: bucket})
	_, create := s.Create(ctx, &pulumirpc.CreateRequest{Urn: bucket})
	_, update := s.Update(ctx, &pulumirpc.UpdateRequest{Urn: bucket})
	_, read := s.Read(ctx, &pulumirpc.ReadRequest{Urn: bucket})
	_, remove := s.Delete(ctx, &pulumirpc.DeleteRequest{Urn: bucket})
	for _, err := range []error{check, diff, create, update, read, remove} {
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.ErrorContains(t, err, `the sandbox does not model the type "aws:s3/bucket:Bucket"`)
	}
	_, err := s.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: "aws:ec2/getAmi:getAmi"})
	require.EqualError(t, err, "rpc error: code = Unimplemented desc = the sandbox does not model the function "+
		"aws:ec2/getAmi:getAmi; to model it, add it to internal/sandbox/lookup/lookups.yaml")
	_, err = s.Invoke(ctx, &pulumirpc.InvokeRequest{
		Tok: "aws:ec2/getVpc:getVpc", Args: wire(t, resource.PropertyMap{"id": text("vpc-0")}),
	})
	require.EqualError(t, err, "rpc error: code = FailedPrecondition desc = no matching EC2 VPC found")
	resp, err := s.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: "aws:index/getPartition:getPartition"})
	require.NoError(t, err)
	require.Equal(t, text("amazonaws.com"), unwire(t, resp.GetReturn())["dnsSuffix"])
}
