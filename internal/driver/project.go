// Package driver runs the project's Pulumi program with the real engine, against providers that the caller supplies.
//
// The engine is linked into this program, and only this package uses it. An operation starts no process and listens on
// no port except the engine's own. Only ServiceArn, which reads a stack on AWS, runs the user's own pulumi. The state
// is kept under .sandbox/, where one run at a time holds the lock. The project's own files are read, never written.
package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/cmd/pulumi/autonaming"
	resourceautonaming "github.com/pulumi/pulumi/pkg/v3/resource/autonaming"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/live-beats/live-beats-aws/internal/awsclient"
	stackconfig "github.com/live-beats/live-beats-aws/internal/config"
)

const projectFile = "Pulumi.yaml"

// Project is a Pulumi project with the config of one of its stacks, as read from its files.
type Project struct {
	Dir   string   // Holds Pulumi.yaml; absolute.
	Stack string   // The stack's name, without organization or project.
	Notes []string // Messages for the user: where the sandbox differs from the files.
	// Organization is the one that the stack's name has, or the one that Pulumi uses in its file backend.
	Organization string

	settings  *workspace.Project
	config    config.Map
	autonamer resourceautonaming.Autonamer // From pulumi:autonaming; nil leaves generated names to the providers.
}

// Load finds the project in dir or in its nearest parent directory that has one, and reads the stack's config. Each
// override is KEY=VALUE and replaces the value from the files for this run. A dotted key sets a field of an object. A
// key without a namespace gets the project's. A value that is a JSON list or object is read as one.
func Load(dir, stack string, overrides []string) (*Project, error) {
	dir, err := Find(dir)
	if err != nil {
		return nil, err
	}
	settings, err := workspace.LoadProject(filepath.Join(dir, projectFile))
	if err != nil {
		return nil, fmt.Errorf("read project: %w", err)
	}
	p := &Project{Dir: dir, settings: settings}
	if err := p.name(stack); err != nil {
		return nil, err
	}
	if err := p.loadStack(); err != nil {
		return nil, err
	}
	if err := p.hideEncrypted(); err != nil {
		return nil, err
	}
	if err := override(p.config, p.Name(), overrides); err != nil {
		return nil, err
	}
	p.autonamer, err = autonaming.ParseAutonamingConfig(autonaming.StackContext{
		Organization: p.Organization, Project: p.Name(), Stack: p.Stack,
	}, p.config, config.NopDecrypter)
	if err != nil {
		return nil, fmt.Errorf("read config pulumi:autonaming: %w", err)
	}
	return p, nil
}

// Name is the project's name, which is also the namespace of its config.
func (p *Project) Name() string { return p.settings.Name.String() }

// Sandbox is the directory that holds everything a run writes.
func (p *Project) Sandbox() string { return filepath.Join(p.Dir, ".sandbox") }

// Region is the value of aws:region, empty when the stack has none.
func (p *Project) Region() string { return p.Values()["aws:region"] }

// Values is the stack's config as Pulumi passes it to a program: full keys; lists and objects as JSON.
func (p *Project) Values() map[string]string {
	values := make(map[string]string, len(p.config))
	for key, value := range p.config {
		text, err := value.Value(config.NopDecrypter)
		if err != nil {
			continue // Only a decrypter fails, and Load has replaced all encrypted values.
		}
		values[key.String()] = text
	}
	return values
}

// Validate checks the stack's config by the program's own rules, before anything is started.
func (p *Project) Validate() error {
	_, err := stackconfig.Parse(p.Stack, p.Values(), p.encrypted()...)
	return err
}

// Find returns the directory of the project: dir, or its nearest parent directory with a Pulumi.yaml.
func Find(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find project: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, projectFile)); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find project: no %s in %q or above it: run in the project's directory", projectFile, start)
		}
	}
}

// name sets the stack's name and organization from STACK, ORGANIZATION/STACK or ORGANIZATION/PROJECT/STACK, as the CLI
// reads them.
func (p *Project) name(qualified string) error {
	p.Organization, p.Stack = organization, qualified
	parts := strings.Split(qualified, "/")
	invalid := func(part string) bool {
		_, err := tokens.ParseStackName(part)
		return err != nil || strings.Trim(part, ".") == ""
	}
	switch last := len(parts) - 1; {
	case slices.ContainsFunc(parts, invalid): // The error that follows says why.
	case last == 2 && parts[1] != p.Name():
		return fmt.Errorf("read stack %q: the project is %q, not %q", qualified, p.Name(), parts[1])
	case last == 1 || last == 2:
		p.Organization, p.Stack = parts[0], parts[last]
	}
	return nil
}

func (p *Project) loadStack() error {
	if _, err := tokens.ParseStackName(p.Stack); err != nil {
		return fmt.Errorf("read stack %q: %w", p.Stack, err)
	}
	path := p.stackFile(filepath.Join(p.Dir, p.settings.StackConfigDir))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read stack %q: no %s in %q: its stacks are %s",
			p.Stack, filepath.Base(path), p.Dir, strings.Join(p.stacks(), ", "))
	}
	settings, err := workspace.LoadProjectStack(nil, p.settings, path)
	if err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	p.config = settings.Config
	if settings.Environment != nil {
		p.Notes = append(p.Notes, "Pulumi ESC environments are not read in the sandbox")
	}
	return nil
}

func (p *Project) stackFile(dir string) string {
	return filepath.Join(dir, "Pulumi."+p.Stack+".yaml")
}

func (p *Project) stacks() []string {
	files, _ := fs.Glob(os.DirFS(filepath.Join(p.Dir, p.settings.StackConfigDir)), "Pulumi.*.yaml")
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(file, "Pulumi."), ".yaml")
	}
	if len(names) == 0 {
		return []string{"none"}
	}
	return names
}

// languageRuntime runs the program in this process. Pulumi's language host for Go runs it in a separate process.
type languageRuntime struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	program   pulumi.RunFunc
	transport http.RoundTripper // To AWS.
	engine    string            // Its address.
}

// GetPluginInfo returns an empty answer.
func (*languageRuntime) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// GetRequiredPackages returns none: the SDKs that the program is built with request their providers themselves.
func (*languageRuntime) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program to its end. An error or a panic of the program is returned in the response.
func (r *languageRuntime) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	ctx = awsclient.WithTransport(ctx, r.transport)
	program, err := pulumi.NewContext(
		stackconfig.WithValues(ctx, req.GetConfig(), req.GetConfigSecretKeys()),
		pulumi.RunInfo{
			RootDirectory: req.GetInfo().GetRootDirectory(),
			Project:       req.GetProject(), Stack: req.GetStack(), Organization: req.GetOrganization(),
			Config: req.GetConfig(), ConfigSecretKeys: req.GetConfigSecretKeys(),
			Parallel: req.GetParallel(), DryRun: req.GetDryRun(),
			MonitorAddr: req.GetMonitorAddress(), EngineAddr: r.engine,
		})
	if err != nil {
		return nil, err
	}
	defer func() { _ = program.Close() }()
	if err := r.run(program); err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

func (r *languageRuntime) run(program *pulumi.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the program panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return pulumi.RunWithContext(program, r.program)
}
