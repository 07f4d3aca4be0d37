package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Sealed returns the form in which the world keeps a secret value: "sha256:" and a digest.
func Sealed(value string) string { return "sha256:" + world.Digest(64, "secret", value) }

// conceal returns what the world keeps of a secret input: digests, and what the model has to read.
func (e *Engine) conceal(typ *facts.Type, name string, v any) any {
	text, isText := v.(string)
	if document := e.Behaviours[typ.Token].Conceal[name]; document != nil && isText {
		return document(text)
	}
	if p := typ.Property(name); p != nil {
		return concealed(p, v)
	}
	return v
}

func concealed(p *facts.Property, v any) any {
	switch v := v.(type) {
	case string:
		if p.Secret || p.Free {
			return Sealed(v)
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = concealed(p, v[i])
		}
		return out
	case map[string]any:
		out := Props{}
		for name, item := range v {
			switch child := p.Properties[name]; {
			case p.Type == facts.Map:
				out[name] = Sealed(fmt.Sprint(item))
			case child != nil:
				out[name] = concealed(child, item)
			default:
				out[name] = item
			}
		}
		return out
	}
	return v
}

// concealable reports whether an input may come in as a secret. It may if the model only needs a digest of it, or if it
// only selects one of the account's resources or one of AWS's fixed values.
func (e *Engine) concealable(typ *facts.Type, path resource.PropertyPath) bool {
	if typ.Stateless || e.Behaviours[typ.Token].Conceal[fmt.Sprint(path[0])] != nil {
		return true
	}
	known, p := typ.Inputs, (*facts.Property)(nil)
	for _, element := range path {
		name, isName := element.(string)
		if isName && (p == nil || p.Type != facts.Map) {
			if p = known[name]; p == nil {
				return true // Check refuses it as not modelled.
			}
			known = p.Properties
		}
	}
	return mayBeSecret(p)
}

func mayBeSecret(p *facts.Property) bool {
	if p.Type == facts.Object || p.Type == facts.Objects {
		return !slices.ContainsFunc(slices.Collect(maps.Values(p.Properties)),
			func(child *facts.Property) bool { return !mayBeSecret(child) })
	}
	return p.Secret || p.Free || p.Type == facts.Map || p.Type == facts.Bool || p.Enum != nil ||
		p.Ref != nil && !p.Ref.Unchecked
}

// seal returns an object as the world's file holds it, which never holds a secret. Digests replace the values that are
// always secret, the inputs that came in as secrets, and the outputs that repeat such an input.
func (e *Engine) seal(typ *facts.Type, c *Call) *world.Object {
	stored := *c.New
	stored.Props, stored.Sealed = maps.Clone(c.New.Props), nil
	given := topmost(e.marked)
	for name, v := range c.New.Props {
		p := typ.Property(name)
		i := slices.IndexFunc(given, func(input string) bool {
			return input == name || typ.Outputs[name] != nil && equalJSON(v, c.New.Props[input])
		})
		switch {
		case v == nil || p == nil:
		case p.Secret:
			stored.Props[name] = Sealed(fmt.Sprint(v))
		case c.Old != nil && slices.Contains(c.Old.Sealed, name) && equalJSON(v, c.Old.Props[name]):
			stored.Sealed = append(stored.Sealed, name) // Unchanged, so still sealed.
		case i >= 0 && !Zero(v):
			stored.Props[name] = e.conceal(typ, given[i], v)
			if !equalJSON(stored.Props[name], v) { // References and switches stay in plain text.
				stored.Sealed = append(stored.Sealed, name)
			}
		}
	}
	slices.Sort(stored.Sealed)
	return &stored
}

// ChangedOutside stands for a secret whose value Pulumi does not know, because it was set outside of Pulumi.
const ChangedOutside = "(set outside of Pulumi: the sandbox keeps only a digest)"

// unknownSecret stands for an imported secret. The world can check whether a value is the right one, but cannot return
// it.
func unknownSecret(digest any) string { return fmt.Sprintf("%s%v)", unknownSecretPrefix, digest) }

const unknownSecretPrefix = "(the sandbox keeps only a digest of this secret; give its value: "

// hideImported makes imported secrets Unknown, so that a Behaviour does not read their placeholders. It returns the
// placeholders.
func hideImported(typ *facts.Type, in Props) Props {
	secrets := Props{}
	for name, v := range in {
		text, _ := v.(string)
		if p := typ.Inputs[name]; p != nil && p.Secret && strings.HasPrefix(text, unknownSecretPrefix) {
			secrets[name], in[name] = v, Unknown{}
		}
	}
	return secrets
}

// unseal returns an object's properties. Secrets that have not changed are as Pulumi last saw them, and properties that
// only the provider knows are taken from Pulumi's state. Without a state (an import), neither is known.
func (e *Engine) unseal(typ *facts.Type, o *world.Object, state Props) Props {
	out := maps.Clone(o.Props)
	for name, v := range o.Props {
		switch p := typ.Property(name); {
		case v == nil || p == nil:
		case p.Secret:
			out[name] = lastSeen(state, state[name], v)
		case slices.Contains(o.Sealed, name) && equalJSON(e.sealedForm(typ, name, state[name]), v):
			out[name] = state[name]
		}
	}
	return withLocal(typ, out, state)
}

// lastSeen returns a secret as Pulumi's state has it, if it still matches the digest.
func lastSeen(state Props, last, digest any) any {
	text, known := last.(string)
	switch {
	case state == nil || last == unknownSecret(digest):
		return unknownSecret(digest)
	case known && Sealed(text) == digest:
		return text
	default:
		return ChangedOutside
	}
}

// sealedForm returns what the world keeps of a sealed value. An output's sealed form is the one of the input that it
// repeats.
func (e *Engine) sealedForm(typ *facts.Type, name string, v any) any {
	if text, isText := v.(string); isText && typ.Outputs[name] != nil {
		return Sealed(text)
	}
	return e.conceal(typ, name, v)
}

// withLocal takes the properties that AWS does not know from Pulumi's state. Without a state, they have the provider's
// defaults.
func withLocal(typ *facts.Type, props, state Props) Props {
	props = maps.Clone(props)
	for name, p := range typ.Inputs {
		if !p.Local {
			continue
		}
		v := state[name]
		if state == nil {
			v = number(p.Default)
		}
		if props[name] = v; v == nil {
			delete(props, name)
		}
	}
	return props
}
