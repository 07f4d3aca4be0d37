package provider

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Server implements Pulumi's provider protocol for one package over an Engine. An engine operation configures it once
// for every provider that the program declares.
type Server struct {
	pulumirpc.UnimplementedResourceProviderServer
	*Engine
	Package string // Its name: the beginning of its tokens.
	// Version must be at least the version that the program's SDK asks for. Otherwise the engine rejects the provider.
	Version  string
	Settings Settings
	// Begin, if set, is called at the first Configure of an engine operation.
	Begin func() error

	mutex sync.Mutex
	begun bool
	log   pulumirpc.EngineClient // The engine of the operation; nil if it has not said where it is.
}

// Handshake accepts what the engine offers: secrets marked as such, and names proposed by its autonaming configuration.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.ProviderHandshakeRequest) (
	*pulumirpc.ProviderHandshakeResponse, error,
) {
	if err := s.connect(req.GetEngineAddress()); err != nil {
		return nil, err
	}
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

// Attach is called when the engine connects to a provider that is already running.
func (s *Server) Attach(_ context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, s.connect(req.GetAddress())
}

// connect remembers the engine, for messages to the user.
func (s *Server) connect(address string) error {
	if address == "" {
		return nil
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.log = pulumirpc.NewEngineClient(conn)
	return nil
}

// warn shows the warnings of a resource's behaviour.
func (s *Server) warn(ctx context.Context, urn string, in Props) error {
	warn := s.Behaviours[token(urn)].Warn
	s.mutex.Lock()
	log := s.log
	s.mutex.Unlock()
	if warn == nil || log == nil {
		return nil
	}
	for _, message := range warn(in) {
		if _, err := log.Log(ctx, &pulumirpc.LogRequest{
			Severity: pulumirpc.LogSeverity_WARNING, Message: message, Urn: urn,
		}); err != nil {
			return err
		}
	}
	return nil
}

// GetPluginInfo returns the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.Version}, nil
}

// Cancel ends the operation.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.begun = false
	return &emptypb.Empty{}, nil
}

// Check validates the inputs of one resource.
func (s *Server) Check(ctx context.Context, req *pulumirpc.CheckRequest) (_ *pulumirpc.CheckResponse, err error) {
	defer survive(&err)
	olds, _, err := decode(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, secrets, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	s.World.Lock()
	defer s.World.Unlock()
	typ := token(req.GetUrn())
	engine := s.withSecrets(typ, news, secrets)
	in, failures, err := engine.Check(typ, req.GetUrn(), olds, news, naming(req.GetAutonaming()))
	if err != nil {
		return nil, refusal(err)
	}
	if len(failures) == 0 {
		if err := s.warn(ctx, req.GetUrn(), in); err != nil {
			return nil, err
		}
	}
	inputs, err := encode(in, topmost(secrets))
	resp := &pulumirpc.CheckResponse{Inputs: inputs}
	for _, f := range failures {
		// Without the property: an engine prints its value, which may be or contain a secret.
		resp.Failures = append(resp.Failures, &pulumirpc.CheckFailure{Reason: f.Property + ": " + f.Reason})
	}
	return resp, err
}

// Diff compares the state of one resource with its new inputs.
func (s *Server) Diff(_ context.Context, req *pulumirpc.DiffRequest) (_ *pulumirpc.DiffResponse, err error) {
	defer survive(&err)
	state, err := decodeState(req.GetOlds())
	if err != nil {
		return nil, err
	}
	news, _, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	changes, deleteFirst, err := s.Engine.Diff(token(req.GetUrn()), state, news)
	if err != nil {
		return nil, refusal(err)
	}
	return diffResponse(changes, deleteFirst, req.GetIgnoreChanges()), nil
}

// Create creates one resource. At preview it returns what is known of it.
func (s *Server) Create(_ context.Context, req *pulumirpc.CreateRequest) (_ *pulumirpc.CreateResponse, err error) {
	defer survive(&err)
	in, secrets, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	s.World.Lock()
	defer s.World.Unlock()
	engine := s.withSecrets(token(req.GetUrn()), in, secrets)
	id, out, err := engine.Create(token(req.GetUrn()), req.GetUrn(), in, req.GetPreview())
	if err != nil {
		return nil, s.callError(engine, req.GetUrn(), err, in)
	}
	properties, err := s.encodeState(req.GetUrn(), id, out, topmost(secrets))
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, err
}

// Update changes one resource in place.
func (s *Server) Update(_ context.Context, req *pulumirpc.UpdateRequest) (_ *pulumirpc.UpdateResponse, err error) {
	defer survive(&err)
	old, err := decodeState(req.GetOlds())
	if err != nil {
		return nil, err
	}
	in, secrets, err := decode(req.GetNews())
	if err != nil {
		return nil, err
	}
	s.World.Lock()
	defer s.World.Unlock()
	engine := s.withSecrets(token(req.GetUrn()), in, secrets)
	out, err := engine.Update(token(req.GetUrn()), req.GetId(), old, in, req.GetPreview())
	if err != nil {
		return nil, s.callError(engine, req.GetUrn(), err, in)
	}
	properties, err := s.encodeState(req.GetUrn(), req.GetId(), out, topmost(secrets))
	return &pulumirpc.UpdateResponse{Properties: properties}, err
}

// Delete removes one resource.
func (s *Server) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (_ *emptypb.Empty, err error) {
	defer survive(&err)
	state, err := decodeState(req.GetProperties())
	if err != nil {
		return nil, err
	}
	s.World.Lock()
	defer s.World.Unlock()
	if err := s.Engine.Delete(token(req.GetUrn()), req.GetId(), state); err != nil {
		return nil, refusal(err)
	}
	return &emptypb.Empty{}, nil
}

// Read returns what one resource is now, for refresh and import.
func (s *Server) Read(_ context.Context, req *pulumirpc.ReadRequest) (_ *pulumirpc.ReadResponse, err error) {
	defer survive(&err)
	inputs, secrets, err := decode(req.GetInputs())
	if err != nil {
		return nil, err
	}
	state, err := decodeState(req.GetProperties())
	if err != nil {
		return nil, err
	}
	s.World.Lock()
	defer s.World.Unlock()
	id := req.GetId()
	var newInputs, newState Props
	if len(inputs)+len(state) == 0 {
		id, newInputs, newState, err = s.Import(token(req.GetUrn()), id)
	} else {
		newInputs, newState, err = s.Engine.Read(token(req.GetUrn()), id, inputs, state)
	}
	if err != nil {
		return nil, refusal(err)
	}
	if newState == nil {
		return &pulumirpc.ReadResponse{}, nil
	}
	given := topmost(secrets)
	in, inErr := encode(newInputs, s.secrets(req.GetUrn(), newInputs, given))
	out, outErr := s.encodeState(req.GetUrn(), id, newState, given)
	return &pulumirpc.ReadResponse{Id: id, Inputs: in, Properties: out}, errors.Join(inErr, outErr)
}

// Invoke calls one function.
func (s *Server) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (_ *pulumirpc.InvokeResponse, err error) {
	defer survive(&err)
	args, _, err := decode(req.GetArgs())
	if err != nil {
		return nil, err
	}
	invoke, known := s.Invokes[req.GetTok()]
	if !known {
		return nil, status.Errorf(codes.Unimplemented, "the sandbox does not model the function %s; "+
			"to model it, add it to internal/sandbox/lookup/lookups.yaml", req.GetTok())
	}
	s.World.Lock()
	defer s.World.Unlock()
	result, err := s.invoke(req.GetTok(), invoke, args)
	if err != nil {
		return nil, refusal(err)
	}
	out, err := encode(result, nil)
	return &pulumirpc.InvokeResponse{Return: out}, err
}

// survive turns a panic into the error of a call, so that one resource fails and not the whole provider.
func survive(err *error) {
	if p := recover(); p != nil {
		*err = refusal(fmt.Errorf("the sandbox has a mistake, please report it: %v\n%s", p, debug.Stack()))
	}
}

// token returns the type in a URN, or "" if it is none.
func token(urn string) string {
	parsed, err := resource.ParseURN(urn)
	if err != nil {
		return ""
	}
	return string(parsed.Type())
}
