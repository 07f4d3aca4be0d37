package provider

import (
	"errors"
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Create creates a resource and returns its id and its state. With preview nothing changes, and values that AWS decides
// are Unknown.
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
	err = e.change(e.operation(typ, creating, urn, c), func() error { return e.create(typ, urn, c) })
	if !resourceExists(err) {
		return "", nil, err
	}
	return e.pulumiID(typ, o), o.Props, err
}

// change performs an operation that changes the world completely or not at all: if its effect fails, the changes made
// so far are undone.
func (e *Engine) change(op operation, effect func() error) error {
	return e.perform(op, func() error {
		restore, exists := e.World.Checkpoint(), false
		defer func() {
			if !exists { // Also after a panic.
				restore()
			}
		}()
		err := effect()
		exists = resourceExists(err)
		return err
	})
}

// resourceExists reports whether a create or update has left the resource in place, even if the operation failed
// afterwards.
func resourceExists(err error) bool { return err == nil || errors.As(err, new(*unsettledError)) }

func (e *Engine) create(typ *facts.Type, urn string, c *Call) error {
	if err := e.checkReferences(typ, c); err != nil {
		return err
	}
	if err := e.complete(typ, c, e.Behaviours[typ.Token].Create); err != nil {
		return err
	}
	if err := e.refuseDuplicate(typ, c); err != nil {
		return err
	}
	if err := e.refuseOverQuota(typ, c); err != nil {
		return err
	}
	e.World.NextGeneration(urn)
	return e.commit(typ, c)
}

// worldID returns the id of a resource in the world: its Pulumi id, or its key where resources share Pulumi ids.
func worldID(typ *facts.Type, id string, state Props) string {
	if key, ok := state[typ.Key].(string); ok && typ.Key != "" {
		return key
	}
	return id
}

// pulumiID returns the id of a resource in Pulumi.
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
	c.sealedForm = func(name string, v any) any { return e.sealedForm(typ, name, v) }
	err = e.change(e.operation(typ, updating, id, c), func() error { return e.update(typ, c) })
	if !resourceExists(err) {
		return nil, err
	}
	return o.Props, err
}

func (e *Engine) update(typ *facts.Type, c *Call) error {
	if err := e.checkReferences(typ, c); err != nil {
		return err
	}
	e.carryOver(typ, c)
	if err := e.complete(typ, c, e.Behaviours[typ.Token].Update); err != nil {
		return err
	}
	if err := e.refuseDuplicate(typ, c); err != nil {
		return err
	}
	return e.commit(typ, c)
}

// Delete deletes a resource and what belongs to it. It is not an error if the resource no longer exists.
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
	return e.change(e.operation(typ, deleting, id, c), func() error { return e.remove(typ, c) })
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

// commit saves the world with the secrets sealed. Then it runs what AWS does after it has accepted the call.
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
	settled := errors.Join(settle(c), e.World.Save())
	if settled != nil && c.New != nil {
		return &unsettledError{id: e.pulumiID(typ, c.New), props: c.New.Props, reason: settled}
	}
	return settled
}

// unsettledError reports a resource that exists but did not reach a steady state, such as a service without healthy
// tasks.
type unsettledError struct {
	id     string
	props  Props
	reason error
}

func (e *unsettledError) Error() string { return e.reason.Error() }
func (e *unsettledError) Unwrap() error { return e.reason }
