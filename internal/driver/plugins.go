package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/host"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/env"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// plugins serves the engine what it would otherwise start as plugin processes: the providers and the program. They run
// in this process and listen on no port.
type plugins struct {
	servers   []*grpc.Server
	conns     []*grpc.ClientConn
	providers map[string]*grpc.ClientConn // By package.
	language  func(engine string) pulumirpc.LanguageRuntimeServer
	api       *http.Server
	transport *http.Transport // Reaches api.
	lookups   *lookups
}

const buffer = 1 << 20 // Of a connection within this process.

func newPlugins(o Options) (*plugins, error) {
	p := &plugins{
		providers: map[string]*grpc.ClientConn{}, language: o.Language,
		lookups: &lookups{answers: map[string]plugin.InvokeResponse{}},
	}
	p.serveAPI(o)
	if p.language == nil {
		p.language = func(engine string) pulumirpc.LanguageRuntimeServer {
			return &languageRuntime{program: o.Program, transport: p.transport, engine: engine}
		}
	}
	servers, err := o.Providers(o.Project.Region())
	if err != nil {
		return nil, err
	}
	for name, server := range servers {
		conn, err := p.serve(func(g *grpc.Server) { pulumirpc.RegisterResourceProviderServer(g, server) })
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		p.providers[name] = conn
	}
	for name, port := range o.Attach {
		conn, err := p.dial("127.0.0.1:"+strconv.Itoa(port), (&net.Dialer{}).DialContext)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		p.providers[name] = conn
	}
	return p, nil
}

func (p *plugins) dial(
	address string, dialer func(context.Context, string, string) (net.Conn, error),
) (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithContextDialer(func(ctx context.Context, to string) (net.Conn, error) { return dialer(ctx, "tcp", to) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()), rpcutil.GrpcChannelOptions())
	if err == nil {
		p.conns = append(p.conns, conn)
	}
	return conn, err
}

// serve starts a server in this process and returns a connection to it.
func (p *plugins) serve(register func(*grpc.Server)) (*grpc.ClientConn, error) {
	const maxMessage = 400 << 20 // Messages as large as Pulumi's own plugins accept.
	listener := bufconn.Listen(buffer)
	g := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	register(g)
	p.servers = append(p.servers, g)
	go func() { _ = g.Serve(listener) }()
	return p.dial("in-process", func(ctx context.Context, _, _ string) (net.Conn, error) {
		return listener.DialContext(ctx)
	})
}

// serveAPI starts the server for the program's own requests to AWS, whatever their host.
func (p *plugins) serveAPI(o Options) {
	handler := http.NotFoundHandler()
	if o.API != nil {
		handler = o.API(o.Project.Region())
	}
	listener := bufconn.Listen(buffer)
	p.api = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return listener.DialContext(ctx) }
	p.transport = &http.Transport{DialContext: dial, DialTLSContext: dial}
	go func() { _ = p.api.Serve(listener) }()
}

// Close closes the connections and stops the servers.
func (p *plugins) Close() error {
	problems := []error{p.api.Close()}
	for _, conn := range p.conns {
		problems = append(problems, conn.Close())
	}
	for _, server := range p.servers {
		server.Stop()
	}
	return errors.Join(problems...)
}

// host returns a factory of the plugin host for one call of the engine.
func (p *plugins) host(policy *policies) engine.HostFactory {
	return func(ctx context.Context, d, status diag.Sink, debug plugin.DebugContext) (plugin.Host, error) {
		base, err := host.New(ctx, d, status, debug, nil, nil, nil, nil)
		if err != nil {
			return nil, err
		}
		return &pluginHost{Host: base, plugins: p, policy: policy}, nil
	}
}

// pluginHost is Pulumi's own host, except that providers, program and policies run in this process. It starts at most
// one process: a policy pack that is an executable.
type pluginHost struct {
	plugin.Host
	plugins *plugins
	policy  *policies
}

// Provider connects to the provider of a package. Errors: a package without a provider, or one of too old a version.
func (h *pluginHost) Provider(
	ctx *plugin.Context, d workspace.PluginDescriptor, _ env.Env,
) (plugin.Provider, error) {
	conn := h.plugins.providers[d.Name]
	if conn == nil {
		return nil, fmt.Errorf("the program uses the package %q, which the sandbox does not have: it has %s",
			d.Name, strings.Join(slices.Sorted(maps.Keys(h.plugins.providers)), ", "))
	}
	p := plugin.NewProviderWithClient(ctx, pulumirpc.NewResourceProviderClient(conn), false)
	if _, err := p.Handshake(ctx.Request(), plugin.ProviderHandshakeRequest{
		EngineAddress: h.ServerAddr(), ConfigureWithUrn: true, InvokeWithPreview: true,
	}); err != nil {
		return nil, err
	}
	info, err := p.GetPluginInfo(ctx.Request())
	if err != nil {
		return nil, err
	}
	if d.Version != nil && info.Version != nil && info.Version.LT(*d.Version) {
		return nil, fmt.Errorf("the program requires version %s of the package %q, but the sandbox has version %s",
			d.Version, d.Name, info.Version)
	}
	return &provider{Provider: p, lookups: h.plugins.lookups}, nil
}

// PolicyAnalyzer returns the policies of this program, or of the executable that replaces them.
func (h *pluginHost) PolicyAnalyzer(
	ctx *plugin.Context, name tokens.QName, path string, opts *plugin.PolicyAnalyzerOptions,
) (plugin.Analyzer, error) {
	if h.policy.executable != "" {
		return h.Host.PolicyAnalyzer(ctx, name, path, opts)
	}
	return h.policy.analyzer(opts)
}

// LanguageRuntime runs the program.
func (h *pluginHost) LanguageRuntime(_ *plugin.Context, name string) (plugin.LanguageRuntime, error) {
	conn, err := h.plugins.serve(func(g *grpc.Server) {
		pulumirpc.RegisterLanguageRuntimeServer(g, h.plugins.language(h.ServerAddr()))
	})
	if err != nil {
		return nil, err
	}
	return plugin.NewLanguageRuntimeClient(name, pulumirpc.NewLanguageRuntimeClient(conn)), nil
}

// provider caches look-ups: a result from the plan is reused in the update until the update changes a resource.
type provider struct {
	plugin.Provider
	lookups *lookups
}

type lookups struct {
	sync.Mutex
	answers map[string]plugin.InvokeResponse
}

// Invoke returns the result of a look-up, from the cache if possible.
func (p *provider) Invoke(ctx context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	args, err := json.Marshal(resource.ToResourcePropertyMap(req.Args).Mappable())
	if err != nil {
		return plugin.InvokeResponse{}, fmt.Errorf("look up %s: %w", req.Tok, err)
	}
	key := string(req.Tok) + string(args)
	p.lookups.Lock()
	answer, known := p.lookups.answers[key]
	p.lookups.Unlock()
	if known {
		return answer, nil
	}
	answer, err = p.Provider.Invoke(ctx, req)
	if err == nil && len(answer.Failures) == 0 {
		p.lookups.Lock()
		p.lookups.answers[key] = answer
		p.lookups.Unlock()
	}
	return answer, err
}

func (p *provider) clearLookups() {
	p.lookups.Lock()
	defer p.lookups.Unlock()
	clear(p.lookups.answers)
}

// Create creates a resource, and clears the cached look-ups.
func (p *provider) Create(ctx context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	if !req.Preview {
		defer p.clearLookups()
	}
	return p.Provider.Create(ctx, req)
}

// Update changes a resource, and clears the cached look-ups.
func (p *provider) Update(ctx context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	if !req.Preview {
		defer p.clearLookups()
	}
	return p.Provider.Update(ctx, req)
}

// Delete deletes a resource, and clears the cached look-ups.
func (p *provider) Delete(ctx context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	defer p.clearLookups()
	return p.Provider.Delete(ctx, req)
}
