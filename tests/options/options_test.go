package options

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/config"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// option is the row of one config key: a value that differs from its default, and what the change may replace on a live
// stack.
type option struct {
	key   string
	value string
	with  []string // Further config, "key=value", without which the value would be rejected or have no effect.
	// replaces lists the types that may be replaced when the option is switched on or off. Everything else is updated in
	// place.
	replaces []string
	// reason says why a type in disruptive has to be replaced.
	reason string
	// irreversible: AWS does not allow the option to be switched off again.
	irreversible bool
}

// walk is a live stack, and the options that are switched on and off on it, one after the other.
type walk struct {
	base    []string // Config of the stack, "key=value", that stays on all the time.
	options []option
}

// disruptive are the types whose replacement loses data, breaks connections or changes a name that users rely on.
var disruptive = []string{"aws:lb:LoadBalancer", "aws:ecs:Service", "aws:rds:Instance", "aws:efs:FileSystem"}

// TestOptions previews every option alone on a running stack, and compares the plan with the one in testdata. Then it
// switches every option on and off. Each time the service is healthy, the next preview passes the checks and has no
// changes, and nothing is replaced that the option's row does not list. An option is switched off in the same run that
// switches the next one on.
func TestOptions(t *testing.T) {
	t.Parallel()
	for name, w := range walks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			destroy := p.createPrerequisites()
			p.Run(append([]string{"up", "--skip-proofs"}, p.config(w.base)...)...).Exits(0)
			for _, o := range w.options {
				plans.check(t, o.key, p.plan(w.base, o))
			}
			last := option{key: "nothing"}
			for _, o := range append(slices.Clone(w.options), option{key: "nothing"}) {
				p.switchOptions(w.base, last, o)
				if last = o; o.irreversible {
					w.base = append(w.base, o.key+"="+o.value)
				}
			}
			p.Run("destroy").Exits(0)
			destroy()
			require.True(t, p.World().Empty())
		})
	}
}

// plan returns the steps of a preview with one option alone, sorted. For an option in noSteps it also asserts the text
// of the preview.
func (p *project) plan(base []string, o option) []string {
	p.Helper()
	args := p.config(slices.Concat(base, o.with, []string{o.key + "=" + o.value}))
	if says, silent := noSteps[o.key]; silent {
		with := p.Run(append([]string{"preview"}, args...)...).Exits(0)
		without := p.Run(append([]string{"preview"}, p.config(base)...)...).Exits(0)
		if says.with == "" {
			with, without = without, with
		}
		text := says.with + says.without
		with.Says(text)
		without.Silent(text)
	}
	steps := append([]string{}, p.Run(append([]string{"preview", "--skip-proofs"}, args...)...).Exits(0).Plan()...)
	slices.Sort(steps)
	return steps
}

// switchOptions switches one option off and another one on in the same run.
func (p *project) switchOptions(base []string, off, on option) {
	p.Helper()
	settings := slices.Concat(base, on.with)
	if on.value != "" {
		settings = append(settings, on.key+"="+on.value)
	}
	args := p.config(settings)
	up := p.Run(append([]string{"up", "--skip-proofs"}, args...)...)
	require.Zero(p, up.Code, "%s on, %s off: %s", on.key, off.key, up.Stderr)
	for _, step := range up.Plan() {
		fields := strings.Fields(step)
		if slices.Contains([]string{"+-", "++", "--"}, fields[0]) {
			require.Contains(p, slices.Concat(on.replaces, off.replaces), fields[1], "%s on, %s off: %s", on.key, off.key, step)
		}
	}
	preview := p.Run(append([]string{"preview", "--expect-no-changes"}, args...)...)
	require.Zero(p, preview.Code, "%s on: %s", on.key, preview.Stderr)
}

// config returns the flags for settings, "key=value", and replaces the $names in them.
func (p *project) config(settings []string) []string {
	var args []string
	for _, setting := range settings {
		if !strings.HasPrefix(setting, "aws:") {
			setting = config.Namespace + ":" + setting
		}
		args = append(args, "--config", p.placeholders.Replace(setting))
	}
	return args
}

// createPrerequisites creates the resources that the options refer to and that the stack does not own. It returns a
// function that deletes them.
func (p *project) createPrerequisites() (destroy func()) {
	p.Helper()
	const zone = "Z0123456789ABC"
	p.Run("sandbox", "put-zone", zone, "example.com").Exits(0)
	p.Run("sandbox", "image", repositoryURL+":latest", "--status", "/health=200").Exits(0)
	p.Run("sandbox", "put-certificate", certificateARN, "beats.example.com").Exits(0)
	p.PutKey()
	names := []string{"$key", suite.CustomerKey, "$acl", webACL, "$certificate", certificateARN, "$zone", zone}
	w := p.World()
	names = append(names, "$vpc", w.List("aws:ec2/vpc:Vpc", region)[0].ID)
	for i, subnet := range w.List("aws:ec2/subnet:Subnet", region) {
		names = append(names, "$subnet"+string(rune('A'+i)), subnet.ID)
	}
	names = append(names, "$group", w.List("aws:ec2/securityGroup:SecurityGroup", region)[0].ID)
	p.placeholders = strings.NewReplacer(names...)
	return func() {
		p.DeleteSnapshots(len(p.World().Snapshots(region)))
		for _, id := range []string{certificateARN, suite.CustomerKey, zone} {
			p.Run("sandbox", "delete", id).Exits(0)
		}
	}
}

// TestEveryKeyIsAnOption: each config key has a row in the walks, or a reason in noOption.
func TestEveryKeyIsAnOption(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for _, w := range walks {
		for _, o := range w.options {
			rows[o.key]++
			require.True(t, o.reason != "" || !slices.ContainsFunc(o.replaces, func(typ string) bool {
				return slices.Contains(disruptive, typ)
			}), "%s replaces a type in disruptive without a reason", o.key)
		}
	}
	for key, reason := range noOption {
		require.NotEmpty(t, reason, key)
		rows[key]++
	}
	var check func(keys []config.Key)
	check = func(keys []config.Key) {
		for _, key := range keys {
			if len(key.Fields) > 0 {
				check(key.Fields)
				continue
			}
			name := strings.TrimPrefix(key.Name, config.Namespace+":")
			require.Equal(t, 1, rows[name], "%s needs a row in one of the walks, or a reason in noOption", name)
			delete(rows, name)
		}
	}
	check(config.Docs())
	require.Empty(t, rows, "rows without a config key")
}

// TestExampleStacks deploys each other stack file of the repository next to staging, and destroys it again.
func TestExampleStacks(t *testing.T) {
	t.Parallel()
	unprotected := []string{"--config", "live-beats:protect=false"}
	for _, stack := range []string{"guide", "production"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			on := func(args ...string) suite.Result { return p.Run(append(args, "--stack", stack)...).Exits(0) }
			p.Run("up").Exits(0)
			on("up")
			on("preview", "--expect-no-changes")
			require.Zero(t, on("refresh", "--json").Changes()["update"])
			on("status")
			on(append([]string{"up"}, unprotected...)...)
			on(append([]string{"destroy"}, unprotected...)...)
			p.Run("destroy").Exits(0)
			p.DeleteSnapshots(len(p.World().Snapshots(region)))
			require.True(t, p.World().Empty())
		})
	}
}

// TestFirstImage follows docs/operations.md to the first image: it creates the repository, then the image, then the
// tasks. With protect on, the repository cannot be deleted.
func TestFirstImage(t *testing.T) {
	t.Parallel()
	const image = repositoryURL + ":1.0"
	p := newProject(t)
	with := func(more ...string) []string {
		return append([]string{"up"}, p.config(append([]string{"image=" + image}, more...))...)
	}
	const repository, protect = "repository.name=live-beats", "protect=true"
	scaled := []string{repository, "autoscaling.min=3", "autoscaling.max=4", "autoscaling.cpuPercent=60"}
	hold := with(append(scaled, "service.desiredCount=0")...)
	require.Contains(t, p.Run(hold...).Exits(0).Stdout, "0 desired")
	require.Equal(t, repositoryURL+"\n", p.Run("output", "repositoryUrl").Exits(0).Stdout)
	p.Run("sandbox", "image", image, "--start-seconds", "5").Exits(0) // As a push would.
	require.Contains(t, p.Run(with(scaled...)...).Exits(0).Stdout, "healthy, 3 desired")
	p.Run("refresh").Exits(0)
	require.Contains(t, p.Run(hold...).Exits(0).Stdout, "0 desired")
	p.Run(with(repository, protect)...).Exits(0)
	p.Run(with(protect)...).Exits(1).Says("cannot be deleted because it is protected")
	p.Run(with(repository)...).Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}
