package features

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestEverythingIsTagged: every resource of a stack whose type supports tags has them, the children of awsx's
// components included.
func TestEverythingIsTagged(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	p := newProject(t)
	p.Run("up", "--stack", "production", "--config", "live-beats:owner=platform",
		"--config", `live-beats:tags={"Cost center": "music"}`, "--config", "live-beats:repository.name=beats",
		"--config", "live-beats:observability.budgetMonthly=500", "--config", "live-beats:network.endpoints=true",
		"--config", "live-beats:observability.alarmEmail=ops@example.com").Exits(0)
	want := map[string]string{
		"Project": "live-beats", "Stack": "production", "Owner": "platform", "Cost center": "music",
	}
	types := map[string]bool{}
	for _, o := range p.World().All() {
		typ := table[o.Type]
		if o.Seeded || typ == nil || typ.Inputs["tags"] == nil {
			continue
		}
		types[o.Type] = true
		tags, _ := o.Props["tags"].(map[string]any)
		for key := range maps.Keys(want) {
			require.Equal(t, want[key], tags[key], "%s %s: %s", o.Type, o.ID, key)
		}
	}
	require.Contains(t, types, "aws:ec2/natGateway:NatGateway", "a child of awsx's VPC")
	require.Greater(t, len(types), 25, "too few types with tags in a production stack")
	// Tasks get the tags of their service, and snapshots get the tags of their database.
	services := p.World().List("aws:ecs/service:Service", region)
	require.Equal(t, "SERVICE", services[0].Props["propagateTags"])
	require.Equal(t, true, p.World().List("aws:rds/instance:Instance", region)[0].Props["copyTagsToSnapshot"])
}

// TestOwnerChangesInPlace: a changed tag replaces nothing on a live stack and restarts no task.
func TestOwnerChangesInPlace(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	deployments := func() string { return p.Run("status", "--json").Exits(0).Stdout }
	before := deployments()
	platform := []string{"--config", "live-beats:owner=platform"}
	steps := p.Run(append([]string{"up"}, platform...)...).Exits(0).Plan()
	require.NotEmpty(t, steps)
	for _, step := range steps {
		require.Regexp(t, "^~ aws:", step)
	}
	p.Run(append([]string{"preview", "--expect-no-changes"}, platform...)...).Exits(0)
	require.Equal(t, before, deployments())
	p.Run("up").Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestProviderSettings deploys with settings of the aws provider: default tags are on every resource, the account is
// checked, and credentials have no meaning. The stack has the long form of its name.
func TestProviderSettings(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	settings := []string{
		"--stack", "acme/live-beats/staging", "--config", "aws:profile=live",
		"--config", `aws:defaultTags={"tags": {"Cost center": "music"}}`,
	}
	run := func(verb string, more ...string) suite.Result {
		return p.Run(append(append([]string{verb}, settings...), more...)...)
	}
	run("up").Exits(0).Says("note: aws:profile has no meaning in the sandbox")
	table, err := facts.Load()
	require.NoError(t, err)
	for _, o := range p.World().All() {
		if typ := table[o.Type]; !o.Seeded && typ != nil && typ.Outputs["tagsAll"] != nil {
			tags, _ := o.Props["tagsAll"].(map[string]any)
			require.Equal(t, "music", tags["Cost center"], "%s %s", o.Type, o.ID)
		}
	}
	run("preview", "--expect-no-changes").Exits(0)
	run("refresh").Exits(0)
	run("preview", "--expect-no-changes").Exits(0)
	run("preview", "--config", `aws:defaultTags={"tags": {"Cost center": "video"}}`).Exits(0).Says("[diff: ~tagsAll]")
	run("preview", "--config", `aws:allowedAccountIds=["210987654321"]`).Exits(1).
		Says("AWS account ID not allowed: 123456789012")
	run("destroy").Exits(0)
}
