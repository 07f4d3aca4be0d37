package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// checkReferences refuses a create or update that names a missing resource.
func (e *Engine) checkReferences(typ *facts.Type, c *Call) error {
	if typ.Stateless {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(typ.Inputs)) {
		for _, r := range references(typ.Inputs[name], c.New.Props[name]) {
			if !r.Unchecked && e.target(r) == nil {
				return errors.New(fill(e.Table[r.Type].NotFound, Props{"key": r.value}))
			}
		}
	}
	return nil
}

// refuseDuplicate refuses a create or update whose unique properties are taken. It compares them as AWS completes them:
// a security group without a VPC is in the default VPC, and a service has the same id whether its cluster is given by
// name or by ARN.
func (e *Engine) refuseDuplicate(typ *facts.Type, c *Call) error {
	if typ.Stateless || typ.Unique == nil {
		return nil
	}
	if e.twin(typ, c) != nil {
		return errors.New(fill(typ.Exists, c.New.Props))
	}
	return nil
}

func (e *Engine) twin(typ *facts.Type, c *Call) *world.Object {
	other := func(o *world.Object) bool { return c.Old == nil || o.ID != c.Old.ID }
	if typ.ID == "{"+strings.Join(typ.Unique, "")+"}" {
		// The unique property is the id, by which the world finds an object among thousands.
		if o := e.World.Get(typ.Token, c.New.Region, c.New.ID); o != nil && other(o) {
			return o
		}
		return nil
	}
	return e.World.Find(typ.Token, c.New.Region, func(o *world.Object) bool {
		return other(o) && (o.ID == c.New.ID || !slices.ContainsFunc(typ.Unique, func(name string) bool {
			return !equalJSON(o.Props[name], c.New.Props[name])
		}))
	})
}

// reference is one value that names another resource.
type reference struct {
	*facts.Ref
	value string
}

// references lists the references in a property's value, at any depth.
func references(p *facts.Property, v any) []reference {
	var found []reference
	switch v := v.(type) {
	case string:
		if p.Ref != nil {
			found = append(found, reference{p.Ref, v})
		}
	case []any:
		for _, item := range v {
			found = append(found, references(p, item)...)
		}
	case map[string]any:
		for name, child := range p.Properties {
			found = append(found, references(child, v[name])...)
		}
	}
	return found
}

func (e *Engine) target(r reference) *world.Object {
	if r.By == nil {
		return e.World.Get(r.Type, e.region(e.Table[r.Type]), r.value)
	}
	return e.World.Find(r.Type, e.region(e.Table[r.Type]), r.names)
}

// names reports whether the reference names an object.
func (r reference) names(o *world.Object) bool {
	if r.By == nil {
		return o.ID == r.value
	}
	return slices.ContainsFunc(r.By, func(name string) bool { return o.Props[name] == r.value })
}

// referrers lists the objects that refer to o, with the given effect when o is deleted. Only types that can refer to it
// in this way are searched.
func (e *Engine) referrers(o *world.Object, onDelete string) []*world.Object {
	var found []*world.Object
	for _, token := range e.Table.Tokens() {
		typ := e.Table[token]
		if !typ.MayRefer(o.Type, onDelete) {
			continue
		}
		for _, other := range e.World.OfType(token) {
			if other.Region != "" && o.Region != "" && other.Region != o.Region {
				continue
			}
			if refersTo(typ, other, o, onDelete) {
				found = append(found, other)
			}
		}
	}
	return found
}

func refersTo(typ *facts.Type, from, to *world.Object, onDelete string) bool {
	for name, p := range typ.Inputs {
		for _, r := range references(p, from.Props[name]) {
			if r.OnDelete == onDelete && r.Type == to.Type && r.names(to) {
				return true
			}
		}
	}
	return false
}

// refuseInUse refuses to delete an object that another object depends on. Objects that would be deleted together with
// it do not count.
func (e *Engine) refuseInUse(typ *facts.Type, o *world.Object) error {
	if typ.InUse == "" {
		return nil
	}
	own := e.referrers(o, facts.Cascade)
	for _, other := range e.referrers(o, facts.Block) {
		if !slices.Contains(own, other) {
			return errors.New(fill(typ.InUse, withID(o)))
		}
	}
	return nil
}

func withID(o *world.Object) Props {
	props := maps.Clone(o.Props)
	props["id"] = o.ID
	return props
}

// cascade deletes what belongs to o, and everything that belongs to those objects.
func (e *Engine) cascade(o *world.Object) {
	for _, other := range e.referrers(o, facts.Cascade) {
		e.cascade(other)
		e.World.Delete(other)
	}
}

// Errorf returns an error as AWS reports it: a code, then a message.
func Errorf(code, format string, args ...any) error {
	return fmt.Errorf("%s: %s", code, fmt.Sprintf(format, args...))
}
