package tests

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// faultCodes are the ways in which a call fails: AWS is busy, broken, or has not heard yet of what it just created.
var faultCodes = []string{"ThrottlingException", "InternalFailure", "ResourceNotFoundException"}

// sampled: every so many survivors are previewed and destroyed, to see that nothing is left to do and nothing behind.
const sampled = 4

// TestFaultsSurvived fails each API call that an up makes, and kills the process after each that changes something. The
// next up goes on from there to the very world of an up without faults: nothing is lost and nothing is left over.
//
// Every call fails in one of the three ways here, and in all of them, per resource, in internal/sandbox/provider.
func TestFaultsSurvived(t *testing.T) {
	t.Parallel()
	clean := newProject(t)
	clean.run("up").exits(0)
	want := clean.timeless()
	var faulted, killed atomic.Int32
	t.Cleanup(func() { t.Logf("API calls faulted: %d, kills survived: %d", faulted.Load(), killed.Load()) })
	for i, call := range clean.calls() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			code := faultCodes[i%len(faultCodes)]
			p := newProject(t)
			p.run("sandbox", "fault", "add", call, "--error", code).exits(0)
			p.run("up", "--skip-proofs").exits(1).says(code + ": ")
			p.run("up", "--skip-proofs").exits(0)
			p.converged(want)
			faulted.Add(1)
		})
		if !changes(call) {
			continue
		}
		t.Run(call+" and a kill", func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			p.run("sandbox", "fault", "add", call, "--crash").exits(0)
			p.run("up", "--skip-proofs").exits(-1)
			p.run("up", "--skip-proofs").exits(0).says("the last run was killed")
			p.converged(want)
			if i%sampled == 0 {
				p.run("preview", "--expect-no-changes").exits(0)
				p.run("destroy").exits(0)
				require.True(t, p.world().Empty())
			}
			killed.Add(1)
		})
	}
}

// TestKilledChanges kills runs that replace, change and delete.
func TestKilledChanges(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	kill := func(call string, args ...string) {
		p.run("sandbox", "fault", "add", call, "--crash").exits(0)
		p.run(args...).exits(-1)
	}
	larger := []string{"up", "--skip-proofs", "--config", "live-beats:service.cpu=512"}
	p.run("up", "--skip-proofs").exits(0)

	kill("RegisterTaskDefinition", larger...)
	p.run(larger...).exits(0).says("aws:ecs/taskDefinition:TaskDefinition live-beats-staging-task: it exists as")
	p.run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").exits(0)
	require.Len(t, p.world().List("aws:ecs/taskDefinition:TaskDefinition", "eu-west-2"), 1)

	// The user thinks better of it: the state must know what the killed run changed, or nothing would change it back.
	kill("ModifyTargetGroup", append(larger, "--config", "live-beats:service.healthCheckPath=/health")...)
	p.run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").exits(1).
		says("killed while it was updating aws:lb/targetGroup:TargetGroup live-beats-staging-tg: its state is read back")
	p.run(larger...).exits(0)
	p.run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").exits(0)

	kill("DeleteListener", "destroy")
	p.run("refresh").exits(0).says("killed while it was deleting aws:lb/listener:Listener")
	p.run("destroy").exits(0)
	require.True(t, p.world().Empty())
}

// TestFaultCommands adds, lists and clears faults, and shows the events.
func TestFaultCommands(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("sandbox", "fault", "add", "CreateListner", "--error", "X").exits(1).says("did you mean CreateListener?")
	p.run("sandbox", "fault", "add", "CreateListener").exits(1).says("want either an error code or a crash")
	p.run("sandbox", "fault", "add", "CreateRole", "--error", "Throttling", "--probability", "1", "--seed", "a").exits(0)
	require.Contains(t, p.run("sandbox", "fault", "list").exits(0).stdout, `CreateRole  Throttling: Rate exceeded`)
	var faults []world.Fault
	p.run("sandbox", "fault", "list", "--json").exits(0).json(&faults)
	require.Equal(t, []world.Fault{
		{Call: "CreateRole", Code: "Throttling", Message: "Rate exceeded", Probability: 1, Seed: "a"},
	}, faults)
	p.run("up", "--skip-proofs").exits(1).says("Throttling: Rate exceeded")
	require.Contains(t, p.run("sandbox", "events", "live-beats-staging-task-role").stdout+
		p.run("sandbox", "events").stdout, "Throttling: Rate exceeded")
	p.run("sandbox", "fault", "clear", "CreateRole").exits(0).says("faults cleared: 1")
	p.run("up", "--skip-proofs").exits(0)
	var events []world.Event
	p.run("sandbox", "events", "--json", "--last", "2").exits(0).json(&events)
	require.Len(t, events, 2)
	require.Equal(t, "DescribeServices", events[1].Call)
	require.Equal(t, 2, events[1].Operation)
	p.run("sandbox", "reset").exits(0)
	require.Equal(t, "[]\n", p.run("sandbox", "events", "--json").exits(0).stdout)
}

// calls are the distinct API calls that the runs so far have made.
func (p *project) calls() []string {
	p.Helper()
	var events []world.Event
	p.run("sandbox", "events", "--json").exits(0).json(&events)
	var calls []string
	for _, e := range events {
		if e.Call != "GetParameter" { // A first up looks for parameters that are not there yet.
			require.Empty(p, e.Error)
		}
		calls = append(calls, e.Call)
	}
	slices.Sort(calls)
	return slices.Compact(calls)
}

func changes(call string) bool {
	return !slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool {
		return strings.HasPrefix(call, verb)
	})
}

// converged asserts that the world is the wanted one.
func (p *project) converged(want []any) {
	p.Helper()
	require.Equal(p, want, p.timeless())
	require.NoFileExists(p, filepath.Join(p.dir, ".sandbox/world/faults.json"), "the fault was hit")
}

// timeless are the objects of the world, with their ids and generated names, but without what may depend on how many
// runs it took: times, the events of the service, and passwords, which a kill may lose before anything has used them.
func (p *project) timeless() []any {
	p.Helper()
	var world struct{ Objects []any }
	require.NoError(p, json.Unmarshal([]byte(p.file(".sandbox/world/world.json")), &world))
	forget(world.Objects)
	return world.Objects
}

var passing = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT[0-9:.]+Z|sha256:[0-9a-f]+)$`)

func forget(v any) any {
	switch v := v.(type) {
	case string:
		return passing.ReplaceAllString(v, "")
	case []any:
		for i := range v {
			v[i] = forget(v[i])
		}
	case map[string]any:
		delete(v, "events")
		for name := range v {
			v[name] = forget(v[name])
		}
	}
	return v
}
