package provider

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// ChangeKind is the way in which a property differs.
type ChangeKind int

// Kinds of change.
const (
	Added ChangeKind = iota
	Removed
	Updated
)

// Change is one difference between the state of a resource and its new inputs.
type Change struct {
	Path     string
	Kind     ChangeKind
	Replaces bool
}

// Diff compares the state of a resource with its new inputs. deleteFirst reports that a replacement must delete the old
// resource first, because the program chose its name and the name can exist only once.
func (e *Engine) Diff(token string, state, news Props) (changes []Change, deleteFirst bool, err error) {
	typ, err := e.lookup(token)
	if err != nil {
		return nil, false, err
	}
	d := differ{}
	d.object("", typ.Inputs, e.matchSecrets(typ, state, news), inputsOnly(news), false)
	d.allTags(typ, state, news)
	if replaces := e.Behaviours[token].Replaces; replaces != nil {
		d.replace(replaces(state, news))
	}
	deleteFirst = typ.DeleteFirst
	if name := typ.Name(); name != "" {
		generated, _ := news[defaultsKey].([]any)
		deleteFirst = deleteFirst || !slices.Contains(generated, any(name))
	}
	return d.changes, deleteFirst, nil
}

// matchSecrets replaces digests of secrets, which an import left in the state, by the new values that they are digests
// of.
func (e *Engine) matchSecrets(typ *facts.Type, state, news Props) Props {
	state = maps.Clone(state)
	for name, v := range news {
		if state[name] != nil && typ.Inputs[name] != nil && equalJSON(state[name], e.conceal(typ, name, v)) {
			state[name] = v
		}
	}
	return state
}

// allTags adds a change of the default tags.
func (d *differ) allTags(typ *facts.Type, state, news Props) {
	own := func(c Change) bool { return strings.HasPrefix(c.Path, "tags") }
	never := news["tagsAll"] == nil && equalJSON(state["tagsAll"], state["tags"]) // There were and are no default tags.
	if typ.Outputs["tagsAll"] == nil || never || slices.ContainsFunc(d.changes, own) {
		return
	}
	if was, want := state["tagsAll"], tagsOf(news); (!Zero(was) || !Zero(want)) && !equalJSON(was, want) {
		d.add("tagsAll", Updated, false)
	}
}

type differ struct{ changes []Change }

func (d *differ) object(path string, known map[string]*facts.Property, old, want Props, replaces bool) {
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if matches(known[name].ComparedWhen, want) {
			d.property(join(path, name), known[name], old[name], want[name], replaces || known[name].Replaces)
		}
	}
}

func (d *differ) property(path string, p *facts.Property, old, want any, replaces bool) {
	switch {
	case Zero(old) && Zero(want), p.Alike == facts.AlikeAlways:
	case want == nil && p.Computed:
	case want == nil:
		d.add(path, Removed, replaces)
	case Zero(old):
		d.add(path, Added, replaces)
	default:
		d.value(path, p, old, want, replaces)
	}
}

// replace marks the changes of the named properties, and of anything inside them, as requiring a replacement.
func (d *differ) replace(names []string) {
	for i, change := range d.changes {
		top, _, _ := strings.Cut(strings.ReplaceAll(change.Path, "[", "."), ".")
		d.changes[i].Replaces = change.Replaces || slices.Contains(names, top)
	}
}

func (d *differ) add(path string, kind ChangeKind, replaces bool) {
	d.changes = append(d.changes, Change{Path: path, Kind: kind, Replaces: replaces})
}

// value compares two values that are both set.
func (d *differ) value(path string, p *facts.Property, old, want any, replaces bool) {
	switch p.Type {
	case facts.Object:
		was, _ := old.(map[string]any)
		wanted, ok := want.(map[string]any)
		if ok {
			d.object(path, p.Properties, was, wanted, replaces)
			return
		}
	case facts.Map:
		was, _ := old.(map[string]any)
		wanted, ok := want.(map[string]any)
		if ok {
			d.stringMap(path, was, wanted, replaces)
			return
		}
	case facts.Strings, facts.Objects:
		was, _ := old.([]any)
		wanted, ok := want.([]any)
		if ok {
			d.list(path, p, was, wanted, replaces)
			return
		}
	case facts.JSON:
		was, _ := old.(string)
		if wanted, ok := want.(string); ok && sameDocument(p, was, wanted) {
			return
		}
	}
	if alike(p.Alike, fmt.Sprint(old), fmt.Sprint(want)) {
		return
	}
	imported := p.Secret && old == unknownSecret(Sealed(fmt.Sprint(want)))
	if !imported && !equalJSON(old, want) {
		d.add(path, Updated, replaces)
	}
}

// alike reports whether the real provider shows no change between two values that differ.
func alike(kind, old, want string) bool {
	switch kind {
	case facts.AlikeSpaces:
		return strings.TrimSpace(old) == strings.TrimSpace(want)
	case facts.AlikeKey:
		return strings.HasSuffix(old, ":key/"+want) || strings.HasSuffix(want, ":key/"+old)
	case facts.AlikeTier:
		return old == "Standard" && want == "Intelligent-Tiering"
	default:
		return false
	}
}

func (d *differ) stringMap(path string, old, want Props, replaces bool) {
	known := map[string]*facts.Property{}
	for _, values := range []Props{old, want} {
		for name := range values {
			known[name] = &facts.Property{Type: facts.String}
		}
	}
	d.object(path, known, old, want, replaces)
}

func (d *differ) list(path string, p *facts.Property, old, want []any, replaces bool) {
	if p.Set {
		old, want = ordered(p, old), ordered(p, want)
	}
	item := &facts.Property{Type: facts.String}
	if p.Type == facts.Objects {
		item = &facts.Property{Type: facts.Object, Properties: p.Properties}
	}
	for i := range max(len(old), len(want)) {
		d.property(fmt.Sprintf("%s[%d]", path, i), item, at(old, i), at(want, i), replaces)
	}
}

func at(items []any, i int) any {
	if i < len(items) {
		return items[i]
	}
	return nil
}

// ordered sorts a set by the JSON of those properties of its items that a program can set.
func ordered(p *facts.Property, items []any) []any {
	key := func(item any) string {
		object, ok := item.(map[string]any)
		if ok {
			settable := Props{}
			for name, v := range object {
				if child := p.Properties[name]; child != nil && !child.Computed && !Zero(v) {
					settable[name] = v
				}
			}
			item = settable
		}
		text, err := json.Marshal(item)
		if err != nil {
			return fmt.Sprint(item)
		}
		return string(text)
	}
	return slices.SortedFunc(slices.Values(items), func(a, b any) int { return cmp.Compare(key(a), key(b)) })
}

// readInputs returns the inputs that would give the resource its current state. An input that was not set stays unset
// if AWS decides it, or if its value is zero.
func readInputs(typ *facts.Type, inputs, current Props) Props {
	out := Props{}
	for name, p := range typ.Inputs {
		v := current[name]
		_, wasSet := inputs[name]
		if !wasSet && (p.Computed || Zero(v)) {
			continue
		}
		if v = withoutFilled(p, v, inputs[name]); v != nil {
			out[name] = v
		}
	}
	if inputs["tagsAll"] != nil {
		out["tagsAll"] = current["tagsAll"]
	}
	if defaults, ok := inputs[defaultsKey]; ok {
		out[defaultsKey] = defaults
	}
	return out
}

// withoutFilled drops the properties inside a value that AWS filled in and the inputs did not set.
func withoutFilled(p *facts.Property, current, input any) any {
	switch v := current.(type) {
	case map[string]any:
		if p.Type != facts.Object {
			return v
		}
		was, _ := input.(map[string]any)
		out := Props{}
		for name, child := range p.Properties {
			if _, wasSet := was[name]; wasSet || !child.Computed && !Zero(v[name]) {
				out[name] = withoutFilled(child, v[name], was[name])
			}
		}
		return out
	case []any:
		was, _ := input.([]any)
		out := make([]any, len(v))
		for i := range v {
			item := *p
			if p.Type == facts.Objects {
				item.Type = facts.Object
			}
			out[i] = withoutFilled(&item, v[i], at(was, i))
		}
		return out
	default:
		return current
	}
}
