package provider

import (
	"errors"
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

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
