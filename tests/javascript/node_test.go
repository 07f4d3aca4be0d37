//go:build javascript

package javascript

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// logged is the exit code of the SDK's runner after it has sent the error to the engine.
// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/index.ts
const logged = 32

// node runs a program in this directory with the SDK's own runner, as Pulumi's language host for Node does.
// https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
type node struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	program string    // Its file.
	engine  string    // The engine's address.
	output  io.Writer // Of the program.
}

// GetPluginInfo returns an empty answer.
func (node) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{}, nil
}

// GetRequiredPackages returns none: the SDKs request their providers themselves.
func (node) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program to its end.
func (n node) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	values, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	args := []string{
		filepath.Join(dir, "node_modules", "@pulumi", "pulumi", "cmd", "run"),
		"--monitor", req.GetMonitorAddress(), "--engine", n.engine,
		"--organization", req.GetOrganization(), "--project", req.GetProject(), "--stack", req.GetStack(),
		"--root-directory", req.GetInfo().GetRootDirectory(), "--pwd", dir,
		"--parallel", strconv.Itoa(int(req.GetParallel())),
	}
	if req.GetDryRun() {
		args = append(args, "--dry-run")
	}
	cmd := exec.CommandContext(ctx, "node", append(args, filepath.Join(dir, n.program))...)
	cmd.Env = append(os.Environ(), "PULUMI_CONFIG="+string(values), "PULUMI_CONFIG_SECRET_KEYS="+string(secrets))
	cmd.Stdout, cmd.Stderr = n.output, n.output
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == logged:
		return &pulumirpc.RunResponse{Bail: true}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("run the program: %v", err)}, nil
	}
}
