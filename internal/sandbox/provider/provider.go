// Package provider implements Pulumi's provider contract over the table of facts and the world: one generic path for
// every resource type, with a Behaviour where a table cannot say what AWS does.
package provider

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Props are property values: nil, bool, float64, string, []any, map[string]any, or Unknown.
type Props = map[string]any

// Unknown stands for a value that is not known until the deployment runs.
type Unknown struct{}

// Failure is a problem with one input, found before anything is created.
type Failure struct{ Property, Reason string }

// Behaviour is what AWS does with one type beyond its facts. Every function may be nil.
type Behaviour struct {
	// Check finds mistakes that are visible in the inputs alone, of which some may be Unknown. It may rewrite inputs as
	// the real provider does.
	Check func(in Props) []Failure
	// Replaces names the changed inputs that need a new resource only in combination with others.
	Replaces func(state, in Props) []string
	// Create runs once the references are known to exist and the table's outputs are filled in. It sets what the table
	// could not.
	Create func(c *Call) error
	// Update and Delete run before the world is changed.
	Update func(c *Call) error
	Delete func(c *Call) error
	// Settle runs after the world has changed and been saved: what goes on in AWS after the call has been accepted.
	// Its error leaves the resource in place.
	Settle func(c *Call) error
	// ImportID is the id that the real provider imports by, where no template can say it.
	ImportID func(o *world.Object) string
	// Conceal is what is kept of a document that came in as a secret, by property: what the model has to read of it, and
	// digests (Sealed) for the rest. The same text gives the same.
	Conceal map[string]func(text string) string
}

// Invoke is one function (a data source).
type Invoke struct {
	// Calls are the API calls that the real provider makes to answer it; none for what it knows by itself.
	Calls []string
	// Answer is what it answers.
	Answer func(s Scope, w *world.World, args Props) (Props, error)
}

// Scope is where calls act.
type Scope struct{ Partition, Region, Account string }

// Call is one create, update or delete.
type Call struct {
	Scope
	World *world.World
	// Old is nil on create; New is nil on delete. Behaviours may change New.Props.
	Old, New *world.Object
	// Vars are values for the table's templates that are no properties.
	Vars Props
	// recall is what the world holds of a value that was sealed.
	recall func(name string, v any) any
}

// Changed tells whether an update changes a property.
func (c *Call) Changed(name string) bool {
	if c.Old == nil || c.New == nil {
		return false
	}
	old, v := c.Old.Props[name], c.New.Props[name]
	sealed := c.recall != nil && slices.Contains(c.Old.Sealed, name)
	return !equalJSON(old, v) && !(sealed && equalJSON(old, c.recall(name, v)))
}

// Engine answers the provider calls for one package ("aws") over one world.
type Engine struct {
	Scope
	Table      facts.Table
	Behaviours map[string]Behaviour
	Invokes    map[string]Invoke
	World      *world.World
	// Kill ends the process when a fault asks for it. Without it, the engine kills its own.
	Kill func()
	// Outside engines act for somebody outside of Pulumi, whom faults spare.
	Outside bool

	// marked are the inputs that came in as secrets in this call, hidden the texts in them that nobody may read.
	marked []resource.PropertyPath
	hidden []string
}

// lookup finds a type that a program may create. The error says how to teach the sandbox one.
func (e *Engine) lookup(token string) (*facts.Type, error) {
	if typ := e.Table[token]; typ != nil {
		return typ, nil
	}
	return nil, fmt.Errorf("the sandbox does not model %s; docs/sandbox.md lists what it models, and how to teach it "+
		"another type in internal/sandbox/facts", token)
}

// Region is where objects of a type live: "" for global services.
func (e *Engine) region(typ *facts.Type) string {
	if typ.Global {
		return ""
	}
	return e.Region
}

// Create makes a resource. With preview nothing changes and what AWS decides is Unknown.
func (e *Engine) Create(token, urn string, in Props, preview bool) (string, Props, error) {
	typ, err := e.lookup(token)
	if err != nil {
		return "", nil, err
	}
	if preview {
		return "", e.planned(typ, in), nil
	}
	o := &world.Object{
		Type:    token,
		Region:  e.region(typ),
		Seed:    seed(e.World, urn),
		Created: e.World.Now(),
		Props:   inputsOnly(in),
	}
	c := &Call{Scope: e.Scope, World: e.World, New: o}
	err = e.perform(e.operation(typ, creating, urn, c), func() error { return e.create(typ, urn, c) })
	if !exists(err) {
		return "", nil, err
	}
	return e.pulumiID(typ, o), o.Props, err
}

// exists tells whether a create or update has left what it should, for all that it may have failed afterwards.
func exists(err error) bool { return err == nil || errors.As(err, new(*unsettledError)) }

func (e *Engine) create(typ *facts.Type, urn string, c *Call) error {
	if err := e.admit(typ, c); err != nil {
		return err
	}
	if err := e.complete(typ, c, e.Behaviours[typ.Token].Create); err != nil {
		return err
	}
	if err := e.refuseTwin(typ, c); err != nil {
		return err
	}
	if err := e.refuseExcess(typ, c); err != nil {
		return err
	}
	e.World.NextGeneration(urn)
	return e.commit(typ, c)
}

// worldID is what identifies a resource in the world: its id, or its key where ids are shared.
func worldID(typ *facts.Type, id string, state Props) string {
	if key, ok := state[typ.Key].(string); ok && typ.Key != "" {
		return key
	}
	return id
}

// pulumiID is what identifies a resource to Pulumi.
func (e *Engine) pulumiID(typ *facts.Type, o *world.Object) string {
	if typ.Key == "" {
		return o.ID
	}
	return fmt.Sprint(expander{typ: typ, call: &Call{Scope: e.Scope, New: o}}.expand(typ.ID))
}

// Update changes a resource in place.
func (e *Engine) Update(token, id string, old, in Props, preview bool) (Props, error) {
	typ, err := e.lookup(token)
	if err != nil {
		return nil, err
	}
	current, err := e.current(typ, id, old)
	if err != nil {
		return nil, err
	}
	o := &world.Object{
		Type: token, Region: current.Region, ID: current.ID,
		Seeded: current.Seeded, Seed: current.Seed, Created: current.Created,
		Props: inputsOnly(in),
	}
	if preview {
		return e.plannedUpdate(typ, o, old), nil
	}
	c := &Call{Scope: e.Scope, World: e.World, Old: current, New: o}
	c.recall = func(name string, v any) any { return e.recall(typ, name, v) }
	err = e.perform(e.operation(typ, updating, id, c), func() error { return e.update(typ, c) })
	if !exists(err) {
		return nil, err
	}
	return o.Props, err
}

func (e *Engine) update(typ *facts.Type, c *Call) error {
	if err := e.admit(typ, c); err != nil {
		return err
	}
	e.carryOver(typ, c)
	if err := e.complete(typ, c, e.Behaviours[typ.Token].Update); err != nil {
		return err
	}
	if err := e.refuseTwin(typ, c); err != nil {
		return err
	}
	return e.commit(typ, c)
}

// Delete removes a resource and what belongs to it. One that is gone already is no error.
func (e *Engine) Delete(token, id string, state Props) error {
	typ, err := e.lookup(token)
	if err != nil || typ.Stateless {
		return err
	}
	o := e.held(typ, id, state)
	if o == nil {
		return nil
	}
	c := &Call{Scope: e.Scope, World: e.World, Old: o}
	return e.perform(e.operation(typ, deleting, id, c), func() error { return e.remove(typ, c) })
}

func (e *Engine) remove(typ *facts.Type, c *Call) error {
	if err := errors.Join(refuseProtected(typ, c.Old), e.refuseInUse(typ, c.Old)); err != nil {
		return err
	}
	if remove := e.Behaviours[typ.Token].Delete; remove != nil {
		if err := remove(c); err != nil {
			return err
		}
	}
	e.cascade(c.Old)
	e.World.Delete(c.Old)
	return e.commit(typ, c)
}

// Read answers what AWS holds now: nil when the resource is gone. Without inputs and state it is an Import.
func (e *Engine) Read(token, id string, inputs, state Props) (newInputs, newState Props, err error) {
	typ, err := e.lookup(token)
	if err != nil {
		return nil, nil, err
	}
	if typ.Stateless {
		return inputs, state, nil
	}
	if inputs == nil && state == nil {
		_, inputs, state, err = e.Import(token, id)
		return inputs, state, err
	}
	o, err := e.fetch(typ, id, e.World.Get(token, e.region(typ), worldID(typ, id, state)))
	if o == nil {
		return nil, nil, err
	}
	current := e.unseal(typ, o, state)
	return readInputs(typ, inputs, current), current, nil
}

// fetch makes the calls that read a resource; nil when there is none.
func (e *Engine) fetch(typ *facts.Type, id string, o *world.Object) (*world.Object, error) {
	gone := errors.New(fill(typ.NotFound, Props{"key": id}))
	err := e.perform(e.operation(typ, reading, id, &Call{Scope: e.Scope, Old: o}), func() error {
		if o == nil {
			return gone
		}
		return nil
	})
	if err != nil && !errors.Is(err, gone) {
		return nil, err
	}
	return o, nil
}

// commit saves the world with the secrets sealed, and then lets AWS go on.
func (e *Engine) commit(typ *facts.Type, c *Call) error {
	if typ.Stateless {
		return nil
	}
	if c.New != nil {
		e.World.Put(e.seal(typ, c))
	}
	if err := e.World.Save(); err != nil {
		return err
	}
	settle := e.Behaviours[typ.Token].Settle
	if settle == nil {
		return nil
	}
	settled := settle(c)
	if err := e.World.Save(); err != nil {
		return err
	}
	if settled != nil {
		return &unsettledError{id: e.pulumiID(typ, c.New), props: c.New.Props, reason: settled}
	}
	return nil
}

// unsettledError reports a resource that exists but did not come to rest (a service without healthy tasks).
type unsettledError struct {
	id     string
	props  Props
	reason error
}

func (e *unsettledError) Error() string { return e.reason.Error() }
func (e *unsettledError) Unwrap() error { return e.reason }

// current is the resource that an update changes. AWS answers an update of one that is gone with its NotFound.
func (e *Engine) current(typ *facts.Type, id string, state Props) (*world.Object, error) {
	if typ.Stateless {
		return &world.Object{Type: typ.Token, ID: id, Props: state}, nil
	}
	o := e.held(typ, id, state)
	if o == nil {
		return nil, fmt.Errorf("%s", fill(typ.NotFound, Props{"key": id}))
	}
	return o, nil
}

// held is the resource as the world holds it, and what the provider alone knows as Pulumi's state does; nil when there
// is none.
func (e *Engine) held(typ *facts.Type, id string, state Props) *world.Object {
	o := e.World.Get(typ.Token, e.region(typ), worldID(typ, id, state))
	if o == nil || state == nil {
		return o
	}
	known := *o
	known.Props = withLocal(typ, o.Props, state)
	return &known
}
