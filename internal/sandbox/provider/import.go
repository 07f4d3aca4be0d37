package provider

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Import finds the resource that the real provider finds under an import id. It returns the id that the resource has in
// Pulumi from then on, and the inputs and state that describe it. All are empty when no such resource exists.
func (e *Engine) Import(token, id string) (pulumiID string, inputs, state Props, err error) {
	typ, err := e.lookup(token)
	if err != nil {
		return "", nil, nil, err
	}
	if typ.Stateless {
		return "", nil, nil, fmt.Errorf("the sandbox cannot import %s: it exists only in Pulumi's state", token)
	}
	if typ.ImportID == facts.NoImport {
		return "", nil, nil, fmt.Errorf("import not supported: the real provider cannot import %s", token)
	}
	found := e.World.Find(typ.Token, e.region(typ), func(o *world.Object) bool { return e.ImportID(o) == id })
	o, err := e.fetch(typ, id, found)
	if o == nil {
		return "", nil, nil, err
	}
	state = e.unseal(typ, o, nil)
	inputs, err = e.importInputs(typ, state)
	return e.pulumiID(typ, o), inputs, state, err
}

// ImportID returns the id by which the real provider imports a resource.
func (e *Engine) ImportID(o *world.Object) string {
	typ := e.Table[o.Type]
	switch special := e.Behaviours[o.Type].ImportID; {
	case special != nil:
		return special(o)
	case typ.ImportID == "":
		return o.ID
	}
	x := expander{typ: typ, call: &Call{Scope: e.Scope, New: o, Vars: varsOf(typ.ID, o.ID)}}
	return fmt.Sprint(x.expand(typ.ImportID))
}

// quoted matches a placeholder in a template that has been quoted for a regular expression.
var quoted = regexp.MustCompile(`\\\{[a-zA-Z]+\d*\\\}`)

// varsOf returns the values that the placeholders of a template have in an id.
func varsOf(template, id string) Props {
	pattern := quoted.ReplaceAllString(regexp.QuoteMeta(template), "(.+)")
	values := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(id)
	vars := Props{}
	for i, name := range placeholder.FindAllStringSubmatch(template, -1) {
		if i+1 < len(values) {
			vars[name[1]] = values[i+1]
		}
	}
	return vars
}

// importInputs returns all inputs that a program could have set. It leaves out inputs that AWS decided if they
// contradict others; unset, they mean the same.
func (e *Engine) importInputs(typ *facts.Type, state Props) (Props, error) {
	check := func(in Props) ([]Failure, error) {
		_, failures, err := e.Check(typ.Token, "import::"+typ.Token, in, in, nil)
		return failures, err
	}
	in := settable(typ.Inputs, state, true)
	if failures, err := check(in); err != nil || len(failures) == 0 {
		return in, err
	}
	in = settable(typ.Inputs, state, false)
	failures, err := check(in)
	for _, name := range slices.Sorted(maps.Keys(typ.Inputs)) {
		if err != nil || len(failures) == 0 {
			break
		}
		if !typ.Inputs[name].Computed || in[name] == nil {
			continue
		}
		without := maps.Clone(in)
		delete(without, name)
		var left []Failure
		left, err = check(without)
		// Without this input, a later rule may fail instead: that is progress. A failure that misses the input just removed
		// is not.
		if len(left) == 0 || left[0] != failures[0] && without[left[0].Property] != nil {
			in, failures = without, left
		}
	}
	return in, err
}

// settable copies the properties that a program can set, without those that mean the same when they are unset. nested
// says whether to keep the properties inside objects that AWS decides.
func settable(known map[string]*facts.Property, values Props, nested bool) Props {
	out := Props{}
	for name, p := range known {
		v := values[name]
		if v == nil || Zero(v) && Zero(number(p.Default)) && !p.Required {
			continue
		}
		out[name] = settableValue(p, v, nested)
	}
	return out
}

func settableValue(p *facts.Property, v any, nested bool) any {
	switch v := v.(type) {
	case map[string]any:
		if p.Type == facts.Map {
			return v
		}
		known := maps.Clone(p.Properties)
		if !nested {
			maps.DeleteFunc(known, func(_ string, p *facts.Property) bool { return p.Computed })
		}
		return settable(known, v, nested)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = settableValue(p, v[i], nested)
		}
		return out
	default:
		return v
	}
}

// Created returns the id and the state, without secrets, of the resource that the last creation under a URN created.
// The state is nil when it does not exist. Every object records what created it, so that the resource can be found
// after a creation whose response was lost.
func (e *Engine) Created(urn string) (id string, state Props) {
	typ, generation := e.Table[token(urn)], e.World.Generation(urn)
	if typ == nil || generation == 0 {
		return "", nil
	}
	seed := seedOf(urn, generation-1)
	o := e.World.Find(typ.Token, e.region(typ), func(o *world.Object) bool { return o.Seed == seed })
	if o == nil {
		return "", nil
	}
	state = Props{}
	for name, v := range o.Props {
		if p := typ.Property(name); (p == nil || !p.Secret) && !slices.Contains(o.Sealed, name) {
			state[name] = v
		}
	}
	return e.pulumiID(typ, o), state
}

func seed(w *world.World, urn string) string { return seedOf(urn, w.Generation(urn)) }

func seedOf(urn string, generation int) string { return world.Digest(32, urn, fmt.Sprint(generation)) }
