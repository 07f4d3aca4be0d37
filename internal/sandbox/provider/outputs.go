package provider

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// planned returns what a preview shows of a resource to be created: its inputs, and Unknown for everything that AWS
// decides.
func (e *Engine) planned(typ *facts.Type, in Props) Props {
	out := inputsOnly(in)
	for name, p := range typ.Inputs {
		if p.Computed && out[name] == nil {
			out[name] = Unknown{}
		}
	}
	for name := range typ.Outputs {
		out[name] = Unknown{}
	}
	return out
}

// plannedUpdate returns what a preview shows of a resource to be changed. Values that AWS decided before stay, except
// those that the change recomputes.
func (e *Engine) plannedUpdate(typ *facts.Type, o *world.Object, old Props) Props {
	out := inputsOnly(o.Props)
	for name, p := range typ.Inputs {
		if p.Computed && out[name] == nil {
			out[name] = old[name]
		}
	}
	for name, p := range typ.Outputs {
		out[name] = old[name]
		if recomputed(p, old, o.Props) {
			out[name] = Unknown{}
		}
	}
	if typ.Outputs["tagsAll"] != nil {
		out["tagsAll"] = tagsOf(o.Props)
	}
	return out
}

func recomputed(p *facts.Property, old, in Props) bool {
	return slices.ContainsFunc(p.RecomputedBy, func(name string) bool {
		return in[name] != nil && !equalJSON(old[name], in[name])
	})
}

// carryOver copies the values that AWS decided when the resource was created into an update.
func (e *Engine) carryOver(typ *facts.Type, c *Call) {
	for name, p := range typ.Inputs {
		known := c.Old.Props[name] != nil && !slices.Contains(c.Old.Sealed, name)
		if p.Computed && c.New.Props[name] == nil && known {
			c.New.Props[name] = c.Old.Props[name]
		}
	}
	for name := range typ.Outputs {
		if name != "tagsAll" && c.Old.Props[name] != nil {
			c.New.Props[name] = c.Old.Props[name]
		}
	}
}

// complete lets the type's behaviour set the values that it decides. Then it fills in the remaining values from the
// table, and the id.
func (e *Engine) complete(typ *facts.Type, c *Call, behaviour func(*Call) error) error {
	c.Vars = Props{}
	if behaviour != nil {
		if err := behaviour(c); err != nil {
			return err
		}
	}
	x := expander{typ: typ, call: c}
	for _, name := range slices.Sorted(maps.Keys(typ.Inputs)) {
		if p := typ.Inputs[name]; p.Computed && c.New.Props[name] == nil && p.Value != nil {
			c.New.Props[name] = x.expand(p.Value)
		}
		fillNested(typ.Inputs[name], c.New.Props[name])
	}
	if c.New.ID == "" && typ.Key == "" {
		c.New.ID = fmt.Sprint(x.expand(typ.ID))
	}
	for _, name := range slices.Sorted(maps.Keys(typ.Outputs)) {
		if p := typ.Outputs[name]; p.Value != nil && c.New.Props[name] == nil {
			c.New.Props[name] = x.expand(p.Value)
		}
	}
	if typ.Key != "" {
		c.New.ID = fmt.Sprint(c.New.Props[typ.Key])
	}
	return nil
}

// fillNested sets the literal values that AWS returns for unset properties inside objects.
func fillNested(p *facts.Property, v any) {
	objects, _ := v.([]any)
	if object, ok := v.(map[string]any); ok && p.Type == facts.Object {
		objects = []any{object}
	}
	for _, item := range objects {
		object, ok := item.(map[string]any)
		if !ok {
			return
		}
		for name, child := range p.Properties {
			if child.Computed && object[name] == nil && child.Value != nil {
				object[name] = number(child.Value)
			}
			fillNested(child, object[name])
		}
	}
}

// expander expands the templates of one resource.
type expander struct {
	typ  *facts.Type
	call *Call
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z]+)(\d*)\}`)

// expand replaces the placeholders of a string template. A template that is a single placeholder becomes its value,
// with the value's type.
func (x expander) expand(template any) any {
	text, ok := template.(string)
	if !ok {
		return plain(template)
	}
	if m := placeholder.FindStringSubmatch(text); m != nil && m[0] == text {
		return x.resolve(m[1], m[2])
	}
	return placeholder.ReplaceAllStringFunc(text, func(match string) string {
		m := placeholder.FindStringSubmatch(match)
		return fmt.Sprint(x.resolve(m[1], m[2]))
	})
}

func (x expander) resolve(name, digits string) any {
	n, _ := strconv.Atoi(digits)
	o := x.call.New
	switch name {
	case "partition":
		return x.call.Partition
	case "region":
		return x.call.Region
	case "account":
		return x.call.Account
	case "id":
		return o.ID
	case "clock":
		return o.Created.Format(time.RFC3339)
	case "hex":
		return world.Digest(n, o.Seed)
	case "uuid":
		return world.UUID(o.Seed)
	case "upper":
		return strings.ToUpper(world.Digest(n, "upper", o.Seed))
	case "digits":
		return decimal(world.Digest(64, "digits", o.Seed))[:n]
	}
	if v, ok := x.call.Vars[name]; ok {
		return v
	}
	if v, ok := o.Props[name]; ok {
		return v
	}
	if p := x.typ.Outputs[name]; p != nil && p.Value != nil {
		return x.expand(p.Value)
	}
	return nil
}

func decimal(hex string) string {
	n, _ := new(big.Int).SetString(hex, 16)
	return n.String()
}

// plain converts literals of the table to property values.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case map[string]any:
		out := Props{}
		for name := range v {
			out[name] = plain(v[name])
		}
		return out
	default:
		return number(v)
	}
}

// fill replaces the placeholders in an error text of the table with property values.
func fill(template string, props Props) string {
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
		return fmt.Sprint(props[strings.Trim(match, "{}")])
	})
}
