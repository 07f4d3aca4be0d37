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

// update rewrites the plans: go test ./tests/options -update. Review what has changed.
var update = flag.Bool("update", false, "rewrite testdata/plans.yaml")

// plans are what each option does, by key: every step, sorted. An option that is wired to nothing has no step, and
// fails.
var plans = &golden{file: filepath.Join("testdata", "plans.yaml"), got: map[string][]string{}}

type golden struct {
	file string

	mu   sync.Mutex
	want map[string][]string
	got  map[string][]string
}

// noSteps are the options that change no resource, but what a preview says: a text that it says with the option alone,
// or without it alone.
var noSteps = map[string]struct{ with, without string }{
	"policy":             {with: "ECS.5 (high): Containers cannot write to their root file system"},
	"uploads.appPatched": {with: "uploads.mode efs keeps the files, but the app as it is asks"},
	"uploads.urlScheme":  {without: "songs will not play"},
}

// check holds one option to its plan.
func (g *golden) check(t *testing.T, key string, steps []string) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.got[key] = steps
	_, silent := noSteps[key]
	if !silent && key != "githubSignIn" { // It decides what is asked of a network without a way out: see tests/proofs.
		// A component's own step is what it was given, not what it has done.
		require.True(t, slices.ContainsFunc(steps, func(step string) bool { return !strings.Contains(step, " livebeats:") }),
			"%s does nothing", key)
	}
	if !*update {
		require.Equal(t, g.want[key], steps, "%s: if this is meant, go test ./tests/options -update", key)
	}
}

// load reads the plans before any test.
func (g *golden) load() error {
	data, err := os.ReadFile(g.file)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(data, &g.want)
}

// save writes them after all tests.
func (g *golden) save() error {
	if !*update {
		return nil
	}
	all := maps.Clone(g.want) // With -run, not every option was walked.
	maps.Copy(all, g.got)
	data, err := yaml.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(g.file, data, 0o600)
}

// TestNoStalePlan: a plan without an option is left over from one that is gone.
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
