// Package awsx is the component provider of Pulumi Crosswalk. Its components consist of AWS resources and look-ups that
// go through the same engine, as the real package's do.
package awsx

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
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
	// Version is this provider's version. AWSVersion is the version of the aws provider that the components ask for.
	Version, AWSVersion string

	engine atomic.Value
}

// Handshake accepts secrets, and stores the address of the engine with which components register their resources.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.ProviderHandshakeRequest) (
	*pulumirpc.ProviderHandshakeResponse, error,
) {
	s.engine.Store(req.GetEngineAddress())
	return &pulumirpc.ProviderHandshakeResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsAutonamingConfiguration: true,
	}, nil
}

// Attach is called when the engine connects to a provider that is already running.
func (s *Server) Attach(_ context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	s.engine.Store(req.GetAddress())
	return &emptypb.Empty{}, nil
}

// GetPluginInfo returns the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.Version}, nil
}

// Configure accepts no settings.
func (s *Server) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true, SupportsPreview: true,
	}, nil
}

// Cancel ends the operation.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Construct creates one component.
func (s *Server) Construct(ctx context.Context, req *pulumirpc.ConstructRequest) (*pulumirpc.ConstructResponse, error) {
	if err := check(req); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	address, _ := s.engine.Load().(string)
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, status.Errorf(codes.Unavailable, "dial the engine: %v", err)
	}
	defer func() { _ = conn.Close() }()
	return provider.Construct(ctx, req, conn, func(
		ctx *pulumi.Context, typ, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption,
	) (*provider.ConstructResult, error) {
		return components[typ].build(s, ctx, name, inputs, opts)
	})
}

// component is how one component is modelled.
type component struct {
	args  any // The struct of its inputs.
	build func(*Server, *pulumi.Context, string, provider.ConstructInputs, pulumi.ResourceOption) (
		*provider.ConstructResult, error)
}

var components = map[string]component{
	defaultVpcType: {struct{}{}, (*Server).defaultVpc},
	vpcType:        {vpcArgs{}, (*Server).vpc},
}

// check refuses component types and inputs that are not modelled, at any depth.
func check(req *pulumirpc.ConstructRequest) error {
	known, ok := components[req.GetType()]
	if !ok {
		return fmt.Errorf("the sandbox does not model the component %s (it models %s); "+
			"to model it, add it to internal/sandbox/awsx",
			req.GetType(), strings.Join(slices.Sorted(maps.Keys(components)), ", "))
	}
	inputs, err := plugin.UnmarshalProperties(req.GetInputs(), plugin.MarshalOptions{
		KeepUnknowns: true, KeepResources: true,
	})
	if err != nil {
		return fmt.Errorf("read the inputs of %s: %w", req.GetType(), err)
	}
	if path := unmodelled(resource.NewProperty(inputs), reflect.TypeOf(known.args)); path != "" {
		return fmt.Errorf("the sandbox does not model the input %q of %s", path[1:], req.GetType())
	}
	return nil
}

// unmodelled returns the path of a property for which the struct of inputs has no field, such as ".natGateways.size" or
// "[0].size". It returns "" if there is none.
func unmodelled(v resource.PropertyValue, t reflect.Type) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch {
	case t.Kind() != reflect.Struct:
	case v.IsArray():
		for i, item := range v.ArrayValue() {
			if path := unmodelled(item, t); path != "" {
				return fmt.Sprintf("[%d]%s", i, path)
			}
		}
	case v.IsObject():
		fields := map[string]reflect.Type{}
		for _, f := range reflect.VisibleFields(t) {
			fields[f.Tag.Get("pulumi")] = f.Type
		}
		for _, name := range v.ObjectValue().StableKeys() {
			field, ok := fields[string(name)]
			if !ok {
				return "." + string(name)
			}
			if path := unmodelled(v.ObjectValue()[name], field); path != "" {
				return "." + string(name) + path
			}
		}
	}
	return ""
}
