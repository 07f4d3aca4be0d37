package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Read returns what AWS holds now; nil when the resource no longer exists. Without inputs and state it is an Import.
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

// fetch makes the calls that read a resource. It returns nil when the resource does not exist.
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

// current returns the resource that an update changes. If it no longer exists, the error is AWS's NotFound text for its
// type.
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

// held returns the resource as the world holds it, except that properties which only the provider knows are taken from
// Pulumi's state. It is nil when the resource does not exist.
func (e *Engine) held(typ *facts.Type, id string, state Props) *world.Object {
	o := e.World.Get(typ.Token, e.region(typ), worldID(typ, id, state))
	if o == nil || state == nil {
		return o
	}
	known := *o
	known.Props = withLocal(typ, o.Props, state)
	return &known
}

// refusal wraps an error of simulated AWS in a status code that tells the engine that nothing was left half-done.
func refusal(err error) error { return status.Error(codes.FailedPrecondition, err.Error()) }

// callError reports a failed create or update. Its text holds no secret. A resource that exists but did not reach a
// steady state is kept in the state.
func (s *Server) callError(e *Engine, urn string, err error, in Props) error {
	text, secrets := e.redact(err.Error()), topmost(e.marked)
	var unsettled *unsettledError
	if !errors.As(err, &unsettled) {
		return refusal(errors.New(text))
	}
	properties, encodeErr := s.encodeState(urn, unsettled.id, unsettled.props, secrets)
	inputs, inputsErr := encode(in, secrets)
	if err := errors.Join(encodeErr, inputsErr); err != nil {
		return err
	}
	st, err := status.New(codes.FailedPrecondition, text).WithDetails(&pulumirpc.ErrorResourceInitFailed{
		Id: unsettled.id, Properties: properties, Reasons: []string{text}, Inputs: inputs,
	})
	if err != nil {
		return err
	}
	return st.Err()
}

// encodeState encodes a resource's outputs. The id is one of them, as for every resource of the real provider. At
// preview the id of a new resource is unknown.
func (s *Server) encodeState(urn, id string, props Props, secrets []string) (*structpb.Struct, error) {
	out := maps.Clone(props)
	out["id"] = id
	if id == "" {
		out["id"] = Unknown{}
	}
	return encode(out, s.secrets(urn, props, secrets))
}

// secrets lists the properties to mark as secrets: those that came in as secrets, outputs that repeat one of them, and
// those that the table marks.
func (s *Server) secrets(urn string, props Props, given []string) []string {
	typ := s.Table[token(urn)]
	if typ == nil {
		return given
	}
	all := slices.Clone(given)
	for name, v := range props {
		known := typ.Outputs[name] != nil && !Zero(v) && !HasUnknown(v)
		repeats := func(input string) bool { return known && equalJSON(v, props[input]) }
		if p := typ.Property(name); p != nil && p.Secret || slices.ContainsFunc(given, repeats) {
			all = append(all, name)
		}
	}
	return all
}
