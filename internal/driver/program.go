package driver

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	stackconfig "github.com/live-beats/live-beats-aws/internal/config"
)

// languageRuntime runs the program in this process, as Pulumi's language host for Go runs it in one of its own.
type languageRuntime struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	program pulumi.RunFunc
	engine  string // Its address.
}

// GetPluginInfo has nothing to tell.
func (*languageRuntime) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// GetRequiredPackages names none: the SDKs that the program is built with ask for their providers themselves.
func (*languageRuntime) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program to its end. Its error and its panic are part of the answer.
func (r *languageRuntime) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
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
