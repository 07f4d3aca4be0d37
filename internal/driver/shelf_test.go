package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// shelf is a provider with one type, test:index:Thing. It lives longer than one operation, as a world does.
type shelf struct {
	pulumirpc.UnimplementedResourceProviderServer

	mu      sync.Mutex
	things  map[string]*structpb.Struct // By id: "id of " and the property name.
	names   []string                    // The names that the engine has proposed.
	lookups int
	created chan string   // If not nil, receives the id of each creation ...
	goOn    chan struct{} // ... which then waits for a value here, or until it is closed.
	broken  bool          // Read fails.
}

func (s *shelf) Handshake(
	context.Context, *pulumirpc.ProviderHandshakeRequest,
) (*pulumirpc.ProviderHandshakeResponse, error) {
	return &pulumirpc.ProviderHandshakeResponse{AcceptSecrets: true, SupportsAutonamingConfiguration: true}, nil
}

func (s *shelf) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

func (s *shelf) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

func (s *shelf) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name := req.GetAutonaming().GetProposedName(); name != "" {
		s.names = append(s.names, name)
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

func (s *shelf) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	if proto.Equal(req.GetOldInputs(), req.GetNews()) {
		return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
	}
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_SOME, Diffs: []string{"note"}}, nil
}

func (s *shelf) Create(_ context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: req.GetProperties()}, nil
	}
	id := "id of " + req.GetProperties().GetFields()["name"].GetStringValue()
	if s.created != nil {
		s.created <- id
		<-s.goOn
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.things[id] = req.GetProperties()
	return &pulumirpc.CreateResponse{Id: id, Properties: req.GetProperties()}, nil
}

func (s *shelf) Update(_ context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !req.GetPreview() {
		s.things[req.GetId()] = req.GetNews()
	}
	return &pulumirpc.UpdateResponse{Properties: req.GetNews()}, nil
}

func (s *shelf) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return nil, errors.New("the shelf does not answer")
	}
	thing, ok := s.things[req.GetId()]
	if !ok {
		return &pulumirpc.ReadResponse{}, nil
	}
	return &pulumirpc.ReadResponse{Id: req.GetId(), Properties: thing, Inputs: thing}, nil
}

func (s *shelf) Delete(_ context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.things, req.GetId())
	return &emptypb.Empty{}, nil
}

func (s *shelf) Invoke(context.Context, *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lookups++
	return &pulumirpc.InvokeResponse{Return: &structpb.Struct{}}, nil
}

func (s *shelf) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// thing is the resource that the programs of these tests declare.
type thing struct{ pulumi.CustomResourceState }

func declare(ctx *pulumi.Context, name string, more pulumi.Map, opts ...pulumi.ResourceOption) error {
	inputs := pulumi.Map{"name": pulumi.String(name)}
	for key, value := range more {
		inputs[key] = value
	}
	return ctx.RegisterResource("test:index:Thing", name, inputs, &thing{}, opts...)
}

// declares returns a program that declares things with the given names.
func declares(names ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for _, name := range names {
			if err := declare(ctx, name, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// bench is an engine over a shelf.
type bench struct {
	*Engine
	*shelf
	log *bytes.Buffer
}

func newBench(tb testing.TB, p *Project, s *shelf, program pulumi.RunFunc) *bench {
	tb.Helper()
	b := &bench{shelf: s, log: &bytes.Buffer{}}
	if s.things == nil {
		s.things = map[string]*structpb.Struct{}
	}
	var err error
	b.Engine, err = New(Options{
		Project: p, Program: program, Log: b.log,
		Providers: func(string) (map[string]pulumirpc.ResourceProviderServer, error) {
			return map[string]pulumirpc.ResourceProviderServer{"test": s}, nil
		},
		Created: func(_, _ string) (string, map[string]any, error) { return "", nil, nil },
	})
	require.NoError(tb, err)
	return b
}

// up deploys without policies: they do not model things.
func (b *bench) up(t *testing.T, want Changes) {
	t.Helper()
	changes, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
	require.NoError(t, err, b.log)
	require.Equal(t, want, changes)
}

func (b *bench) unchanged(t *testing.T) {
	t.Helper()
	_, err := b.Preview(t.Context(), PreviewOptions{SkipPolicies: true, ExpectNoChanges: true})
	require.NoError(t, err, fmt.Sprint(b.log))
}
