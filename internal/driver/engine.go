package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/display"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/util/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/result"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Options configure an Engine. All are required except API, Attach, Terminal and Color, and either Program or Language.
type Options struct {
	Project *Project
	Program pulumi.RunFunc
	// Language runs a program in another language, in place of Program. engine is the address of the engine's own server.
	Language func(engine string) pulumirpc.LanguageRuntimeServer
	// Providers creates new provider servers for one operation, by package name.
	Providers func(region string) (map[string]pulumirpc.ResourceProviderServer, error)
	// API answers the program's own requests to AWS in a region. nil refuses them.
	API func(region string) http.Handler
	// Attach are loopback ports of providers in another process, by package name. They take precedence over Providers.
	Attach map[string]int
	// Created returns the id and the outputs, without secrets, of the resource that the last creation of a URN created.
	// Both are empty if that resource does not exist.
	Created  func(region, urn string) (id string, outputs map[string]any, err error)
	Log      io.Writer // Receives the engine's progress and diagnostics.
	Terminal bool      // Whether Log is an *os.File on a terminal: it then shows a live tree of resources.
	Color    bool      // Whether Log shows colours.
}

// Engine runs Pulumi's operations on one stack. The caller holds the Lock of the project's sandbox.
type Engine struct {
	Options
	state *store
}

// New prepares the sandbox directory. It also removes all PULUMI_ variables from this process's environment, because
// the engine would read some of them. Errors: a directory that cannot be written.
func New(options Options) (*Engine, error) {
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "PULUMI_") {
			_ = os.Unsetenv(name)
		}
	}
	e := &Engine{Options: options}
	passphrase, err := workdir(e.Project.Sandbox()).prepare()
	if err != nil {
		return nil, err
	}
	e.state = newStore(workdir(e.Project.Sandbox()), e.Project.Name(), e.Project.Stack, passphrase)
	if e.Terminal {
		rememberTerminal(e.Log)
	}
	return e, e.state.takeOver()
}

// operation is one use of the engine, of one or more steps. Its providers run from the first step to the last, and the
// result of a look-up in one step is reused in the next.
type operation struct {
	*Engine
	plugins  *plugins
	snapshot *deploy.Snapshot
}

// run runs f as one operation, after it has settled the pending operations of a killed run.
func (e *Engine) run(ctx context.Context, verb string, f func(*operation) error) (err error) {
	plugins, err := newPlugins(e.Options)
	if err != nil {
		return fmt.Errorf("start providers: %w", err)
	}
	defer func() { err = errors.Join(err, plugins.Close()) }()
	op := &operation{Engine: e, plugins: plugins}
	if err := e.state.compact(); err != nil { // The journal that a killed run left.
		return fmt.Errorf("%s stack %q: %w", verb, e.Project.Stack, err)
	}
	if op.snapshot, err = e.state.load(ctx); err != nil {
		return fmt.Errorf("%s stack %q: %w", verb, e.Project.Stack, err)
	}
	if err := op.recover(ctx); err != nil {
		return fmt.Errorf("recover stack %q: %w", e.Project.Stack, err)
	}
	err = f(op)
	var unsaved *unsavedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &unsaved): // The messages below would say that all finished steps are recorded.
		return fmt.Errorf("%s stack %q: %w", verb, e.Project.Stack, unsaved)
	case ctx.Err() != nil:
		return fmt.Errorf("%s stack %q: interrupted: all finished steps are recorded; run again to continue",
			verb, e.Project.Stack)
	case result.IsBail(err): // The engine has shown its messages.
		return fmt.Errorf("%s stack %q: failed: the engine's messages above say why", verb, e.Project.Stack)
	default:
		return fmt.Errorf("%s stack %q: %w", verb, e.Project.Stack, err)
	}
}

// unsavedError reports that the state could not be saved, so it lacks some of the finished steps.
type unsavedError struct{ error }

func (e *unsavedError) Error() string {
	return fmt.Sprintf("save state: %v; make the directory writable, or free some space, and run again: the next run "+
		"first settles the operations that are not recorded", e.error)
}

func (e *unsavedError) Unwrap() error { return e.error }

// step is one call of the engine.
type step struct {
	kind    apitype.UpdateKind
	dryRun  bool
	targets []resource.URN // Empty: every resource.
	imports []deploy.Import
	policy  *policies // Evaluates the plan; nil for no policies.
	view    view
}

// violation is one violation of a policy by a plan.
type violation struct {
	policy, text string
	mandatory    bool
}

// parallelism is how many resources per processor the engine works on at a time: the default of Pulumi's CLI.
const parallelism = 4

// do makes one call of the engine and shows its progress. When ctx is canceled, the engine finishes the operations in
// progress and starts no more.
func (o *operation) do(ctx context.Context, s step) (changes Changes, found []violation, err error) {
	secrets, err := o.state.secretsManager()
	if err != nil {
		return nil, nil, err
	}
	canceled, source := cancel.NewContext(context.WithoutCancel(ctx))
	call := &engine.Context{
		Cancel: canceled, BackendClient: references{o.state},
		SnapshotManagerCapabilities: engine.SnapshotManagerCapabilities{StateMigrations: true},
	}
	if !s.dryRun {
		manager, err := engine.NewJournalSnapshotManagerWithVersion(
			o.state, o.snapshot, secrets, apitype.LatestJournalVersion)
		if err != nil {
			return nil, nil, err
		}
		call.SnapshotManager = manager
	}
	events := o.show(s)
	defer events.interruptible(ctx, source.Cancel)()
	call.Events = events.sink
	changes, err = o.call(call, s)
	events.close()
	source.Terminate() // The call has ended: the engine closes its host.
	if !s.dryRun {
		if closed := call.SnapshotManager.Close(); closed != nil {
			err = errors.Join(err, &unsavedError{closed})
		}
	}
	for _, v := range events.violations {
		found = append(found, violation{
			policy: v.PolicyName, text: colors.Never.Colorize(v.Message), mandatory: v.EnforcementLevel == apitype.Mandatory,
		})
	}
	return changes, found, err
}

func (o *operation) call(ctx *engine.Context, s step) (Changes, error) {
	root := engine.UpdateInfo{
		Root: o.Project.Dir, Project: o.Project.settings,
		Target: &deploy.Target{
			Name: tokens.MustParseStackName(o.Project.Stack), Organization: tokens.Name(o.Project.Organization),
			Config: o.Project.config, Decrypter: config.NopDecrypter, Snapshot: o.snapshot,
		},
	}
	options := engine.UpdateOptions{
		ParallelDiff: true, Parallel: int32(parallelism * runtime.GOMAXPROCS(0)), //nolint:gosec // A few processors.
		SkipPluginPreInstall: true, HostFactory: o.plugins.host(s.policy), Targets: deploy.NewUrnTargetsFromUrns(s.targets),
		Autonamer: o.Project.autonamer,
	}
	if s.policy != nil {
		options.LocalPolicyPacks = engine.MakeLocalPolicyPacks([]string{s.policy.path()}, nil)
	}
	var changes display.ResourceChanges
	var err error
	switch s.kind {
	case apitype.RefreshUpdate:
		_, changes, err = engine.Refresh(root, ctx, options, s.dryRun)
	case apitype.DestroyUpdate:
		_, changes, err = engine.Destroy(root, ctx, options, s.dryRun)
	case apitype.ResourceImportUpdate:
		_, changes, err = engine.Import(root, ctx, options, s.imports, s.dryRun)
	default:
		_, changes, err = engine.Update(root, ctx, options, s.dryRun)
	}
	counts := Changes{}
	for op, n := range changes {
		counts[string(op)] = n
	}
	return counts, err
}
