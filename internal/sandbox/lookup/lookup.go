// Package lookup answers the functions (data sources) that a program calls. The table lookups.yaml defines which
// arguments and filters find which resources of the world, and what is returned of them. A few functions do not look
// for resources.
//
// To add a look-up to the sandbox, add it to lookups.yaml.
package lookup

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

//go:embed lookups.yaml
var file []byte

// Function is one look-up of resources.
type Function struct {
	// Type is the type that is looked up.
	Type string `yaml:"type"`
	// Calls are the API calls that the real provider makes.
	Calls []string `yaml:"calls"`
	// By maps each argument to properties, one of which must equal the argument. Arguments that are unset, false or empty
	// do not restrict the search, as in the real provider.
	By map[string][]Path `yaml:"by"`
	// Required arguments, and the default values of others.
	Required []string       `yaml:"required"`
	Defaults map[string]any `yaml:"defaults"`
	// Filters maps the names of AWS's filters to the properties that they compare. Functions with filters also accept the
	// filters tag:KEY and tag-key. Tags says that the function has an argument tags, all of which must match.
	Filters map[string][]Path `yaml:"filters"`
	Tags    bool              `yaml:"tags"`
	// Latest names an argument. If it is true, the newest match is returned. "always" means that no argument is needed.
	Latest string `yaml:"latest"`
	// Same lists the properties that are returned under their own names. Outputs maps the names of other outputs to their
	// values.
	Same    []string        `yaml:"same"`
	Outputs map[string]Path `yaml:"outputs"`
	// Lists are outputs that hold the items of the resource's own property of that name, and one object for each resource
	// of another type that names the resource.
	Lists map[string]List `yaml:"lists"`
	// Decrypts names the argument that asks for secrets in plain text. If it is false, the secrets of resources whose
	// properties equal Encrypted are returned as ciphertext.
	Decrypts  string         `yaml:"decrypts"`
	Encrypted map[string]any `yaml:"encrypted"`
	// IDs says that the result is the ids of all matches.
	IDs bool `yaml:"ids"`
	// ID is the result's own id, where it is not the resource's id.
	ID Path `yaml:"id"`
	// Noun is the real provider's word for the resource in its errors. None and Many are its errors for no match and for
	// several, where they are not the usual ones.
	Noun string `yaml:"noun"`
	None string `yaml:"none"`
	Many string `yaml:"many"`
	// Nothing is the error when nothing matches even without the tags, where it differs from None.
	Nothing string `yaml:"nothing"`
	// Simplified describes how the look-up differs from the real one, for docs/sandbox.md.
	Simplified []string `yaml:"simplified"`
}

// Functions reads the table. An error means that the table itself is wrong.
func Functions() (map[string]*Function, error) {
	var all map[string]*Function
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		return nil, fmt.Errorf("parse look-ups: %w", err)
	}
	return all, nil
}

// Invokes returns all functions that are modelled, by token.
func Invokes(table facts.Table) (map[string]provider.Invoke, error) {
	functions, err := Functions()
	if err != nil {
		return nil, err
	}
	out := maps.Clone(fixed)
	for token, f := range functions {
		typ := table[f.Type]
		if typ == nil {
			return nil, fmt.Errorf("%s: looks up the unknown type %s", token, f.Type)
		}
		answer := func(s provider.Scope, w *world.World, args provider.Props) (provider.Props, error) {
			q := query{Function: f, typ: typ, scope: s, world: w, args: withDefaults(f.Defaults, args)}
			return q.answer()
		}
		out[token] = provider.Invoke{Calls: f.Calls, Answer: answer}
	}
	return out, nil
}

func withDefaults(defaults map[string]any, args provider.Props) provider.Props {
	out := provider.Props{}
	maps.Copy(out, defaults)
	maps.Copy(out, args)
	return out
}

// query is one call of a function.
type query struct {
	*Function
	typ   *facts.Type
	scope provider.Scope
	world *world.World
	args  provider.Props
}

func (q query) answer() (provider.Props, error) {
	if err := q.checkArguments(); err != nil {
		return nil, err
	}
	filters, err := q.filters()
	if err != nil {
		return nil, err
	}
	region := q.scope.Region
	if q.typ.Global {
		region = ""
	}
	found := slices.DeleteFunc(q.world.List(q.Type, region), func(o *world.Object) bool { return !q.matches(o, filters) })
	if len(found) == 0 && q.Nothing != "" {
		return nil, errors.New(q.Nothing)
	}
	found = slices.DeleteFunc(found, func(o *world.Object) bool { return !q.tagged(o) })
	if q.IDs {
		return q.all(found), nil
	}
	if newest := q.Latest == "always" || q.args[q.Latest] == true; newest && len(found) > 1 {
		found = []*world.Object{slices.MaxFunc(found, func(a, b *world.Object) int { return a.Created.Compare(b.Created) })}
	}
	if len(found) != 1 {
		return nil, q.notOne(len(found))
	}
	return q.one(found[0])
}

// checkArguments refuses arguments that the look-up would otherwise ignore.
func (q query) checkArguments() error {
	known := slices.Collect(maps.Keys(q.By))
	if q.Filters != nil {
		known = append(known, "filters")
	}
	if q.Tags {
		known = append(known, "tags")
	}
	if q.Latest != "" && q.Latest != "always" {
		known = append(known, q.Latest)
	}
	if q.Decrypts != "" {
		known = append(known, q.Decrypts)
	}
	if err := only(q.args, known...); err != nil {
		return err
	}
	for _, name := range q.Required {
		if provider.Zero(q.args[name]) {
			return fmt.Errorf("missing required argument %q", name)
		}
	}
	return nil
}

func (q query) matches(o *world.Object, filters []filter) bool {
	for name, paths := range q.By {
		if asked := q.args[name]; !provider.Zero(asked) && !q.equals(o, paths, listOf(asked)) {
			return false
		}
	}
	return !slices.ContainsFunc(filters, func(f filter) bool { return !f(o) })
}

// tagged reports whether an object has the tags in the arguments.
func (q query) tagged(o *world.Object) bool {
	tags, _ := q.args["tags"].(map[string]any)
	for key, v := range tags {
		if tag(o, key) != v {
			return false
		}
	}
	return true
}

// equals reports whether one of the properties has one of the values.
func (q query) equals(o *world.Object, paths []Path, values []any) bool {
	return slices.ContainsFunc(paths, func(p Path) bool {
		return slices.ContainsFunc(q.values(o, p), func(have any) bool {
			return slices.ContainsFunc(values, func(want any) bool { return fmt.Sprint(have) == fmt.Sprint(want) })
		})
	})
}

// notOne returns the real provider's error for no match or for several.
func (q query) notOne(n int) error {
	text := q.None
	if n > 1 {
		text = q.Many
	}
	switch {
	case text == "" && n == 0:
		text = "no matching {noun} found"
	case text == "":
		text = "multiple {noun}s matched; use additional constraints to reduce matches to a single {noun}"
	}
	words := []string{"{n}", fmt.Sprint(n), "{noun}", q.Noun}
	for name, v := range q.args {
		words = append(words, "{"+name+"}", fmt.Sprint(v))
	}
	return errors.New(strings.NewReplacer(words...).Replace(text))
}

func (q query) all(found []*world.Object) provider.Props {
	ids := make([]any, len(found))
	for i, o := range found {
		ids[i] = o.ID
	}
	return withDefaults(q.args, provider.Props{"id": q.scope.Region, "ids": ids})
}

// one returns what is known of a match. A secret cannot be returned in plain text: the world does not have it.
func (q query) one(o *world.Object) (provider.Props, error) {
	out := withDefaults(q.args, provider.Props{"id": o.ID})
	if q.ID.Property != "" {
		out["id"] = q.value(o, q.ID)
	}
	for _, name := range q.Same {
		switch v := o.Props[name]; {
		case v == nil:
		case !q.sealed(o, name):
			out[name] = v
		case q.encrypted(o):
			out[name] = ciphertext(o, name)
		default:
			return nil, digestOnly(o, name)
		}
	}
	for name, path := range q.Outputs {
		if v := q.value(o, path); v != nil {
			out[name] = v
		}
	}
	for name, list := range q.Lists {
		out[name] = q.list(o, name, list)
	}
	if q.Tags {
		if q.sealed(o, "tags") {
			return nil, digestOnly(o, "tags")
		}
		tags, _ := o.Props["tags"].(map[string]any)
		out["tags"] = withDefaults(tags, nil)
	}
	return out, nil
}

// sealed reports whether the world keeps only a digest of a property.
func (q query) sealed(o *world.Object, name string) bool {
	p := q.typ.Property(name)
	return slices.Contains(o.Sealed, name) || p != nil && p.Secret
}

func digestOnly(o *world.Object, name string) error {
	return fmt.Errorf("the sandbox keeps only a digest of the %s of %s, because it is a secret, and cannot look it up; "+
		"pass it to the program in another way", name, o.ID)
}

// encrypted reports whether the result's secrets are returned as ciphertext.
func (q query) encrypted(o *world.Object) bool {
	for name, v := range q.Encrypted {
		if o.Props[name] != v {
			return false
		}
	}
	return q.Decrypts != "" && q.args[q.Decrypts] == false
}

// ciphertext returns a text that looks like a ciphertext of KMS and changes with every version. It is made from a
// digest.
func ciphertext(o *world.Object, property string) string {
	digest := world.Digest(64, "ciphertext", o.ID, fmt.Sprint(o.Props["version"]), fmt.Sprint(o.Props[property]))
	return "AQICAH" + base64.StdEncoding.EncodeToString([]byte(digest))
}

// only refuses arguments that a look-up would otherwise ignore.
func only(args provider.Props, names ...string) error {
	slices.Sort(names)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(names, name) && args[name] != nil {
			return fmt.Errorf("the sandbox does not model the argument %q of this function; it models %v", name, names)
		}
	}
	return nil
}

func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}
