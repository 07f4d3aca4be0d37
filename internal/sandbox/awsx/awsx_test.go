package awsx_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/awsx"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// monitor stands in for the engine. It passes look-ups to the sandbox's aws provider, and records what is registered.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer
	pulumirpc.UnimplementedEngineServer
	aws *provider.Server
	// create says whether custom resources are created in the sandbox or invented.
	create bool

	mu         sync.Mutex
	registered []string
	resources  map[string]*pulumirpc.RegisterResourceRequest
	warnings   []string
	outputs    *structpb.Struct
	versions   map[string]bool
}

func (m *monitor) SupportsFeature(context.Context, *pulumirpc.SupportsFeatureRequest) (
	*pulumirpc.SupportsFeatureResponse, error,
) {
	return &pulumirpc.SupportsFeatureResponse{HasSupport: true}, nil
}

func (m *monitor) RegisterResource(_ context.Context, req *pulumirpc.RegisterResourceRequest) (
	*pulumirpc.RegisterResourceResponse, error,
) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.registered = append(m.registered, req.GetType())
	urn := sandboxtest.URN(req.GetType(), req.GetName())
	m.resources[urn] = req
	if !req.GetCustom() {
		return &pulumirpc.RegisterResourceResponse{Urn: urn}, nil
	}
	if m.create {
		return m.made(req, urn)
	}
	_, kind, _ := strings.Cut(req.GetType(), "/")
	kind, _, _ = strings.Cut(kind, ":")
	id := kind + "/" + req.GetName()
	out, err := structpb.NewStruct(map[string]any{"allocationId": id})
	return &pulumirpc.RegisterResourceResponse{Urn: urn, Id: id, Object: out}, err
}

// made checks and creates a resource as the engine does.
func (m *monitor) made(req *pulumirpc.RegisterResourceRequest, urn string) (
	*pulumirpc.RegisterResourceResponse, error,
) {
	in, err := plugin.UnmarshalProperties(req.GetObject(), plugin.MarshalOptions{})
	if err != nil {
		return nil, err
	}
	checked, failures, err := m.aws.Engine.Check(req.GetType(), urn, nil, in.Mappable(), nil)
	if err != nil || len(failures) > 0 {
		return nil, fmt.Errorf("check %s: %v %w", urn, failures, err)
	}
	id, state, err := m.aws.Engine.Create(req.GetType(), urn, checked, false)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", urn, err)
	}
	out, err := structpb.NewStruct(state)
	return &pulumirpc.RegisterResourceResponse{Urn: urn, Id: id, Object: out}, err
}

func (m *monitor) RegisterResourceOutputs(_ context.Context, req *pulumirpc.RegisterResourceOutputsRequest) (
	*emptypb.Empty, error,
) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outputs = req.GetOutputs()
	return &emptypb.Empty{}, nil
}

func (m *monitor) Log(_ context.Context, req *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.warnings = append(m.warnings, req.GetMessage())
	return &emptypb.Empty{}, nil
}

func (m *monitor) Invoke(ctx context.Context, req *pulumirpc.ResourceInvokeRequest) (
	*pulumirpc.ResourceInvokeResponse, error,
) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.versions[req.GetVersion()] = true
	resp, err := m.aws.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: req.GetTok(), Args: req.GetArgs()})
	return &pulumirpc.ResourceInvokeResponse{Return: resp.GetReturn()}, err
}

// start serves a monitor, and an awsx provider that is given its address.
func start(t *testing.T, a *sandboxtest.Account) (*awsx.Server, *monitor, string) {
	t.Helper()
	m := &monitor{
		aws: &provider.Server{Engine: a.Engine}, versions: map[string]bool{},
		resources: map[string]*pulumirpc.RegisterResourceRequest{},
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := grpc.NewServer()
	pulumirpc.RegisterResourceMonitorServer(g, m)
	pulumirpc.RegisterEngineServer(g, m)
	go func() { _ = g.Serve(listener) }()
	t.Cleanup(g.Stop)
	address := listener.Addr().String()
	s := &awsx.Server{Version: "2.22.0", AWSVersion: "6.83.2"}
	_, err = s.Handshake(t.Context(), &pulumirpc.ProviderHandshakeRequest{EngineAddress: address})
	require.NoError(t, err)
	return s, m, address
}

func construct(
	t *testing.T, s *awsx.Server, address, typ string, inputs *structpb.Struct,
) (*pulumirpc.ConstructResponse, error) {
	t.Helper()
	return s.Construct(t.Context(), &pulumirpc.ConstructRequest{
		Project: "live-beats", Stack: "staging", Type: typ, Name: "vpc", Inputs: inputs, MonitorEndpoint: address,
	})
}

func TestDefaultVpc(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	private := a.Got("subnet-c")
	a.World.Get(private.Token, a.Region, private.ID).Props["mapPublicIpOnLaunch"] = false
	s, m, address := start(t, a)
	resp, err := construct(t, s, address, "awsx:ec2:DefaultVpc", nil)
	require.NoError(t, err)
	require.Equal(t, sandboxtest.URN("awsx:ec2:DefaultVpc", "vpc"), resp.GetUrn())
	state, err := plugin.UnmarshalProperties(resp.GetState(), plugin.MarshalOptions{})
	require.NoError(t, err)
	got := state.Mappable()
	require.Equal(t, a.Got("vpc").ID, got["vpcId"])
	require.ElementsMatch(t, []any{a.Got("subnet-a").ID, a.Got("subnet-b").ID}, got["publicSubnetIds"])
	require.Equal(t, []any{private.ID}, got["privateSubnetIds"])
	require.Equal(t, []string{"awsx:ec2:DefaultVpc"}, m.registered, "look-ups create no resources")
	require.Equal(t, map[string]bool{"6.83.2": true}, m.versions, "the provider version that the program's SDK asks for")
}

func TestDefaultVpcOfAnAccountWithoutOne(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	vpc := a.Got("vpc")
	a.World.Delete(a.World.Get(vpc.Token, a.Region, vpc.ID))
	s, _, address := start(t, a)
	_, err := construct(t, s, address, "awsx:ec2:DefaultVpc", nil)
	require.ErrorContains(t, err, "no matching EC2 VPC found")
}

func TestComponentsThatAreRefused(t *testing.T) {
	t.Parallel()
	s, m, address := start(t, sandboxtest.New(t))
	for want, c := range map[string]struct {
		typ string
		in  map[string]any
	}{
		"the sandbox does not model the component awsx:ecs:Cluster (it models awsx:ec2:DefaultVpc, awsx:ec2:Vpc); " +
			"to model it, add it to internal/sandbox/awsx": {"awsx:ecs:Cluster", nil},
		`the sandbox does not model the input "cidrBlock" of awsx:ec2:DefaultVpc`: {
			"awsx:ec2:DefaultVpc", map[string]any{"cidrBlock": "10.0.0.0/16"},
		},
		`the sandbox does not model the input "ipv4IpamPoolId" of awsx:ec2:Vpc`: {vpc, map[string]any{"ipv4IpamPoolId": "x"}},
		`the sandbox does not model the input "subnetSpecs[1].ipv6" of awsx:ec2:Vpc`: {
			vpc, map[string]any{"subnetSpecs": []any{map[string]any{"type": "Public"}, map[string]any{"ipv6": true}}},
		},
		`the sandbox does not model the input "natGateways.size" of awsx:ec2:Vpc`: {
			vpc, map[string]any{"natGateways": map[string]any{"size": 1}},
		},
		`the sandbox does not model the input "vpcEndpointSpecs[0].dnsOptions" of awsx:ec2:Vpc`: {
			vpc, map[string]any{"vpcEndpointSpecs": []any{map[string]any{"dnsOptions": map[string]any{}}}},
		},
	} {
		_, err := construct(t, s, address, c.typ, toStruct(t, c.in))
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, m.registered)
}

func TestServerIntroducesItself(t *testing.T) {
	t.Parallel()
	s := &awsx.Server{Version: "2.22.0"}
	info, err := s.GetPluginInfo(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "2.22.0", info.GetVersion())
	_, err = s.Attach(t.Context(), &pulumirpc.PluginAttach{Address: "127.0.0.1:1"})
	require.NoError(t, err)
	config, err := s.Configure(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, config.GetSupportsPreview())
	_, err = s.Cancel(t.Context(), nil)
	require.NoError(t, err)
}
