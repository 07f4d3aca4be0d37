package options

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// update rewrites the plans: go test ./tests/options -update. Review the differences.
var update = flag.Bool("update", false, "rewrite testdata/plans.yaml")

// plans are the sorted steps of each option's plan, by key. An option without any step has no effect, which is an error
// except for those in noSteps.
var plans = &golden{file: filepath.Join("testdata", "plans.yaml"), got: map[string][]string{}}

type golden struct {
	file string

	mu   sync.Mutex
	want map[string][]string
	got  map[string][]string
}

// noSteps are the options that change no resource, but the messages of a preview: with is printed only with the option,
// without is printed only without it.
var noSteps = map[string]struct{ with, without string }{
	"policy":             {with: "ECS.5 (high): Containers cannot write to their root file system"},
	"uploads.appPatched": {with: "uploads.mode efs keeps the files, but the unchanged app requests"},
	"uploads.urlScheme":  {without: "songs will not play"},
}

// check compares the steps of one option with its plan.
func (g *golden) check(t *testing.T, key string, steps []string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got[key] = steps
	_, silent := noSteps[key]
	if !silent && key != "githubSignIn" { // It only matters in a network that cannot reach the internet: see tests/proofs.
		// A component's step shows that its inputs changed, not that they have an effect.
		require.True(t, slices.ContainsFunc(steps, func(step string) bool { return !strings.Contains(step, " livebeats:") }),
			"%s has no effect", key)
	}
	if !*update {
		require.Equal(t, g.want[key], steps, "%s: if this change is intended, run go test ./tests/options -update", key)
	}
}

// load reads the plans from testdata, before any test.
func (g *golden) load() error {
	data, err := os.ReadFile(g.file)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(data, &g.want)
}

// save writes the plans to testdata with -update, after all tests.
func (g *golden) save() error {
	if !*update {
		return nil
	}
	all := maps.Clone(g.want) // With -run, some options were not tested.
	maps.Copy(all, g.got)
	data, err := yaml.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(g.file, data, 0o600)
}

// TestNoStalePlan: testdata has no plan of an option that was removed.
func TestNoStalePlan(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, w := range walks {
		for _, o := range w.options {
			keys[o.key] = true
		}
	}
	for key := range noSteps {
		require.True(t, keys[key], key)
	}
	if !*update {
		require.ElementsMatch(t, slices.Collect(maps.Keys(keys)), slices.Collect(maps.Keys(plans.want)))
	}
}
