// Package facts is the sandbox's table of what is known of each resource type: its properties, what AWS fills in, what
// replaces a resource, what refers to what, and AWS's own error texts. One YAML file per AWS service. Property facts
// come from the schema of the real AWS provider; limits and error texts from AWS's API references, named in each file.
//
// To teach the sandbox a property, add it here. To teach it a type, add the type here, and a Behaviour in the service's
// package only for what a table cannot say.
package facts

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed *.yaml
var files embed.FS

// Type is what is known of one resource type.
//
// Templates ({name}, {arn}, {hex17}, {uuid}, ...) are expanded by package provider.
type Type struct {
	// Token is the Pulumi type token, such as aws:lb/listener:Listener.
	Token string `yaml:"-"`
	// ID is the template of the resource's id.
	ID string `yaml:"id"`
	// ImportID is the template of the id that the real provider imports by; without it, the id (or the Key). It is
	// NoImport where the real provider has none.
	ImportID string `yaml:"importID"`
	// Key names the output that tells resources of this type apart when their ids do not (revisions of a family).
	Key string `yaml:"key"`
	// Stateless types live in the Pulumi state alone (random passwords): the world does not hold them.
	Stateless bool `yaml:"stateless"`
	// Global types exist once in an account, not once per region.
	Global bool `yaml:"global"`
	// Unique lists the properties that together may exist once; Exists is AWS's error otherwise.
	Unique []string `yaml:"unique"`
	Exists string   `yaml:"exists"`
	// NotFound and InUse are AWS's errors for a missing resource and for deleting one that another refers to.
	NotFound string `yaml:"notFound"`
	InUse    string `yaml:"inUse"`
	// Rules say which inputs go together.
	Rules []*Rule `yaml:"rules"`
	// Quotas bound how many of the type there may be.
	Quotas []Quota `yaml:"quotas"`
	// DeleteFirst: a replacement deletes the old resource before it creates the new one, as the real provider declares.
	DeleteFirst bool `yaml:"deleteFirst"`
	// Protected names a boolean input that keeps the resource from being deleted; ProtectedError is AWS's refusal.
	Protected      string `yaml:"protected"`
	ProtectedError string `yaml:"protectedError"`
	// Docs are AWS's pages of the rules; Simplified tells how the sandbox differs from them. Both are for docs/sandbox.md.
	Docs       []string `yaml:"docs"`
	Simplified []string `yaml:"simplified"`
	// Calls names the API calls that the real provider makes: all four lists, except for Stateless types.
	Calls Calls `yaml:"calls"`
	// Inputs may be set by a program; Outputs are AWS's alone.
	Inputs  map[string]*Property `yaml:"inputs"`
	Outputs map[string]*Property `yaml:"outputs"`
}

// NoImport as a Type's ImportID tells that the real provider cannot import it.
const NoImport = "none"

// Calls are API calls such as CreateListener, in their order. A list is empty where the real provider makes none: to
// change what can only be replaced, or to delete what it only forgets.
type Calls struct {
	Create []string `yaml:"create"`
	Read   []string `yaml:"read"`
	Update []string `yaml:"update"`
	Delete []string `yaml:"delete"`
}

// Rule says which properties of a resource, or of one object in it, go together. Every part that is given must hold.
type Rule struct {
	// When restricts the rule to values of properties; null stands for an unset one, a list for any of its values. A
	// rule whose condition is not known yet is not applied.
	When map[string]any `yaml:"when"`
	// OneOf: exactly one is set. AtMostOne and AnyOf: at most one, at least one.
	OneOf     []string `yaml:"oneOf"`
	AtMostOne []string `yaml:"atMostOne"`
	AnyOf     []string `yaml:"anyOf"`
	// Required must all be set, Forbidden must all be unset.
	Required  []string `yaml:"required"`
	Forbidden []string `yaml:"forbidden"`
	// Error is AWS's or the provider's own text; without it, a text that names the properties.
	Error string `yaml:"error"`
}

// Names lists every property that the rule speaks of.
func (r *Rule) Names() []string {
	return slices.Concat(r.OneOf, r.AtMostOne, r.AnyOf, r.Required, r.Forbidden, slices.Sorted(maps.Keys(r.When)))
}

// Quota bounds how many resources of a type may exist: per value of the Per properties, or in the region.
type Quota struct {
	Per   []string `yaml:"per"`
	Max   int      `yaml:"max"`
	Error string   `yaml:"error"`
}

// Kinds of property values.
const (
	String  = "string"
	Int     = "int"
	Number  = "number" // with a fraction
	Bool    = "bool"
	JSON    = "json"    // a string that holds a JSON document, compared by meaning
	Map     = "map"     // of strings
	Strings = "strings" // a list of strings
	Object  = "object"
	Objects = "objects" // a list of objects
)

// Property is what is known of one property.
type Property struct {
	Type string `yaml:"type"`
	// Required must be set. Computed is filled in by AWS when left unset, and an unset value never differs from it.
	Required bool `yaml:"required"`
	Computed bool `yaml:"computed"`
	// Replaces: a changed value needs a new resource.
	Replaces bool `yaml:"replaces"`
	// Secret values are marked so in outputs; the world keeps a digest in their place.
	Secret bool `yaml:"secret"`
	// Free texts mean nothing to the model: one that comes in as a secret is kept as a digest, as in maps. Another that
	// does is refused, for the model would have to keep it in clear.
	Free bool `yaml:"free"`
	// Local values are the provider's alone: AWS does not know them, so that an import answers the default.
	Local bool `yaml:"local"`
	// Set: the order of the list means nothing.
	Set bool `yaml:"set"`
	// Default is written into the inputs when unset, as the real provider does.
	Default any `yaml:"default"`
	// Value is what AWS answers for an output, or for a computed input left unset: a template or a literal.
	Value any `yaml:"value"`
	// RecomputedBy lists the inputs whose change gives this output a new value.
	RecomputedBy []string `yaml:"recomputedBy"`
	// AutoName is the longest name the provider generates; 0 for properties that are not the resource's name.
	AutoName int `yaml:"autoName"`

	// Limits, checked before anything is created.
	Enum      []any  `yaml:"enum"`
	Pattern   string `yaml:"pattern"`
	MinLength int    `yaml:"minLength"`
	MaxLength int    `yaml:"maxLength"`
	MinItems  int    `yaml:"minItems"`
	MaxItems  int    `yaml:"maxItems"`
	// Format is a syntax that a pattern cannot say, or what a JSON document is compared as.
	Format string `yaml:"format"`
	Min    *int   `yaml:"min"`
	Max    *int   `yaml:"max"`

	// Ref names the resource that the value identifies.
	Ref *Ref `yaml:"ref"`
	// Properties of an object, or of each object of a list; Rules say which go together.
	Properties map[string]*Property `yaml:"properties"`
	Rules      []*Rule              `yaml:"rules"`
}

// Values of Property.Format.
const (
	// A network's address with its length, host bits zero.
	FormatCIDR  = "cidr"
	FormatCIDR6 = "cidr6"
	// A document of which the real provider shows no change where it means the same.
	FormatPolicy     = "policy"
	FormatContainers = "containers"
)

// Ref ties a property to the resource that it names.
type Ref struct {
	Type string `yaml:"type"`
	// By lists the properties of the target that the value may equal; without it, its id.
	By []string `yaml:"by"`
	// Unchecked references may name what does not exist: AWS finds out later.
	Unchecked bool `yaml:"unchecked"`
	// OnDelete says what this reference does to the deletion of its target: "block" it, or be deleted with it
	// ("cascade"); without it, nothing.
	OnDelete string `yaml:"onDelete"`
}

// Values of Ref.OnDelete.
const (
	Block   = "block"
	Cascade = "cascade"
)

// Table is every known type by its token.
type Table map[string]*Type

// Load reads the embedded table, once: nobody changes what it returns. An error means that the table itself is wrong.
var Load = sync.OnceValues(load)

func load() (Table, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list facts: %w", err)
	}
	var reading sync.WaitGroup
	parts, errs := make([]Table, len(entries)), make([]error, len(entries))
	for i, entry := range entries {
		reading.Go(func() { parts[i], errs[i] = read(entry.Name()) })
	}
	reading.Wait()
	table := Table{}
	for _, part := range parts {
		maps.Copy(table, part)
	}
	return table, errors.Join(errors.Join(errs...), table.validate())
}

func read(name string) (types Table, err error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read facts %q: %w", name, err)
	}
	if err := decodeStrict(data, &types); err != nil {
		return nil, fmt.Errorf("parse facts %q: %w", name, err)
	}
	return types, nil
}

// Tokens lists the types of the table in order.
func (t Table) Tokens() []string { return slices.Sorted(maps.Keys(t)) }

// Property finds an input or output by name, or nil.
func (t *Type) Property(name string) *Property {
	if p := t.Inputs[name]; p != nil {
		return p
	}
	return t.Outputs[name]
}

// MayRefer tells whether resources of this type can refer to one of another type with an effect on its deletion.
func (t *Type) MayRefer(target, onDelete string) bool { return mayRefer(t.Inputs, target, onDelete) }

func mayRefer(properties map[string]*Property, target, onDelete string) bool {
	for _, p := range properties {
		if p.Ref != nil && p.Ref.Type == target && p.Ref.OnDelete == onDelete || mayRefer(p.Properties, target, onDelete) {
			return true
		}
	}
	return false
}

// Name returns the name of the property that the provider generates a value for, or "".
func (t *Type) Name() string {
	for name, p := range t.Inputs {
		if p.AutoName > 0 {
			return name
		}
	}
	return ""
}

// decodeStrict refuses keys that the structs do not know, so that a misspelt fact is an error.
func decodeStrict(data []byte, into *Table) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	return decoder.Decode(into)
}
