package faults

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

// faultCodes are the ways in which a call fails: AWS throttles it, has an internal error, or does not find yet what was
// just created.
var faultCodes = []string{"ThrottlingException", "InternalFailure", "ResourceNotFoundException"}

// sampleInterval is the distance between the kills after which the stack is also previewed and destroyed, to see that
// nothing is left to do and that nothing is left behind.
const sampleInterval = 4

// TestFaultsSurvived fails each API call that an up makes, and kills the process after each call that changes
// something. The next up continues from there and reaches the same world as an up without faults: nothing is lost and
// nothing is left over.
//
// Here every call fails with one of the three codes. The tests of internal/sandbox/provider try all three for each
// resource.
func TestFaultsSurvived(t *testing.T) {
	t.Parallel()
	clean := newProject(t)
	clean.Run("up").Exits(0)
	want := clean.stableObjects()
	var faulted, killed atomic.Int32
	t.Cleanup(func() { t.Logf("API calls faulted: %d, kills survived: %d", faulted.Load(), killed.Load()) })
	for i, call := range clean.calls() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			code := faultCodes[i%len(faultCodes)]
			p := newProject(t)
			p.Run("sandbox", "fault", "add", call, "--error", code).Exits(0)
			p.Run("up", "--skip-proofs").Exits(1).Says(code + ": ")
			p.Run("up", "--skip-proofs").Exits(0)
			p.requireWorld(want)
			faulted.Add(1)
		})
		if !mutates(call) {
			continue
		}
		t.Run(call+" and a kill", func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			p.Run("sandbox", "fault", "add", call, "--crash").Exits(0)
			p.Run("up", "--skip-proofs").Exits(-1)
			p.Run("up", "--skip-proofs").Exits(0).Says("the last run was killed")
			p.requireWorld(want)
			if i%sampleInterval == 0 {
				p.Run("preview", "--expect-no-changes").Exits(0)
				p.Run("destroy").Exits(0)
				require.True(t, p.World().Empty())
			}
			killed.Add(1)
		})
	}
}

// TestKilledChanges kills runs that replace, update and delete resources.
func TestKilledChanges(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	kill := func(call string, args ...string) {
		p.Run("sandbox", "fault", "add", call, "--crash").Exits(0)
		p.Run(args...).Exits(-1)
	}
	larger := []string{"up", "--skip-proofs", "--config", "live-beats:service.cpu=512"}
	p.Run("up", "--skip-proofs").Exits(0)

	kill("RegisterTaskDefinition", larger...)
	p.Run(larger...).Exits(0).Says("aws:ecs/taskDefinition:TaskDefinition live-beats-staging-task: it exists as")
	p.Run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").Exits(0)
	require.Len(t, p.World().List("aws:ecs/taskDefinition:TaskDefinition", "eu-west-2"), 1)

	// The user returns to the config before. The state must contain what the killed run changed, or nothing would change
	// it back.
	kill("ModifyTargetGroup", append(larger, "--config", "live-beats:service.healthCheckPath=/health")...)
	p.Run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").Exits(1).
		Says("killed while it was updating aws:lb/targetGroup:TargetGroup live-beats-staging-tg: reading its state back")
	p.Run(larger...).Exits(0)
	p.Run("preview", "--expect-no-changes", "--config", "live-beats:service.cpu=512").Exits(0)

	kill("DeleteListener", "destroy")
	p.Run("refresh").Exits(0).Says("killed while it was deleting aws:lb/listener:Listener")
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestFaultCommands adds, lists and clears faults, and shows the events.
func TestFaultCommands(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Run("sandbox", "fault", "add", "CreateListner", "--error", "X").Exits(1).Says("did you mean CreateListener?")
	p.Run("sandbox", "fault", "add", "CreateListener").Exits(1).Says("give either an error code or a crash")
	p.Run("sandbox", "fault", "add", "CreateRole", "--error", "Throttling", "--probability", "1", "--seed", "a").Exits(0)
	require.Contains(t, p.Run("sandbox", "fault", "list").Exits(0).Stdout, `CreateRole  Throttling: Rate exceeded`)
	var faults []world.Fault
	p.Run("sandbox", "fault", "list", "--json").Exits(0).JSON(&faults)
	require.Equal(t, []world.Fault{
		{Call: "CreateRole", Code: "Throttling", Message: "Rate exceeded", Probability: 1, Seed: "a"},
	}, faults)
	p.Run("up", "--skip-proofs").Exits(1).Says("Throttling: Rate exceeded")
	require.Contains(t, p.Run("sandbox", "events", "live-beats-staging-task-role").Stdout+
		p.Run("sandbox", "events").Stdout, "Throttling: Rate exceeded")
	p.Run("sandbox", "fault", "clear", "CreateRole").Exits(0).Says("faults cleared: 1")
	p.Run("up", "--skip-proofs").Exits(0)
	var events []world.Event
	p.Run("sandbox", "events", "--json", "--last", "2").Exits(0).JSON(&events)
	require.Len(t, events, 2)
	require.Equal(t, "DescribeServices", events[1].Call)
	require.Equal(t, 2, events[1].Operation)
	p.Run("sandbox", "reset").Exits(0)
	require.Equal(t, "[]\n", p.Run("sandbox", "events", "--json").Exits(0).Stdout)
}

// calls returns the distinct API calls of all runs so far, sorted.
func (p *project) calls() []string {
	p.Helper()
	var events []world.Event
	p.Run("sandbox", "events", "--json").Exits(0).JSON(&events)
	var calls []string
	for _, e := range events {
		if e.Call != "GetParameter" { // A first up looks up parameters that do not exist yet.
			require.Empty(p, e.Error)
		}
		calls = append(calls, e.Call)
	}
	slices.Sort(calls)
	return slices.Compact(calls)
}

// mutates reports whether an API call changes something.
func mutates(call string) bool {
	return !slices.ContainsFunc([]string{"Describe", "Get", "List"}, func(verb string) bool {
		return strings.HasPrefix(call, verb)
	})
}

// requireWorld asserts that the world has the objects want, and that the fault was used up.
func (p *project) requireWorld(want []any) {
	p.Helper()
	require.Equal(p, want, p.stableObjects())
	require.NoFileExists(p, filepath.Join(p.Dir, ".sandbox/world/faults.json"), "the fault was not used up")
}

// stableObjects returns the objects of the world with their ids and generated names, but without the values that may
// depend on the number of runs: times, the events of the service, and passwords, which a kill may lose before they are
// used.
func (p *project) stableObjects() []any {
	p.Helper()
	var world struct{ Objects []any }
	require.NoError(p, json.Unmarshal([]byte(p.File(".sandbox/world/world.json")), &world))
	removeVolatile(world.Objects)
	return world.Objects
}

var volatile = regexp.MustCompile(`^(\d{4}-\d\d-\d\dT[0-9:.]+Z|sha256:[0-9a-f]+)$`)

func removeVolatile(v any) any {
	switch v := v.(type) {
	case string:
		return volatile.ReplaceAllString(v, "")
	case []any:
		for i := range v {
			v[i] = removeVolatile(v[i])
		}
	case map[string]any:
		delete(v, "events")
		for name := range v {
			v[name] = removeVolatile(v[name])
		}
	}
	return v
}
