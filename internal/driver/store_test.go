package driver

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// TestSecrets: secrets are encrypted in the state, and masked unless requested. An official CLI with the passphrase can
// read them.
func TestSecrets(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	b := newBench(t, p, &shelf{}, func(ctx *pulumi.Context) error {
		secret := pulumi.ToSecret(pulumi.String("hush"))
		ctx.Export("token", secret)
		return declare(ctx, "a", pulumi.Map{"note": secret})
	})
	b.up(t, Changes{"create": 2})
	before := read(t, statePath(p))
	require.NotContains(t, before, "hush")
	require.NotContains(t, b.log.String(), "hush")
	b.unchanged(t)
	state, err := ReadState(p)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"token": "[secret]"}, state.Outputs())
	outputs, err := b.Outputs(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]any{"token": "hush"}, outputs)

	var file apitype.UntypedDeployment
	require.NoError(t, json.Unmarshal([]byte(before), &file))
	snapshot, err := stack.DeserializeUntypedDeployment(t.Context(), &file, officialCLI(read(t, p.Sandbox(), "passphrase")))
	require.NoError(t, err)
	require.Equal(t, "hush", snapshot.Resources[len(snapshot.Resources)-1].Inputs["note"].SecretValue().Element.StringValue())
	info, err := os.Stat(statePath(p))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

// officialCLI decrypts secrets with a passphrase, as Pulumi's CLI does.
type officialCLI string

func (phrase officialCLI) OfType(_ context.Context, _ string, state json.RawMessage) (secrets.Manager, error) {
	var salted struct{ Salt string }
	if err := json.Unmarshal(state, &salted); err != nil {
		return nil, err
	}
	return passphrase.GetPassphraseSecretsManager(string(phrase), salted.Salt)
}

// TestPreviousLayout: a state of the Pulumi CLI's file backend, with its own salt, is moved to the current layout.
func TestPreviousLayout(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	program := func(ctx *pulumi.Context) error {
		return declare(ctx, "a", pulumi.Map{"note": pulumi.ToSecret(pulumi.String("hush"))})
	}
	things := &shelf{}
	newBench(t, p, things, program).up(t, Changes{"create": 2})
	var file apitype.UntypedDeployment
	require.NoError(t, json.Unmarshal([]byte(read(t, statePath(p))), &file))
	old, err := json.Marshal(map[string]any{"version": 3, "checkpoint": map[string]any{"latest": file.Deployment}})
	require.NoError(t, err)
	path := filepath.Join(p.Sandbox(), "state", ".pulumi", "stacks", "live-beats", "staging.json")
	for _, dir := range []string{filepath.Dir(path), filepath.Join(p.Sandbox(), "home"), filepath.Join(p.Sandbox(), "project")} {
		require.NoError(t, os.MkdirAll(dir, 0o700))
	}
	require.NoError(t, os.WriteFile(path, old, 0o600))
	require.NoError(t, os.Remove(statePath(p)))
	require.NoError(t, os.Remove(filepath.Join(p.Sandbox(), "passphrase.key")))
	state, err := ReadState(p)
	require.NoError(t, err)
	require.Len(t, state.deployment.Resources, 3, "the stack, its provider and the thing")

	require.NoError(t, os.Remove(filepath.Dir(statePath(p))))
	write(t, filepath.Dir(statePath(p)), "in the way")
	_, err = New(Options{Project: p, Program: program, Log: io.Discard})
	require.Error(t, err)
	require.FileExists(t, path, "nothing is lost")
	require.NoError(t, os.Remove(filepath.Dir(statePath(p))))

	b := newBench(t, p, things, program)
	b.unchanged(t)
	b.up(t, Changes{"same": 2})
	require.NoFileExists(t, path)
	require.NoDirExists(t, filepath.Join(p.Sandbox(), "home"))
	require.NoDirExists(t, filepath.Join(p.Sandbox(), "project"))
}

// TestStateThatCannotBeRead: every operation fails on a state that cannot be read, and does not change it.
func TestStateThatCannotBeRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		spoil func(t *testing.T, p *Project)
		says  []string
	}{
		"newer": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, statePath(p), strings.Replace(read(t, statePath(p)), `"version":3`, `"version":99`, 1))
			}, []string{"it was written by a newer version of this program", "go run . sandbox reset"},
		},
		"newer feature": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, statePath(p), strings.Replace(read(t, statePath(p)), `"version":3`, `"version":4,"features":["x"]`, 1))
			}, []string{"it was written by a newer version of this program"},
		},
		"torn": {
			func(t *testing.T, p *Project) { t.Helper(); write(t, statePath(p), read(t, statePath(p))[:100]) },
			[]string{"it is damaged", "go run . sandbox reset"},
		},
		"lost passphrase": {
			func(t *testing.T, p *Project) {
				t.Helper()
				require.NoError(t, os.Remove(filepath.Join(p.Sandbox(), "passphrase")))
				require.NoError(t, os.Remove(filepath.Join(p.Sandbox(), "passphrase.key")))
			}, []string{"it is encrypted with another passphrase", "restore that file"},
		},
		"another passphrase": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, filepath.Join(p.Sandbox(), "passphrase"), "another")
			}, []string{"it is encrypted with another passphrase", "restore that file"},
		},
		"torn key": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, filepath.Join(p.Sandbox(), "passphrase.key"), "{")
			},
			[]string{"passphrase.key", "it is damaged", "delete the file"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, newProject(t, stagingFile))
			things, program := &shelf{}, func(ctx *pulumi.Context) error {
				ctx.Export("token", pulumi.ToSecret(pulumi.String("hush")))
				return nil
			}
			newBench(t, p, things, program).up(t, Changes{"create": 1})
			test.spoil(t, p)
			before, b := read(t, statePath(p)), newBench(t, p, things, program)
			_, previewErr := b.Preview(t.Context(), PreviewOptions{SkipPolicies: true})
			_, upErr := b.Up(t.Context(), UpOptions{SkipPolicies: true})
			_, refreshErr := b.Refresh(t.Context())
			for _, err := range []error{previewErr, upErr, refreshErr} {
				for _, text := range test.says {
					require.ErrorContains(t, err, text)
				}
			}
			require.Equal(t, before, read(t, statePath(p)))
		})
	}
}

// TestPassphrasePutBack: the state can be read again once the passphrase is restored.
func TestPassphrasePutBack(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	program := func(ctx *pulumi.Context) error {
		ctx.Export("token", pulumi.ToSecret(pulumi.String("hush")))
		return nil
	}
	newBench(t, p, &shelf{}, program).up(t, Changes{"create": 1})
	file := filepath.Join(p.Sandbox(), "passphrase")
	phrase := read(t, file)
	write(t, file, "another")
	_, err := newBench(t, p, &shelf{}, program).Preview(t.Context(), PreviewOptions{SkipPolicies: true})
	require.ErrorContains(t, err, "restore that file")
	write(t, file, phrase)
	newBench(t, p, &shelf{}, program).unchanged(t)
}

// TestStateThatCannotBeWritten: the error is reported whatever else happened, and no created resource is lost.
func TestStateThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	things := &shelf{created: make(chan string), goOn: make(chan struct{})}
	b := newBench(t, p, things, declares("a"))
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := b.Up(ctx, UpOptions{SkipPolicies: true})
		ended <- err
	}()
	<-things.created
	journal := statePath(p) + ".journal"
	require.NoError(t, os.Rename(journal, journal+".kept"))
	interrupt()
	close(things.goOn)
	require.ErrorContains(t, <-ended, `up stack "staging": save state: write journal: open `+journal)
	require.NoError(t, os.Rename(journal+".kept", journal))
	things.created = nil
	b.Created = func(_, urn string) (string, map[string]any, error) {
		name := urn[strings.LastIndex(urn, ":")+1:]
		_, there := b.things["id of "+name]
		if !there {
			return "", nil, nil
		}
		return "id of " + name, map[string]any{"name": name}, nil
	}
	b.up(t, Changes{"same": 2})
	require.Contains(t, b.log.String(), "it exists as id of a and was added to the state")
}
