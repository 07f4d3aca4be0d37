package provider

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// operation is one step of the engine as the real provider performs it: a sequence of API calls.
type operation struct {
	calls []string
	// effect is the index of the call that changes the world. Everything that the operation changes, changes at this call;
	// the calls before it only prepare.
	effect int
	typ    string
	urn    string
	call   *Call
	// id returns the id of the resource in Pulumi, once the operation has created it.
	id func() string
}

// resource names what the operation acts on. The name is the same in every run.
func (op *operation) resource() string {
	if op.call.Old != nil {
		return op.call.Old.ID
	}
	return op.urn
}

func (op *operation) event(call string, err error) world.Event {
	e := world.Event{Call: call, Region: op.call.Region, Type: op.typ}
	e.Name = op.urn[strings.LastIndex(op.urn, ":")+1:]
	for _, o := range []*world.Object{op.call.Old, op.call.New} {
		if o == nil {
			continue
		}
		e.ID = o.ID
		if name, ok := o.Props["name"].(string); ok {
			e.Name = name
		}
	}
	if err != nil {
		e.Error = err.Error()
	}
	return e
}

// perform makes the calls of an operation and records each of them. The whole effect happens at one call. A fault at an
// earlier call, or at this one, leaves the world as it was. After a fault at a later call the resource exists although
// the operation has failed, which the real provider reports as a resource that exists but is incomplete.
func (e *Engine) perform(op operation, effect func() error) error {
	if len(op.calls) == 0 {
		return effect()
	}
	var unsettled error
	for i, call := range op.calls {
		fault, err := e.fault(call, &op)
		if err != nil {
			return err
		}
		if fault != nil && !fault.Crash {
			if err := e.record(op.event(call, fault)); err != nil {
				return err
			}
			return op.failed(i, fault)
		}
		if i == op.effect {
			err = effect()
		}
		if errors.As(err, new(*unsettledError)) {
			unsettled, err = err, nil // AWS has accepted the call.
		}
		recorded := e.record(op.event(call, err))
		if err != nil {
			return err
		}
		if recorded != nil {
			return op.failed(i+1, recorded) // The call itself was made.
		}
		if fault != nil {
			e.crash()
		}
	}
	return unsettled
}

// record records an event, without secrets in its error text.
func (e *Engine) record(event world.Event) error {
	event.Error = e.redact(event.Error)
	return e.World.Record(event)
}

func (e *Engine) fault(call string, op *operation) (*world.Fault, error) {
	if e.Outside {
		return nil, nil
	}
	return e.World.TakeFault(call, op.resource())
}

// failed returns the error of an operation whose i-th call failed.
func (op *operation) failed(i int, err error) error {
	if i <= op.effect || op.call.New == nil {
		return err
	}
	return &unsettledError{id: op.id(), props: op.call.New.Props, reason: err}
}

// crash kills the process without any cleanup, like a power cut.
func (e *Engine) crash() {
	if e.Kill != nil {
		e.Kill()
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// verb is a kind of operation on a type.
type verb int

const (
	creating verb = iota
	reading
	updating
	deleting
)

func (e *Engine) operation(typ *facts.Type, v verb, urn string, c *Call) operation {
	op := operation{typ: typ.Token, urn: urn, call: c, calls: calls(typ, v)}
	op.id = func() string { return e.pulumiID(typ, c.New) }
	mutates := func(call string) bool { return !readsOnly(call) }
	switch op.effect = max(0, slices.IndexFunc(op.calls, mutates)); v {
	case reading:
		op.effect = len(op.calls) - 1
	case deleting: // The calls before the last one take the resource out of use.
		for i, call := range op.calls {
			if mutates(call) {
				op.effect = i
			}
		}
	case creating, updating:
	}
	return op
}

func readsOnly(call string) bool {
	return slices.ContainsFunc([]string{"Describe", "Get", "List", "Head"}, func(verb string) bool {
		return strings.HasPrefix(call, verb)
	})
}

// calls lists the API calls of one operation. A create or an update ends by reading the resource back.
func calls(typ *facts.Type, v verb) []string {
	var made []string
	switch v {
	case reading:
		return typ.Calls.Read
	case deleting:
		return typ.Calls.Delete
	case creating:
		made = slices.Clone(typ.Calls.Create)
	case updating:
		made = slices.Clone(typ.Calls.Update)
	}
	for _, call := range typ.Calls.Read {
		if !slices.Contains(made, call) {
			made = append(made, call)
		}
	}
	return made
}

// Calls lists the API calls that the engine can make, sorted.
func (e *Engine) Calls() []string {
	var all []string
	for _, token := range e.Table.Tokens() {
		for _, v := range []verb{creating, reading, updating, deleting} {
			all = append(all, calls(e.Table[token], v)...)
		}
	}
	for _, f := range e.Invokes {
		all = append(all, f.Calls...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// invoke calls one function (a data source) and returns its result.
func (e *Engine) invoke(token string, f Invoke, args Props) (result Props, err error) {
	answer := func() error {
		result, err = f.Answer(e.Scope, e.World, args)
		return err
	}
	op := operation{typ: token, urn: token, call: &Call{Scope: e.Scope}, calls: f.Calls}
	err = e.perform(op, answer)
	return result, err
}
