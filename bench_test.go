package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// BenchmarkPreview takes previews of a first deployment through one engine: of an empty program, which is the engine's
// own time, of staging, and of staging with its proofs. Compare within one run: go test -run '^$' -bench Preview .
func BenchmarkPreview(b *testing.B) {
	pack := filepath.Join(b.TempDir(), "live-beats")
	out, err := exec.CommandContext(b.Context(), "go", "build", "-o", pack, ".").CombinedOutput()
	require.NoError(b, err, string(out))
	for _, bench := range []struct {
		name, pack string
		program    pulumi.RunFunc
	}{
		{"empty", "", func(*pulumi.Context) error { return nil }},
		{"staging", "", deploy},
		{"staging-proven", pack, deploy},
	} {
		b.Run(bench.name, func(b *testing.B) {
			engine := benchEngine(b, bench.program, bench.pack)
			for b.Loop() {
				_, err := engine.Preview(b.Context(), driver.PreviewOptions{})
				require.NoError(b, err)
			}
		})
	}
}

func benchEngine(b *testing.B, program pulumi.RunFunc, pack string) *driver.Engine {
	b.Helper()
	dir := b.TempDir()
	require.NoError(b, os.Mkdir(filepath.Join(dir, "tools"), 0o700))
	for _, name := range []string{"Pulumi.yaml", "Pulumi.staging.yaml", "tools/go.mod", "tools/go.sum"} {
		data, err := os.ReadFile(name)
		require.NoError(b, err)
		require.NoError(b, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	project, err := driver.Load(dir, "staging", nil)
	require.NoError(b, err)
	world, err := sandbox.Open(project.Sandbox())
	require.NoError(b, err)
	engine, err := driver.New(b.Context(), driver.Options{
		Project: project, Program: program, PolicyPack: pack, Created: world.Created, Log: io.Discard,
		Serve: func(ctx context.Context, region string) (driver.Attached, error) { return world.Serve(ctx, region) },
	})
	require.NoError(b, err)
	return engine
}
