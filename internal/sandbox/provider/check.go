package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// defaultsKey is the property that lists the inputs which the provider filled in, as the real provider records them. A
// name that is listed was generated, and is kept from then on. A name that is not listed was chosen by the program.
const defaultsKey = "__defaults"

// Naming is the user's autonaming configuration for one resource, as the engine passes it on.
type Naming struct {
	Proposed string
	Disabled bool
}

// Check validates inputs and fills in defaults and the generated name. It does not look at the world's objects. It also
// runs at preview; unknown values pass.
func (e *Engine) Check(token, urn string, olds, news Props, naming *Naming) (Props, []Failure, error) {
	typ, err := e.lookup(token)
	if err != nil {
		return nil, nil, err
	}
	c := checker{token: token}
	news = inputsOnly(news)
	if typ.Outputs["tagsAll"] != nil {
		delete(news, "tagsAll") // An import passes on what Read returned.
	}
	out := c.object("", typ.Inputs, news)
	c.name(typ, out, olds, e.generatedName(urn, naming))
	c.rules("", typ.Rules, out)
	c.limitName(typ, out)
	if check := e.Behaviours[token].Check; check != nil && len(c.failures) == 0 {
		secrets := hideImported(typ, out)
		c.failures = append(c.failures, check(out)...)
		maps.Copy(out, secrets)
	}
	if typ.Outputs["tagsAll"] != nil && len(e.DefaultTags) > 0 {
		out["tagsAll"] = e.allTags(&c, out["tags"])
	}
	out[defaultsKey] = defaulted(typ, news, out)
	return out, e.refuseSecrets(typ, c.failures), nil
}

// generatedName returns the name to generate for a resource: "<logical name>-<7 hex digits>", or what the user has
// configured. It is the same at preview and at up.
func (e *Engine) generatedName(urn string, naming *Naming) string {
	switch {
	case naming == nil:
		return urn[strings.LastIndex(urn, "::")+2:] + "-" + world.Digest(7, "name", seed(e.World, urn))
	case naming.Disabled:
		return ""
	default:
		return naming.Proposed
	}
}

func defaulted(typ *facts.Type, news, out Props) []any {
	var names []any
	for _, name := range slices.Sorted(maps.Keys(typ.Inputs)) {
		if news[name] == nil && out[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

type checker struct {
	token    string
	failures []Failure
}

func (c *checker) fail(path, format string, args ...any) {
	c.failures = append(c.failures, Failure{Property: path, Reason: fmt.Sprintf(format, args...)})
}

// object checks the properties of a resource, or of an object inside one, and returns them with defaults.
func (c *checker) object(path string, known map[string]*facts.Property, values Props) Props {
	out := Props{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if known[name] == nil {
			c.fail(join(path, name), "the sandbox does not model this property; it models %s",
				strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		v := values[name]
		if p := known[name]; v == "" && p.Ref != nil && !p.Required {
			v = nil // For the real provider an empty text is no reference.
		}
		if v = c.property(join(path, name), known[name], v); v != nil {
			out[name] = v
		}
	}
	return out
}

func (c *checker) property(path string, p *facts.Property, v any) any {
	if v == nil {
		if p.Required {
			c.fail(path, "missing required property")
		}
		return number(p.Default)
	}
	if object, isObject := v.(map[string]any); isObject && p.OrObject {
		v = document(object)
	}
	if _, unknown := v.(Unknown); unknown {
		return v
	}
	checked, ok := c.value(path, p, v)
	if !ok {
		c.fail(path, "expected %s, got %s", kindNames[p.Type], kindOf(v))
		return v
	}
	return checked
}

// document writes an object as JSON, which is unknown as long as a part of it is.
func document(object map[string]any) any {
	if HasUnknown(object) {
		return Unknown{}
	}
	text, err := json.Marshal(object)
	if err != nil {
		return object
	}
	return string(text)
}

// value checks the type and the limits of a known value. ok is false when the type is wrong.
func (c *checker) value(path string, p *facts.Property, v any) (checked any, ok bool) {
	switch p.Type {
	case facts.Int, facts.Number:
		var n float64
		if n, ok = v.(float64); ok {
			c.number(path, p, n)
		}
	case facts.Bool:
		if _, ok = v.(bool); ok {
			c.enum(path, p, v)
		}
	case facts.String:
		var s string
		if s, ok = v.(string); ok {
			c.text(path, p, s)
		}
	case facts.JSON:
		var s string
		if s, ok = v.(string); ok {
			c.document(path, p, s)
		}
	case facts.Map:
		ok = c.stringMap(path, v)
	case facts.Strings, facts.Objects:
		return c.list(path, p, v)
	case facts.Object:
		if object, isObject := v.(map[string]any); isObject {
			checked := c.object(path, p.Properties, object)
			c.rules(path, p.Rules, checked)
			return checked, true
		}
	}
	return v, ok
}

func (c *checker) list(path string, p *facts.Property, v any) (any, bool) {
	items, ok := v.([]any)
	if !ok {
		return nil, false
	}
	if p.MaxItems > 0 && len(items) > p.MaxItems {
		c.fail(path, "expected at most %d items, got %d", p.MaxItems, len(items))
	} else if i := slices.Index(items, any(nil)); i >= 0 {
		c.fail(fmt.Sprintf("%s[%d]", path, i), "must not be null")
	}
	if least := max(p.MinItems, btoi(p.Required)); len(items) < least {
		c.fail(path, "expected at least %d item, got %d", least, len(items))
	}
	item := *p // The limits of a list of strings apply to each of its items.
	item.Type, item.Required, item.Default = facts.String, false, nil
	if p.Type == facts.Objects {
		item.Type = facts.Object
	}
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = c.property(fmt.Sprintf("%s[%d]", path, i), &item, v)
	}
	return out, true
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *checker) stringMap(path string, v any) bool {
	values, ok := v.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		c.property(join(path, key), &facts.Property{Type: facts.String}, values[key])
	}
	if path == "tags" {
		c.tags(values)
	}
	return ok
}

// name keeps the name that the resource has, even if the program chose it, or else sets the proposed one.
func (c *checker) name(typ *facts.Type, out, olds Props, proposed string) {
	name := typ.Name()
	if name == "" || out[name] != nil {
		return
	}
	if olds[name] != nil {
		out[name] = olds[name]
		return
	}
	if proposed == "" {
		c.fail(name, "missing required property: automatic naming is disabled")
		return
	}
	proposed = typ.Inputs[name].NamePrefix + proposed
	if n := typ.Inputs[name].AutoName; len(proposed) > n {
		c.fail(name, "the generated name %q has %d characters, more than the %d allowed; "+
			"shorten the resource's logical name or set %s", proposed, len(proposed), n, name)
	}
	out[name] = proposed
}

// limitName checks a generated name against the limits of names.
func (c *checker) limitName(typ *facts.Type, out Props) {
	name := typ.Name()
	if generated, ok := out[name].(string); ok && len(c.failures) == 0 {
		c.text(name, typ.Inputs[name], generated)
	}
}
