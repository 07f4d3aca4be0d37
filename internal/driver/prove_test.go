package driver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// fakeCLI does nothing well, but a preview: it says something and fails before it opens its stream of events.
type fakeCLI struct{ says string }

func (fakeCLI) Version() semver.Version { return minimumCLI }

func (f fakeCLI) Run(
	_ context.Context, _ string, _ io.Reader, stdouts, _ []io.Writer, _ []string, args ...string,
) (string, string, int, error) {
	if args[0] != previewVerb {
		return "", "", 0, nil
	}
	for _, w := range stdouts {
		if _, err := io.WriteString(w, f.says); err != nil {
			return "", "", 1, err
		}
	}
	return "", "", 1, errors.New("exit status 1")
}

type noProviders struct{}

func (noProviders) DebugProviders() string { return "" }
func (noProviders) Close() error           { return nil }

func fakeEngine(t *testing.T, says string) (*Engine, *bytes.Buffer) {
	t.Helper()
	p := load(t, newProject(t, stagingFile))
	require.NoError(t, workdir(p.Sandbox()).prepare(p))
	var log bytes.Buffer
	return &Engine{
		log: &syncWriter{w: &log}, dir: workdir(p.Sandbox()), cli: fakeCLI{says},
		Options: Options{
			Project: p, PolicyPack: "pack",
			Program: func(*pulumi.Context) error { return nil },
			Serve:   func(context.Context, string) (Attached, error) { return noProviders{}, nil },
		},
	}, &log
}

// TestPreviewThatNeverBegan comes to an end: a lost passphrase, or an interrupt while the CLI starts.
func TestPreviewThatNeverBegan(t *testing.T) {
	t.Parallel()
	e, _ := fakeEngine(t, "error: incorrect passphrase")
	done := make(chan error, 1)
	go func() {
		_, err := e.Preview(t.Context(), PreviewOptions{})
		done <- err
	}()
	select {
	case err := <-done:
		require.EqualError(t, err, `preview stack "staging": failed: the engine's messages above say why`)
	case <-time.After(time.Minute):
		require.Fail(t, "the preview does not end")
	}
}

// TestProtectedAdvice is for who is refused for protection, not for whoever has something protected.
func TestProtectedAdvice(t *testing.T) {
	t.Parallel()
	const advice = "nothing was changed; to delete or replace what is protected, set live-beats:protect to false, run up, " +
		"and then make the change\n"
	tests := map[string]struct{ says, want string }{
		"protected": {"because it is protected. To unprotect the resource, either remove\n", advice},
		"other":     {"error: BadRequest\n", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, log := fakeEngine(t, test.says)
			state := `{"checkpoint": {"latest": {"resources": [{"urn": "` + urn + `", "protect": true}]}}}`
			require.NoError(t, os.MkdirAll(filepath.Dir(statePath(e.Project)), 0o700))
			require.NoError(t, os.WriteFile(statePath(e.Project), []byte(state), 0o600))
			require.Error(t, e.Rehearse(t.Context(), true))
			require.Equal(t, test.says+test.want, log.String())
		})
	}
}
