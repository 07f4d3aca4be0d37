package provider

import (
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Created finds what the last creation under a URN made, without secrets; nil when it is not there. Every object
// remembers who created it, so that a creation whose answer was lost can be found.
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
