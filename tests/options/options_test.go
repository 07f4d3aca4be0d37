package options

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/config"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// option is one config key's row: a value that differs from its default, and what that may replace on a live stack.
type option struct {
	key   string
	value string
	with  []string // Further config, "key=value", without which the value would be refused or do nothing.
	// replaces lists the types that may be replaced when the option is switched on or off. All else is changed in place.
	replaces []string
	// because is why something that is dear is replaced all the same.
	because string
	// stays: AWS lets nobody take the option back.
	stays bool
}

// walk is a live stack on which options are switched on and off, one after the other.
type walk struct {
	base    []string // Config, "key=value", that the stack has all the time.
	options []option
}

// dear are the types that hold data, or connections, or a name that others know.
var dear = []string{"aws:lb:LoadBalancer", "aws:ecs:Service", "aws:rds:Instance", "aws:efs:FileSystem"}

// TestOptions plans every option alone on a running stack, and holds the plan to the one in testdata. Then it switches
// every option on and off. Each time the service is healthy, the next preview is empty and proven, and nothing is
// replaced that the option's row does not name. An option goes off in the same run in which the next one goes on.
func TestOptions(t *testing.T) {
	t.Parallel()
	for name, w := range walks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			destroy := p.surroundings()
			p.Run(append([]string{"up", "--skip-proofs"}, p.config(w.base)...)...).Exits(0)
			for _, o := range w.options {
				plans.check(t, o.key, p.plan(w.base, o))
			}
			last := option{key: "nothing"}
			for _, o := range append(slices.Clone(w.options), option{key: "nothing"}) {
				p.switches(w.base, last, o)
				if last = o; o.stays {
					w.base = append(w.base, o.key+"="+o.value)
				}
			}
			p.Run("destroy").Exits(0)
			destroy()
			require.True(t, p.World().Empty())
		})
	}
}

// plan is what one option alone would do to the stack.
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

// switches takes one option back and puts another in its place.
func (p *project) switches(base []string, off, on option) {
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

// config makes flags of "key=value", in which $name stands for what is there before the stack.
func (p *project) config(settings []string) []string {
	var args []string
	for _, setting := range settings {
		if !strings.HasPrefix(setting, "aws:") {
			setting = config.Namespace + ":" + setting
		}
		args = append(args, "--config", p.around.Replace(setting))
	}
	return args
}

// surroundings makes what the options refer to and a stack does not own, and returns what takes it away again.
func (p *project) surroundings() (destroy func()) {
	p.Helper()
	const zone = "Z0123456789ABC"
	p.Run("sandbox", "put-zone", zone, "example.com").Exits(0)
	p.Run("sandbox", "image", repositoryURL+":latest", "--status", "/health=200").Exits(0)
	p.Run("sandbox", "put-certificate", certificateARN, "www.example.com").Exits(0)
	p.PutKey()
	names := []string{"$key", suite.CustomerKey, "$acl", webACL, "$certificate", certificateARN, "$zone", zone}
	w := p.World()
	names = append(names, "$vpc", w.List("aws:ec2/vpc:Vpc", region)[0].ID)
	for i, subnet := range w.List("aws:ec2/subnet:Subnet", region) {
		names = append(names, "$subnet"+string(rune('A'+i)), subnet.ID)
	}
	names = append(names, "$group", w.List("aws:ec2/securityGroup:SecurityGroup", region)[0].ID)
	p.around = strings.NewReplacer(names...)
	return func() {
		p.DeleteSnapshots(len(p.World().Snapshots(region)))
		for _, id := range []string{certificateARN, suite.CustomerKey, zone} {
			p.Run("sandbox", "delete", id).Exits(0)
		}
	}
}

// TestEveryKeyIsAnOption: a new key of the config needs a row, or a reason to have none.
func TestEveryKeyIsAnOption(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for _, w := range walks {
		for _, o := range w.options {
			rows[o.key]++
			require.True(t, o.because != "" || !slices.ContainsFunc(o.replaces, func(typ string) bool {
				return slices.Contains(dear, typ)
			}), "%s replaces what is dear without a reason", o.key)
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
	require.Empty(t, rows, "not keys of the config")
}

// TestExampleStacks brings every environment of the repository up, beside staging, and takes it down again.
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

// TestFirstImage goes the way of docs/operations.md to the first image: the repository, then the image, then the tasks.
// With protect the repository stays while it holds images.
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
