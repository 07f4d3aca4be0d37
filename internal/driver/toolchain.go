package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"golang.org/x/mod/modfile"
)

const cliModule = "github.com/pulumi/pulumi/pkg/v3"

// minimumCLI is the first CLI that takes an executable file for a policy pack. Pulumi.yaml requires it too.
var minimumCLI = semver.MustParse("3.255.0")

// toolchain finds the Pulumi CLI.
type toolchain struct {
	tools string // The module that pins the CLI.
	cache string // Where built CLIs are kept, one directory per version.
	log   io.Writer
}

func newToolchain(p *Project, log io.Writer) (*toolchain, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find cache directory for the Pulumi CLI: %w: set HOME", err)
	}
	tools := filepath.Join(p.Dir, "tools")
	return &toolchain{tools: tools, cache: filepath.Join(cache, "live-beats"), log: log}, nil
}

// find returns the CLI that an earlier run built, else a suitable one on PATH, else one that it builds now.
func (t *toolchain) find(ctx context.Context) (auto.PulumiCommand, error) {
	version, pinErr := t.pinned()
	root := filepath.Join(t.cache, "pulumi-"+version)
	if pinErr == nil {
		if cli, err := command(root); err == nil {
			return cli, nil
		}
	}
	if cli, err := command(""); err == nil {
		fmt.Fprintf(t.log, "engine: pulumi %s from PATH\n", cli.Version())
		return cli, nil
	}
	if pinErr != nil {
		return nil, pinErr
	}
	if err := t.build(ctx, version, root); err != nil {
		return nil, err
	}
	cli, err := command(root)
	if err != nil {
		return nil, fmt.Errorf("run the Pulumi CLI in %q: %w: remove that directory and run again", root, err)
	}
	return cli, nil
}

// command is the CLI in root/bin, or the one on PATH without a root. It fails for a CLI that is too old or too new.
func command(root string) (auto.PulumiCommand, error) {
	cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: root, Version: minimumCLI})
	if err != nil {
		return nil, err
	}
	path := "pulumi"
	if root != "" {
		path = filepath.Join(root, "bin", path)
	}
	return &process{PulumiCommand: cli, path: path}, nil
}

// pinned is the version of the CLI that the tools module requires, such as v3.259.0.
func (t *toolchain) pinned() (string, error) {
	path := filepath.Join(t.tools, "go.mod")
	data, err := os.ReadFile(path) //nolint:gosec // The project's own go.mod.
	if err != nil {
		return "", fmt.Errorf("read the Pulumi CLI's version: %w", err)
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return "", fmt.Errorf("read the Pulumi CLI's version: %w", err)
	}
	for _, require := range file.Require {
		if require.Mod.Path == cliModule {
			return require.Mod.Version, nil
		}
	}
	return "", errors.New("read the Pulumi CLI's version: " + path + " does not require " + cliModule)
}
