package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/rds"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Describe returns the resources of a region and of the global services. With an id, it returns those with that id,
// name or ARN; where types share ids, use a type, a space and an id. Without an id, it returns all. Secrets are
// digests.
func (w *World) Describe(region, id string) ([]*world.Object, error) {
	w.Lock()
	defer w.Unlock()
	objects := w.List("", region)
	if id == "" {
		return objects, nil
	}
	found := slices.DeleteFunc(objects, func(o *world.Object) bool {
		return o.ID != id && o.Type+" "+o.ID != id && o.Props["name"] != id && o.Props["arn"] != id
	})
	if len(found) == 0 {
		return nil, fmt.Errorf("describe %q: nothing in region %s has that id, name or ARN; "+
			"without an id, describe lists everything", id, region)
	}
	return found, nil
}

// one finds the single resource that id names.
func (w *World) one(region, id string) (*world.Object, error) {
	found, err := w.Describe(region, id)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(o *world.Object) bool { return !strings.Contains(o.Type, ":") })
	if len(found) != 1 {
		types := make([]string, len(found))
		for i, o := range found {
			types[i] = strconv.Quote(o.Type + " " + o.ID)
		}
		return nil, fmt.Errorf("%q names %d resources: use one of the ids %s", id, len(found), strings.Join(types, ", "))
	}
	return found[0], nil
}

// operatorEngine returns an engine that acts for an operator outside of Pulumi, and the resource that id names.
func (w *World) operatorEngine(region, id string) (*provider.Engine, *world.Object, error) {
	engine, err := w.Engine(region)
	if err != nil {
		return nil, nil, err
	}
	engine.Outside = true
	o, err := w.one(region, id)
	return engine, o, err
}

// Drift changes one input of a resource outside of Pulumi, under AWS's rules. property may be a path into objects
// (healthCheck.path). value is JSON, or else a string.
func (w *World) Drift(region, id, property, value string) error {
	engine, o, err := w.operatorEngine(region, id)
	if err != nil {
		return err
	}
	in, err := withChange(engine.Table[o.Type], o, property, value)
	if err != nil {
		return fmt.Errorf("drift %q: %w", id, err)
	}
	checked, failures, err := engine.Check(o.Type, "outside::"+o.ID, in, in, nil)
	for _, failure := range failures {
		err = errors.Join(err, fmt.Errorf("drift %q: %s: %s", id, failure.Property, failure.Reason))
	}
	if err != nil {
		return err
	}
	w.Lock()
	defer w.Unlock()
	_, err = engine.Update(o.Type, o.ID, o.Props, checked, false)
	return err
}

// withChange returns an object's inputs with one of them changed.
func withChange(typ *facts.Type, o *world.Object, property, value string) (provider.Props, error) {
	path, err := resource.ParsePropertyPath(property)
	if err != nil {
		return nil, fmt.Errorf("parse property %q: %w", property, err)
	}
	negative := func(element any) bool { index, isIndex := element.(int); return isIndex && index < 0 }
	if len(path) == 0 || slices.ContainsFunc(path, negative) {
		return nil, fmt.Errorf("property %q must be a name or a path, such as healthCheck.path or subnets[0]", property)
	}
	p, err := propertyFacts(typ, path)
	if err != nil {
		return nil, err
	}
	in := provider.Props{}
	for name, p := range typ.Inputs {
		if p.Secret {
			return nil, fmt.Errorf("%s holds a secret, and the sandbox keeps only a digest of it; use put-parameter", o.Type)
		}
		if v, ok := o.Props[name]; ok {
			in[name] = v
		}
	}
	before := resource.NewProperty(resource.NewPropertyMapFromMap(in))
	changed, ok := before, !beyond(path, before)
	if ok {
		changed, ok = path.Add(before, parse(p, value))
	}
	if !ok {
		return nil, fmt.Errorf("%s has nothing at %q to change", o.ID, property)
	}
	return changed.ObjectValue().Mappable(), nil
}

// beyond reports whether a path leads past the end of a list: Add would fill the space between.
func beyond(path resource.PropertyPath, value resource.PropertyValue) bool {
	for i, element := range path {
		index, isIndex := element.(int)
		if !isIndex {
			continue
		}
		length := 0
		if list, ok := path[:i].Get(value); ok && list.IsArray() {
			length = len(list.ArrayValue())
		}
		if index > length {
			return true
		}
	}
	return false
}

// propertyFacts finds the facts of a property inside a type.
func propertyFacts(typ *facts.Type, path resource.PropertyPath) (*facts.Property, error) {
	known, p := typ.Inputs, (*facts.Property)(nil)
	for _, element := range path {
		name, isName := element.(string)
		switch {
		case p != nil && p.Type == facts.Map, !isName:
			p = &facts.Property{Type: facts.String, Properties: known}
			continue
		case known[name] == nil:
			return nil, fmt.Errorf("%s has no property %q that can be set; it has %s",
				typ.Token, name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		case known[name].Local:
			return nil, fmt.Errorf("%s of %s exists only in the provider: AWS does not know it", name, typ.Token)
		case known[name].Replaces:
			return nil, fmt.Errorf("%s of %s cannot be changed in place, only by a replacement", name, typ.Token)
		}
		p = known[name]
		known = p.Properties
	}
	return p, nil
}

// parse reads a value as its property's type: a text unchanged, anything else as JSON if it is JSON.
func parse(p *facts.Property, text string) resource.PropertyValue {
	var value any
	if p.Type == facts.String || p.Type == facts.JSON || json.Unmarshal([]byte(text), &value) != nil {
		value = text
	}
	return resource.NewPropertyValue(value)
}

// Snapshots lists the identifiers of the database snapshots in a region. No stack owns them.
func (w *World) Snapshots(region string) []string {
	w.Lock()
	defer w.Unlock()
	var ids []string
	for _, o := range w.List(rds.SnapshotType, region) {
		ids = append(ids, o.ID)
	}
	return ids
}

// Remove deletes a resource or a database snapshot outside of Pulumi, under AWS's rules.
func (w *World) Remove(region, id string) error {
	if slices.Contains(w.Snapshots(region), id) {
		w.Lock()
		defer w.Unlock()
		w.Delete(w.Get(rds.SnapshotType, region, id))
		event := world.Event{Call: "DeleteDBSnapshot", Region: region, Type: rds.SnapshotType, ID: id}
		return errors.Join(w.Record(event), w.Save())
	}
	engine, o, err := w.operatorEngine(region, id)
	if err != nil {
		return err
	}
	w.Lock()
	defer w.Unlock()
	return engine.Delete(o.Type, o.ID, o.Props)
}
