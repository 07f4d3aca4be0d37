package driver

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestLifecycle(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	b := newBench(t, p, &shelf{}, declares("a", "b"))
	b.up(t, Changes{"create": 3})
	b.unchanged(t)
	changes, err := b.Refresh(t.Context())
	require.NoError(t, err, b.log)
	require.Equal(t, Changes{"same": 3}, changes)
	b.up(t, Changes{"same": 3})

	b.Program = declares("a", "c")
	_, err = b.Preview(t.Context(), PreviewOptions{SkipPolicies: true, ExpectNoChanges: true})
	require.EqualError(t, err, `preview stack "staging": no changes were expected, but the plan above has some`)
	require.Len(t, b.things, 2, "a preview changes nothing")
	b.up(t, Changes{"same": 2, "create": 1, "delete": 1})
	require.Len(t, b.things, 2)

	changes, err = b.Destroy(t.Context())
	require.NoError(t, err, b.log)
	require.Equal(t, Changes{"delete": 3}, changes)
	require.Empty(t, b.things)
}

// TestSecrets stay encrypted in the state, masked where they are not asked for, and an official CLI with the passphrase
// reads them.
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

// officialCLI opens secrets as Pulumi's CLI does, with a passphrase.
type officialCLI string

func (phrase officialCLI) OfType(_ context.Context, _ string, state json.RawMessage) (secrets.Manager, error) {
	var salted struct{ Salt string }
	if err := json.Unmarshal(state, &salted); err != nil {
		return nil, err
	}
	return passphrase.GetPassphraseSecretsManager(string(phrase), salted.Salt)
}

// TestPreviousLayout takes a state over that the Pulumi CLI's file backend kept, with its own salt.
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

// TestStateThatCannotBeRead is refused by every verb, and stays as it is.
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
			}, []string{"it is encrypted with another passphrase", "put that file back"},
		},
		"another passphrase": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, filepath.Join(p.Sandbox(), "passphrase"), "another")
			}, []string{"it is encrypted with another passphrase", "put that file back"},
		},
		"torn key": {
			func(t *testing.T, p *Project) {
				t.Helper()
				write(t, filepath.Join(p.Sandbox(), "passphrase.key"), "{")
			},
			[]string{"passphrase.key", "it is damaged", "remove it"},
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

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestProtected: an up that would delete what is protected changes nothing, and says how to go about it; so does a
// destroy.
func TestProtected(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	b := newBench(t, p, &shelf{}, func(ctx *pulumi.Context) error { return declare(ctx, "a", nil, pulumi.Protect(true)) })
	b.up(t, Changes{"create": 2})
	b.Program = declares("b")
	changes, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
	require.EqualError(t, err, `up stack "staging": failed: the engine's messages above say why`)
	require.Nil(t, changes, "nothing was begun")
	require.Len(t, b.things, 1)
	require.Contains(t, b.log.String(), "nothing was changed; to delete or replace what is protected, set "+
		"live-beats:protect to false, run up, and then make the change\n")
	_, err = b.Destroy(t.Context())
	require.EqualError(t, err, `destroy stack "staging": nothing was deleted: 1 resources are protected (a); set `+
		`live-beats:protect to false, run up, and then destroy`)
	require.ErrorAs(t, err, new(*ProtectedError))
	require.Len(t, b.things, 1)
}

// TestPassphrasePutBack opens the state again.
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
	require.ErrorContains(t, err, "put that file back")
	write(t, file, phrase)
	newBench(t, p, &shelf{}, program).unchanged(t)
}

// TestStateThatCannotBeWritten is reported, whatever else has happened, and what was done is not lost.
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
	require.Contains(t, b.log.String(), "it exists as id of a, adopted")
}

// TestLateInterrupt comes when the engine has ended, and the state is still being written.
func TestLateInterrupt(t *testing.T) {
	t.Parallel()
	for range 100 {
		e := &events{
			sink: make(chan engine.Event), done: make(chan bool), quit: make(chan struct{}), forwarded: make(chan struct{}),
		}
		go e.forward(make(chan engine.Event))
		ctx, interrupt := context.WithCancel(t.Context())
		heard := make(chan struct{})
		e.interruptible(ctx, func() { close(heard) })
		close(e.done)
		e.close()
		interrupt()
		<-heard
	}
}

// TestInterrupt finishes what has begun, and begins nothing more; the next run goes on from there.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	things := &shelf{created: make(chan string), goOn: make(chan struct{})}
	b := newBench(t, p, things, func(ctx *pulumi.Context) error {
		var first thing
		if err := ctx.RegisterResource("test:index:Thing", "first", pulumi.Map{"name": pulumi.String("first")}, &first); err != nil {
			return err
		}
		return declare(ctx, "second", nil, pulumi.DependsOn([]pulumi.Resource{&first}))
	})
	heard := make(signal, 1)
	b.Log = io.MultiWriter(b.log, heard)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := b.Up(ctx, UpOptions{SkipPolicies: true})
		ended <- err
	}()
	require.Equal(t, "id of first", <-things.created)
	interrupt()
	<-heard
	close(things.goOn)
	require.EqualError(t, <-ended, `up stack "staging": interrupted: what was done is recorded, run again to go on`)
	require.Contains(t, b.log.String(), "interrupted: finishing what has begun; interrupt again to stop at once")
	require.Len(t, things.things, 1)
	things.created = nil
	b.up(t, Changes{"same": 2, "create": 1})
}

// signal is sent when the user is told that an interrupt was heard.
type signal chan struct{}

func (s signal) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "interrupted: finishing") {
		s <- struct{}{}
	}
	return len(text), nil
}

// TestKills: a kill at any moment of an up leaves a state that holds every step that had ended, and what had begun. The
// next run settles that, and goes on from there.
func TestKills(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	things := &shelf{created: make(chan string), goOn: make(chan struct{})}
	program := func(ctx *pulumi.Context) error {
		var first thing
		if err := ctx.RegisterResource("test:index:Thing", "first", pulumi.Map{"name": pulumi.String("first")}, &first); err != nil {
			return err
		}
		return declare(ctx, "second", pulumi.Map{"note": pulumi.ToSecret(pulumi.String("hush"))}, pulumi.DependsOn([]pulumi.Resource{&first}))
	}
	b, ended := newBench(t, p, things, program), make(chan error)
	go func() {
		_, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
		ended <- err
	}()
	<-things.created
	things.goOn <- struct{}{}
	require.Equal(t, "id of second", <-things.created)
	journal := read(t, statePath(p)+".journal") // What a kill would leave now.
	close(things.goOn)
	require.NoError(t, <-ended)
	require.NotContains(t, journal, "hush")
	require.NoFileExists(t, statePath(p)+".journal")

	lines := strings.SplitAfter(journal, "\n")
	for n := 2; n < len(lines); n++ {
		killed := load(t, newProject(t, stagingFile))
		require.NoError(t, os.CopyFS(killed.Sandbox(), os.DirFS(p.Sandbox())))
		require.NoError(t, os.Remove(statePath(killed)))
		write(t, statePath(killed)+".journal", strings.Join(lines[:n], "")+`{"version":1,"ki`)
		state, err := ReadState(killed)
		require.NoError(t, err)
		exported, err := ExportState(killed)
		require.NoError(t, err)
		require.Equal(t, len(state.deployment.Resources), strings.Count(string(exported), `"urn"`)-len(state.deployment.PendingOperations))
		before := len(state.deployment.Resources)
		b := newBench(t, killed, &shelf{}, program)
		b.Created = func(_, urn string) (string, map[string]any, error) { // Everything that was begun was made.
			name := urn[strings.LastIndex(urn, ":")+1:]
			return "id of " + name, map[string]any{"name": name}, nil
		}
		for _, name := range []string{"first", "second"} {
			b.things["id of "+name] = &structpb.Struct{Fields: map[string]*structpb.Value{"name": structpb.NewStringValue(name)}}
		}
		changes, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
		require.NoError(t, err, b.log)
		require.GreaterOrEqual(t, changes["same"]+changes["update"]+1, before, "what was recorded is not made again: line %d", n)
		b.unchanged(t)
		if n == len(lines)-1 {
			require.Contains(t, b.log.String(), "it exists as id of second, adopted")
		}
	}
}

// TestRefusals of programs.
func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		program pulumi.RunFunc
		says    string
	}{
		"other package": {
			func(ctx *pulumi.Context) error {
				return ctx.RegisterResource("tls:index:Key", "a", pulumi.Map{}, &thing{})
			}, `the program uses the package "tls", which the sandbox does not have: it has test`,
		},
		"other version": {
			func(ctx *pulumi.Context) error { return declare(ctx, "a", nil, pulumi.Version("1.2.3")) },
			`the program asks for version 1.2.3 of the package "test", and the sandbox has that of 1.0.0`,
		},
		"panic": {
			func(*pulumi.Context) error { panic("oh") }, //nolint:forbidigo // As a program might.
			"the program panicked: oh",
		},
		"no such stack": {
			func(ctx *pulumi.Context) error {
				ref, err := pulumi.NewStackReference(ctx, "organization/live-beats/other", nil)
				if err == nil {
					ctx.Export("a", ref.GetOutput(pulumi.String("a")))
				}
				return err
			}, `refer to stack "organization/live-beats/other": nothing is deployed in the sandbox under this name`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, load(t, newProject(t, stagingFile)), &shelf{}, test.program)
			_, err := b.Preview(t.Context(), PreviewOptions{SkipPolicies: true})
			require.EqualError(t, err, `preview stack "staging": failed: the engine's messages above say why`)
			require.Contains(t, b.log.String(), test.says)
		})
	}
}

// TestReference reads the outputs of another stack of the sandbox.
func TestReference(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	newBench(t, p, &shelf{}, func(ctx *pulumi.Context) error {
		ctx.Export("url", pulumi.String("http://a.example"))
		ctx.Export("token", pulumi.ToSecret(pulumi.String("hush")))
		return nil
	}).up(t, Changes{"create": 1})
	write(t, filepath.Join(p.Dir, "Pulumi.dns.yaml"), "config: {}\n")
	other, err := Load(p.Dir, "dns", nil)
	require.NoError(t, err)
	for _, name := range []string{"staging", "live-beats/staging", "organization/live-beats/staging"} {
		b := newBench(t, other, &shelf{}, func(ctx *pulumi.Context) error {
			ref, err := pulumi.NewStackReference(ctx, name, nil)
			if err == nil {
				ctx.Export("url", ref.GetOutput(pulumi.String("url")))
				ctx.Export("token", ref.GetOutput(pulumi.String("token")))
			}
			return err
		})
		_, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
		require.NoError(t, err, b.log)
		state, err := ReadState(other)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"url": "http://a.example", "token": "[secret]"}, state.Outputs(), name)
	}
}

// TestImport takes over what exists.
func TestImport(t *testing.T) {
	t.Parallel()
	p, things := load(t, newProject(t, stagingFile)), &shelf{}
	newBench(t, load(t, newProject(t, stagingFile)), things, declares("a")).up(t, Changes{"create": 2})
	b := newBench(t, p, things, declares("a"))
	changes, err := b.Import(t.Context(), []Import{{Type: "test:index:Thing", Name: "a", ID: "id of a"}})
	require.NoError(t, err, b.log)
	require.Equal(t, Changes{"create": 1, "import": 1}, changes)
	b.unchanged(t)
	require.Len(t, things.things, 1)
}

// TestLookupsOnce: what a plan has asked of the account is not asked again by its update.
func TestLookupsOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, load(t, newProject(t, stagingFile)), &shelf{}, func(ctx *pulumi.Context) error {
		var result map[string]any
		return ctx.Invoke("test:index:look", map[string]any{"at": "it"}, &result)
	})
	_, err := b.Up(t.Context(), UpOptions{})
	require.NoError(t, err, b.log)
	require.Equal(t, 1, b.lookups)
	_, err = b.Up(t.Context(), UpOptions{})
	require.NoError(t, err, b.log)
	require.Equal(t, 2, b.lookups, "the next run asks again")
}

// TestAutonaming hands the config's names on to providers.
func TestAutonaming(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile+"  pulumi:autonaming:\n    pattern: ${project}-${stack}-${name}\n"))
	b := newBench(t, p, &shelf{}, declares("a"))
	b.up(t, Changes{"create": 2})
	require.Equal(t, []string{"live-beats-staging-a"}, b.names)
}

var _ deploy.BackendClient = references{}

// statePath is where a state lies.
func statePath(p *Project) string { return workdir(p.Sandbox()).stateFile(p.Name(), p.Stack) }
