package driver

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
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

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// TestProtected: an up or a destroy that would delete a protected resource changes nothing, and says how to delete it.
func TestProtected(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile))
	b := newBench(t, p, &shelf{}, func(ctx *pulumi.Context) error { return declare(ctx, "a", nil, pulumi.Protect(true)) })
	b.up(t, Changes{"create": 2})
	b.Program = declares("b")
	changes, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
	require.EqualError(t, err, `up stack "staging": failed: the engine's messages above say why`)
	require.Nil(t, changes, "the update did not start")
	require.Len(t, b.things, 1)
	require.Contains(t, b.log.String(), "nothing was changed; to delete or replace a protected resource, set "+
		"live-beats:protect to false, run up, and then make the change\n")
	_, err = b.Destroy(t.Context())
	require.EqualError(t, err, `destroy stack "staging": nothing was deleted: 1 resources are protected (a); set `+
		`live-beats:protect to false, run up, and then destroy`)
	require.ErrorAs(t, err, new(*ProtectedError))
	require.Len(t, b.things, 1)
}

// TestLateInterrupt interrupts when the engine has ended but the state is still being written.
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

// TestInterrupt: an interrupted up finishes the operations in progress and starts no more. The next run continues.
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
	require.EqualError(t, <-ended,
		`up stack "staging": interrupted: all finished steps are recorded; run again to continue`)
	require.Contains(t, b.log.String(),
		"interrupted: finishing the operations in progress; interrupt again to stop at once")
	require.Len(t, things.things, 1)
	things.created = nil
	b.up(t, Changes{"same": 2, "create": 1})
}

// signal receives a value when the log shows that the interrupt was received.
type signal chan struct{}

func (s signal) Write(text []byte) (int, error) {
	if strings.Contains(string(text), "interrupted: finishing") {
		s <- struct{}{}
	}
	return len(text), nil
}

// TestKills: a kill at any moment of an up leaves a state with every finished step and every pending operation. The
// next run settles the pending operations and continues.
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
	journal := read(t, statePath(p)+".journal") // The journal that a kill would leave at this moment.
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
		b.Created = func(_, urn string) (string, map[string]any, error) { // Every creation that was started has succeeded.
			name := urn[strings.LastIndex(urn, ":")+1:]
			return "id of " + name, map[string]any{"name": name}, nil
		}
		for _, name := range []string{"first", "second"} {
			b.things["id of "+name] = &structpb.Struct{Fields: map[string]*structpb.Value{"name": structpb.NewStringValue(name)}}
		}
		changes, err := b.Up(t.Context(), UpOptions{SkipPolicies: true})
		require.NoError(t, err, b.log)
		require.GreaterOrEqual(t, changes["same"]+changes["update"]+1, before, "recorded resources are not created again: line %d", n)
		b.unchanged(t)
		if n == len(lines)-1 {
			require.Contains(t, b.log.String(), "it exists as id of second and was added to the state")
		}
	}
}

// TestRefusals: programs that the sandbox refuses, and the messages.
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
			`the program requires version 1.2.3 of the package "test", but the sandbox has version 1.0.0`,
		},
		"panic": {
			func(*pulumi.Context) error { panic("oh") }, //nolint:forbidigo // The program under test panics.
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

// TestReference reads the outputs of another stack in the same sandbox.
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

// TestImport imports an existing resource.
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

// TestLookupsOnce: an update reuses the results of the look-ups that its plan has made.
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
	require.Equal(t, 2, b.lookups, "the next run makes the look-up again")
}

// TestAutonaming: the providers receive the names that the config determines.
func TestAutonaming(t *testing.T) {
	t.Parallel()
	p := load(t, newProject(t, stagingFile+"  pulumi:autonaming:\n    pattern: ${project}-${stack}-${name}\n"))
	b := newBench(t, p, &shelf{}, declares("a"))
	b.up(t, Changes{"create": 2})
	require.Equal(t, []string{"live-beats-staging-a"}, b.names)
}

var _ deploy.BackendClient = references{}

// statePath is the path of the state file.
func statePath(p *Project) string { return workdir(p.Sandbox()).stateFile(p.Name(), p.Stack) }
