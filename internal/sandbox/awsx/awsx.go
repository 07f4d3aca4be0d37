// Package awsx is Pulumi Crosswalk's component provider: components made of AWS resources and look-ups that go through
// the same engine, as the real package's do.
package awsx

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Server serves the components.
type Server struct {
	pulumirpc.UnimplementedResourceProviderServer
	// Version is the provider's own; AWSVersion that of the aws provider which the components ask for.
	Version, AWSVersion string

	engine atomic.Value
}

// Handshake accepts secrets and remembers the engine, to which components register their resources.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.ProviderHandshakeRequest) (
	*pulumirpc.ProviderHandshakeResponse, error,
) {
	s.engine.Store(req.GetEngineAddress())
	return &pulumirpc.ProviderHandshakeResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsAutonamingConfiguration: true,
	}, nil
}

// Attach is called when the engine connects to a provider that was running before.
func (s *Server) Attach(_ context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	s.engine.Store(req.GetAddress())
	return &emptypb.Empty{}, nil
}

// GetPluginInfo answers the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.Version}, nil
}

// Configure takes no settings.
func (s *Server) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsPreview: true,
	}, nil
}

// Cancel ends the operation.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Construct makes one component.
func (s *Server) Construct(ctx context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	address, _ := s.engine.Load().(string)
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, status.Errorf(codes.Unavailable, "dial the engine: %v", err)
	}
	defer func() { _ = conn.Close() }()
	return provider.Construct(ctx, req, conn, s.construct)
}

func (s *Server) construct(
	ctx *pulumi.Context, typ, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption,
) (*provider.ConstructResult, error) {
	if typ != defaultVpcType {
		return nil, fmt.Errorf("the sandbox does not model the component %s (it models %s); "+
			"add it to internal/sandbox/awsx to teach it", typ, defaultVpcType)
	}
	args, err := inputs.Map()
	if err != nil {
		return nil, fmt.Errorf("read the inputs of %s: %w", typ, err)
	}
	for property := range args {
		return nil, fmt.Errorf("the sandbox does not model the input %q of %s", property, typ)
	}
	return s.defaultVpc(ctx, name, opts)
}
