// Package sandboxtest drives the sandbox's providers as the engine does, but without the engine. It checks and creates
// a small stack step by step, with any input changed, so that a test can break exactly one thing.
package sandboxtest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Region is the region that an Account's engine acts in.
const Region = "eu-west-2"

// Account is a new AWS account, with the resources that a test creates in it.
type Account struct {
	*provider.Engine
	// Sandbox is kept in Dir.
	Sandbox *sandbox.World
	Dir     string
	made    map[string]*Resource
	names   []string
}

// Resource is one resource as Pulumi's state would hold it.
type Resource struct {
	Token, URN, ID string
	Inputs, State  provider.Props
}

// Changes are inputs to set per step. A nil input is unset. A step whose Props are nil is left out.
type Changes map[string]provider.Props

// New creates an account in a temporary directory.
func New(tb testing.TB) *Account {
	tb.Helper()
	dir := tb.TempDir()
	world, err := sandbox.Open(dir)
	require.NoError(tb, err)
	world.CheckEdits = true
	engine, err := world.Engine(Region)
	require.NoError(tb, err)
	a := &Account{Engine: engine, Sandbox: world, Dir: dir, made: map[string]*Resource{}}
	a.nameSeeded("")
	return a
}

// Deployed creates an account, and every step of the stack in it.
func Deployed(t *testing.T, changes Changes) *Account {
	t.Helper()
	a := New(t)
	require.NoError(t, a.Deploy(changes))
	return a
}

// Deploy creates the steps of the stack in order. It stops at the first problem and returns it as "<step>: <problem>".
func (a *Account) Deploy(changes Changes) error {
	for _, step := range Stack() {
		change, changed := changes[step.Name]
		if changed && change == nil {
			continue
		}
		if err := a.Make(step.Token, step.Name, Merge(step.Inputs, change)); err != nil {
			return fmt.Errorf("%s: %w", step.Name, err)
		}
	}
	return nil
}

// Make checks and creates one resource. In its inputs, "$name" stands for the id of the resource created under a name,
// and "$name.property" for one of its properties. A resource that did not reach a steady state is kept, as Pulumi does.
// A service is then awaited, as the program does after the provider.
func (a *Account) Make(token, name string, in provider.Props) error {
	r := &Resource{Token: token, URN: URN(token, name)}
	if err := a.check(r, in); err != nil {
		return err
	}
	var err error
	r.ID, r.State, err = a.Create(token, r.URN, a.Resolve(r.Inputs), false)
	if r.ID != "" {
		a.made[name] = r
		a.names = append(a.names, name)
	}
	return a.await(r, err)
}

// await waits until a service that waits for a steady state is healthy, if no error has occurred before.
func (a *Account) await(r *Resource, err error) error {
	if err != nil {
		return err
	}
	if r.Token != Service || r.Inputs["waitForSteadyState"] != true {
		return nil
	}
	return ecs.Await(a.World, a.Scope, a.World.Get(Service, a.Region, r.ID))
}

// Change updates the resource created under a name in place. Properties set to nil are unset.
func (a *Account) Change(name string, change provider.Props) error {
	r := a.made[name]
	old := maps.Clone(r.Inputs)
	if err := a.check(r, Merge(r.Inputs, change)); err != nil {
		r.Inputs = old
		return err
	}
	state, err := a.Update(r.Token, r.ID, r.State, a.Resolve(r.Inputs), false)
	if state != nil {
		r.State = state
	}
	return a.await(r, err)
}

// Changed returns the inputs of the resource created under a name with a change, as Check returns them.
func (a *Account) Changed(name string, change provider.Props) (provider.Props, error) {
	r := a.made[name]
	in, _, err := a.Check(r.Token, r.URN, r.Inputs, Merge(r.Inputs, a.Resolve(change)), nil)
	return in, err
}

// Remove deletes the resource created under a name.
func (a *Account) Remove(name string) error {
	r := a.made[name]
	return a.Delete(r.Token, r.ID, r.State)
}

// RemoveAll deletes everything in reverse order of creation, as Pulumi does.
func (a *Account) RemoveAll() error {
	for i := len(a.names) - 1; i >= 0; i-- {
		if err := a.Remove(a.names[i]); err != nil {
			return fmt.Errorf("%s: %w", a.names[i], err)
		}
	}
	return nil
}

// Refresh reads the resource created under a name. A nil state means that it no longer exists.
func (a *Account) Refresh(name string) (inputs, state provider.Props, err error) {
	r := a.made[name]
	return a.Read(r.Token, r.ID, r.Inputs, r.State)
}

// Got returns the resource created under a name.
func (a *Account) Got(name string) *Resource { return a.made[name] }

// URN returns the URN that the engine would give a resource.
func URN(token, name string) string { return "urn:pulumi:staging::live-beats::" + token + "::" + name }

func (a *Account) check(r *Resource, in provider.Props) error {
	inputs, failures, err := a.Check(r.Token, r.URN, r.Inputs, a.Resolve(in), nil)
	r.Inputs = inputs
	for _, f := range failures {
		err = errors.Join(err, fmt.Errorf("%s: %s", f.Property, f.Reason))
	}
	return err
}

// Resolve replaces each "$name" in inputs by the value that it stands for.
func (a *Account) Resolve(in provider.Props) provider.Props { return a.resolve(in).(provider.Props) }

// resolve copies inputs, with each "$name" replaced.
func (a *Account) resolve(v any) any {
	switch v := v.(type) {
	case string:
		name, property, _ := strings.Cut(strings.TrimPrefix(v, "$"), ".")
		switch r := a.made[name]; {
		case !strings.HasPrefix(v, "$"):
			return v
		case r == nil:
			return "missing-" + name
		case property == "":
			return r.ID
		default:
			return r.State[property]
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = a.resolve(v[i])
		}
		return out
	case map[string]any:
		out := provider.Props{}
		for name := range v {
			out[name] = a.resolve(v[name])
		}
		return out
	default:
		return v
	}
}

// nameSeeded names what a new account has: "vpc", "group", and "subnet-a" to "subnet-c".
func (a *Account) nameSeeded(prefix string) {
	names := map[string]string{"aws:ec2/vpc:Vpc": "vpc", SecurityGroup: "group", "aws:ec2/subnet:Subnet": "subnet-"}
	for _, o := range a.World.List("", a.Region) {
		name := names[o.Type]
		if zone, ok := o.Props["availabilityZone"].(string); ok {
			name += zone[len(zone)-1:]
		}
		if name != "" {
			a.made[prefix+name] = &Resource{Token: o.Type, ID: o.ID, State: o.Props}
		}
	}
}

// OtherNetwork adds a second VPC without an internet gateway, which the sandbox cannot create: "$other-vpc", with
// "$other-subnet-a" and so on. It is the network of a new account in another region, moved to this region.
func (a *Account) OtherNetwork() {
	other := &Account{Engine: &provider.Engine{Scope: a.Scope, World: a.World}, made: a.made}
	other.Region = "eu-west-1"
	ec2.Seed(a.World, other.Scope)
	other.nameSeeded("other-")
	for _, o := range a.World.List("", other.Region) {
		a.World.Delete(o)
		if strings.Contains(o.Type, "nternetGateway") {
			continue
		}
		delete(o.Props, "default")
		if zone, ok := o.Props["availabilityZone"].(string); ok {
			o.Props["availabilityZone"] = a.Region + zone[len(zone)-1:]
		}
		o.Region = a.Region
		a.World.Put(o)
	}
}

var reference = regexp.MustCompile(`\$[a-z-]+(\.[a-zA-Z]+)?`)

// Text replaces each "$name" in a text by the value that it stands for.
func (a *Account) Text(s string) string {
	return reference.ReplaceAllStringFunc(s, func(name string) string { return fmt.Sprint(a.resolve(name)) })
}

// Merge copies inputs and applies a change. A nil value unsets an input.
func Merge(in, change provider.Props) provider.Props {
	out := maps.Clone(in)
	for name, v := range change {
		if out[name] = v; v == nil {
			delete(out, name)
		}
	}
	return out
}
