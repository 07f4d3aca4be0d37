package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Attached are provider servers that the engine is to use in place of plugins.
type Attached interface {
	// DebugProviders is the value of PULUMI_DEBUG_PROVIDERS: name:port, separated by commas.
	DebugProviders() string
	Close() error
}

// Options are what an Engine works with. All are required but PolicyPack.
type Options struct {
	Project *Project
	Program pulumi.RunFunc
	// Serve starts fresh providers for one engine operation: the engine cancels the ones that it has used.
	Serve func(ctx context.Context, region string) (Attached, error)
	// Created is what the last creation of a URN made: its id, and its outputs without secrets. Both are empty when
	// nothing is there.
	Created func(region, urn string) (id string, outputs map[string]any, err error)
	// PolicyPack is the file of the executable that proves at preview that the stack will work; empty for none.
	PolicyPack string
	Log        io.Writer // Takes the engine's progress and diagnostics.
	Color      bool      // Whether Log shows colours.
}

// EnvPolicyPack is set in the environment of the engine, and so of the policy pack that it starts.
const EnvPolicyPack = "LIVE_BEATS_POLICY_PACK"

// Engine runs Pulumi's verbs on one stack. Its caller holds the Lock of the project's sandbox.
type Engine struct {
	Options
	log *syncWriter
	dir workdir
	cli auto.PulumiCommand
}

// New prepares the sandbox directory, then finds or builds the Pulumi CLI.
func New(ctx context.Context, options Options) (*Engine, error) {
	e := &Engine{Options: options, log: &syncWriter{w: options.Log}, dir: workdir(options.Project.Sandbox())}
	if err := e.dir.prepare(e.Project); err != nil {
		return nil, err
	}
	tools, err := newToolchain(e.Project, e.log)
	if err != nil {
		return nil, err
	}
	err = isolated(map[string]string{"PULUMI_HOME": e.dir.home()}, func() (err error) {
		e.cli, err = tools.find(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// run makes one engine operation out of op, with fresh providers and without what a killed run left undecided.
func (e *Engine) run(ctx context.Context, verb string, op func(*auto.Stack) error) (err error) {
	// The engine finishes what it has begun when ctx ends, for which it needs its providers.
	server, err := e.Serve(context.WithoutCancel(ctx), e.Project.Region())
	if err != nil {
		return fmt.Errorf("start providers: %w", err)
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	values, err := json.Marshal(e.Project.Values())
	if err != nil {
		return fmt.Errorf("encode config: %w", err)
	}
	// Pulumi's language host sets this for a program too: it is how a program lists its config.
	return isolated(map[string]string{pulumi.EnvConfig: string(values)}, func() error {
		stack, err := e.stack(ctx, verb, server.DebugProviders())
		if err != nil {
			return err
		}
		if err := e.recover(ctx, stack); err != nil {
			return err
		}
		before := e.log.written()
		err = op(stack)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrRefuted):
			return fmt.Errorf("%s stack %q: %w", verb, stack.Name(), err)
		case ctx.Err() != nil:
			return fmt.Errorf("%s stack %q: interrupted: what was done is recorded, run again to go on", verb, stack.Name())
		case e.log.written() > before:
			// The error would repeat everything that was streamed.
			return fmt.Errorf("%s stack %q: failed: the engine's messages above say why", verb, stack.Name())
		default:
			return fmt.Errorf("%s stack %q: %w", verb, stack.Name(), err)
		}
	})
}

func (e *Engine) stack(ctx context.Context, verb, providers string) (*auto.Stack, error) {
	if err := e.removeLocks(); err != nil {
		return nil, err
	}
	stack, err := auto.UpsertStackInlineSource(ctx, e.Project.Stack, e.Project.Name(), e.Program,
		auto.WorkDir(e.dir.project()),
		auto.Pulumi(&shortcuts{PulumiCommand: e.cli, project: e.Project, outputs: verb == outputVerb}),
		auto.PulumiHome(e.dir.home()),
		auto.SecretsProvider("passphrase"),
		auto.EnvVars(map[string]string{
			EnvPolicyPack:                                   "true",
			"PULUMI_BACKEND_URL":                            (&url.URL{Scheme: "file", Path: e.dir.state()}).String(),
			"PULUMI_CONFIG_PASSPHRASE_FILE":                 e.dir.passphrase(),
			"PULUMI_DEBUG_PROVIDERS":                        providers,
			"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION":   "true",
			"PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
			"PULUMI_IGNORE_AMBIENT_PLUGINS":                 "true",
			"PULUMI_SKIP_UPDATE_CHECK":                      "true",
		}))
	if err != nil {
		return nil, fmt.Errorf("open stack %q: %w", e.Project.Stack, err)
	}
	return &stack, nil
}

func (e *Engine) color() string {
	if e.Color {
		return "always"
	}
	return "never"
}
