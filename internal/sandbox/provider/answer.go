package provider

import (
	"errors"
	"maps"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

// refusal wraps an error of simulated AWS in a code that tells the engine that nothing was left half-done.
func refusal(err error) error { return status.Error(codes.FailedPrecondition, err.Error()) }

// callError reports a failed create or update. A resource that exists but did not come to rest is kept in the state.
// Its text holds no secret.
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

// encodeState encodes a resource's outputs. Its id is one of them, as it is of every resource of the real provider; at
// preview a new one's is unknown.
func (s *Server) encodeState(urn, id string, props Props, secrets []string) (*structpb.Struct, error) {
	out := maps.Clone(props)
	out["id"] = id
	if id == "" {
		out["id"] = Unknown{}
	}
	return encode(out, s.secrets(urn, props, secrets))
}

// secrets are the properties that came in as secrets, the outputs that repeat one, and those that the table says are.
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
