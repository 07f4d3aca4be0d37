package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"

	"github.com/live-beats/live-beats-aws/internal/modules"
	"github.com/live-beats/live-beats-aws/internal/sandbox/awsx"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// operationTime is how far the world's clock advances between engine operations.
const operationTime = time.Minute

// Server serves the providers on loopback to engines in other processes.
type Server struct {
	world    *World
	attached []string
	servers  []*grpc.Server
	api      *http.Server
	// Endpoint is the URL of the sandbox's part of AWS's own API.
	Endpoint string
}

// sdks maps the packages served to the Go modules whose versions the engine asks for.
var sdks = map[string]string{
	"aws":    "github.com/pulumi/pulumi-aws/sdk/v6",
	"awsx":   "github.com/pulumi/pulumi-awsx/sdk/v2",
	"random": "github.com/pulumi/pulumi-random/sdk/v4",
}

// Providers returns new provider servers over the world, by package. The first use of aws in an operation lets time
// pass in the world.
func (w *World) Providers(region string) (map[string]pulumirpc.ResourceProviderServer, error) {
	engine, err := w.Engine(region)
	if err != nil {
		return nil, err
	}
	engine.Kill = w.Kill
	begin := func() error { return w.begin(engine.Scope) }
	return map[string]pulumirpc.ResourceProviderServer{
		"aws": &provider.Server{
			Package: "aws", Engine: engine, Version: version("aws"), Settings: provider.AWSSettings, Begin: begin,
		},
		"awsx":   &awsx.Server{Version: version("awsx"), AWSVersion: version("aws")},
		"random": &provider.Server{Package: "random", Engine: engine, Version: version("random")},
	}, nil
}

// Serve starts providers over the world that any engine can use, one operation after another.
func (w *World) Serve(ctx context.Context, region string) (*Server, error) {
	providers, err := w.Providers(region)
	if err != nil {
		return nil, err
	}
	s := &Server{world: w}
	if err := s.listenAPI(ctx, w.API(region)); err != nil {
		return nil, err
	}
	for name, server := range providers {
		if err := s.listen(ctx, name, server); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// begin begins an engine operation. The time since the last operation passes, and what AWS does in that time happens.
func (w *World) begin(scope provider.Scope) error {
	w.Lock()
	defer w.Unlock()
	w.Advance(operationTime)
	return errors.Join(ecs.Settle(w.World, scope), w.BeginOperation())
}

func (s *Server) listen(ctx context.Context, name string, server pulumirpc.ResourceProviderServer) error {
	listener, err := listenLoopback(ctx)
	if err != nil {
		return fmt.Errorf("serve provider %q on loopback: %w", name, err)
	}
	const maxMessage = 400 << 20 // The limit of Pulumi's own plugins.
	g := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterResourceProviderServer(g, server)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}
	s.attached = append(s.attached, name+":"+port)
	s.servers = append(s.servers, g)
	go func() { _ = g.Serve(listener) }()
	return nil
}

func (s *Server) listenAPI(ctx context.Context, handler http.Handler) error {
	listener, err := listenLoopback(ctx)
	if err != nil {
		return fmt.Errorf("serve AWS's API on loopback: %w", err)
	}
	s.api = &http.Server{Handler: handler, ReadHeaderTimeout: operationTime}
	s.Endpoint = "http://" + listener.Addr().String()
	go func() { _ = s.api.Serve(listener) }()
	return nil
}

// DebugProviders returns the value of PULUMI_DEBUG_PROVIDERS that attaches an engine: name:port pairs, separated by
// commas.
func (s *Server) DebugProviders() string { return strings.Join(s.attached, ",") }

// Close stops the providers and writes the world.
func (s *Server) Close() error {
	for _, server := range s.servers {
		server.Stop()
	}
	closed := s.api.Close()
	s.world.Lock()
	defer s.world.Unlock()
	return errors.Join(closed, s.world.Flush())
}

// version returns the version of the SDK that this program is built with, so that the engine accepts the provider. A
// binary built without the SDK, such as a test, asks for no particular version.
func version(name string) string { return cmp.Or(modules.Version(sdks[name]), "999.0.0") }
