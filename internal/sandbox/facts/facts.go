// Package facts is the sandbox's table of what is known about each resource type: its properties, which values AWS
// fills in, which changes replace a resource, which properties refer to other resources, and AWS's own error texts.
// Each AWS service has one YAML file. Facts about properties come from the schema of the real AWS provider. Limits and
// error texts come from AWS's API references, which each type names.
//
// To add a property to the sandbox, add it here. To add a type, add it here, and add a Behaviour to the service's
// package only for what the table cannot express.
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

// Type is what is known about one resource type.
//
// Templates ({name}, {arn}, {hex17}, {uuid}, ...) are expanded by package provider.
type Type struct {
	// Token is the Pulumi type token, such as aws:lb/listener:Listener.
	Token string `yaml:"-"`
	// ID is the template of the resource's id.
	ID string `yaml:"id"`
	// ImportID is the template of the id that the real provider imports by. If it is empty, that is the id (or the Key).
	// It is NoImport where the real provider cannot import the type.
	ImportID string `yaml:"importID"`
	// Key names the output that distinguishes resources of this type that share an id (revisions of a family).
	Key string `yaml:"key"`
	// Stateless types exist only in Pulumi's state (random passwords). The world does not hold them.
	Stateless bool `yaml:"stateless"`
	// Global types exist once in an account, not once per region.
	Global bool `yaml:"global"`
	// Unique lists the properties whose combination must be unique. Exists is AWS's error when it is taken.
	Unique []string `yaml:"unique"`
	Exists string   `yaml:"exists"`
	// NotFound is AWS's error for a missing resource. InUse is its error when a resource that others refer to is deleted.
	NotFound string `yaml:"notFound"`
	InUse    string `yaml:"inUse"`
	// Rules say which inputs may be set together.
	Rules []*Rule `yaml:"rules"`
	// Quotas limit how many resources of the type may exist.
	Quotas []Quota `yaml:"quotas"`
	// DeleteFirst: a replacement deletes the old resource before it creates the new one, as the real provider declares.
	DeleteFirst bool `yaml:"deleteFirst"`
	// Protected names a boolean input that prevents deletion. ProtectedError is AWS's error then.
	Protected      string `yaml:"protected"`
	ProtectedError string `yaml:"protectedError"`
	// Docs are AWS's pages about the rules. Simplified describes how the sandbox differs from AWS. Both are for
	// docs/sandbox.md.
	Docs       []string `yaml:"docs"`
	Simplified []string `yaml:"simplified"`
	// Calls names the API calls that the real provider makes. All four lists are required, except for Stateless types.
	Calls Calls `yaml:"calls"`
	// Inputs may be set by a program. Outputs are set by AWS only.
	Inputs  map[string]*Property `yaml:"inputs"`
	Outputs map[string]*Property `yaml:"outputs"`
}

// NoImport as a Type's ImportID says that the real provider cannot import the type.
const NoImport = "none"

// Calls are API calls such as CreateListener, in their order. A list is empty where the real provider makes none: to
// update a type that can only be replaced, or to delete a type that the provider only removes from its state.
type Calls struct {
	Create []string `yaml:"create"`
	Read   []string `yaml:"read"`
	Update []string `yaml:"update"`
	Delete []string `yaml:"delete"`
}

// Rule says which properties of a resource, or of one object in it, may be set together. Every part that is given must
// hold.
type Rule struct {
	// When restricts the rule to values of properties. null stands for an unset property, a list for any of its values. A
	// rule whose condition is unknown is not applied.
	When map[string]any `yaml:"when"`
	// OneOf: exactly one is set. AtMostOne: at most one is set. AnyOf: at least one is set.
	OneOf     []string `yaml:"oneOf"`
	AtMostOne []string `yaml:"atMostOne"`
	AnyOf     []string `yaml:"anyOf"`
	// Required must all be set, Forbidden must all be unset.
	Required  []string `yaml:"required"`
	Forbidden []string `yaml:"forbidden"`
	// Error is the error text of AWS or of the provider. If it is empty, the error names the properties.
	Error string `yaml:"error"`
}

// Names lists every property that the rule mentions.
func (r *Rule) Names() []string {
	return slices.Concat(r.OneOf, r.AtMostOne, r.AnyOf, r.Required, r.Forbidden, slices.Sorted(maps.Keys(r.When)))
}

// Quota limits how many resources of a type may exist: per combination of the values of the Per properties, or in the
// region.
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

// Property is what is known about one property.
type Property struct {
	Type string `yaml:"type"`
	// Required properties must be set. Computed properties are filled in by AWS when unset, and an unset input then never
	// counts as a change.
	Required bool `yaml:"required"`
	Computed bool `yaml:"computed"`
	// Replaces: a change of the value requires a replacement.
	Replaces bool `yaml:"replaces"`
	// Secret values are marked as secrets in outputs. The world keeps a digest in their place.
	Secret bool `yaml:"secret"`
	// Free texts mean nothing to the model. If one comes in as a secret, the world keeps a digest, as for the values of
	// maps. Any other text that comes in as a secret is refused, because the model would have to keep it in plain text.
	Free bool `yaml:"free"`
	// Local values exist only in the provider. AWS does not know them, so an import returns the default.
	Local bool `yaml:"local"`
	// Set: the order of the list has no meaning.
	Set bool `yaml:"set"`
	// OrObject documents may be given as an object too, which the real provider writes as JSON.
	OrObject bool `yaml:"orObject"`
	// Alike names pairs of values that the real provider shows no change between, although they differ.
	Alike string `yaml:"alike"`
	// ComparedWhen restricts changes of the property to inputs with these values, as a Rule's When does.
	ComparedWhen map[string]any `yaml:"comparedWhen"`
	// Default is written into the inputs when the property is unset, as the real provider does.
	Default any `yaml:"default"`
	// Value is what AWS returns for an output, or for a computed input that is unset: a template or a literal.
	Value any `yaml:"value"`
	// RecomputedBy lists the inputs whose change gives this output a new value.
	RecomputedBy []string `yaml:"recomputedBy"`
	// AutoName is the maximum length of a name that the provider generates. It is 0 for properties that are not the
	// resource's name.
	AutoName int `yaml:"autoName"`
	// NamePrefix begins every generated name.
	NamePrefix string `yaml:"namePrefix"`

	// Limits, checked before anything is created.
	Enum      []any  `yaml:"enum"`
	Pattern   string `yaml:"pattern"`
	MinLength int    `yaml:"minLength"`
	MaxLength int    `yaml:"maxLength"`
	MinItems  int    `yaml:"minItems"`
	MaxItems  int    `yaml:"maxItems"`
	// Format is a syntax that a pattern cannot express, or the kind of JSON document to compare by.
	Format string `yaml:"format"`
	Min    *int   `yaml:"min"`
	Max    *int   `yaml:"max"`

	// Ref names the resource that the value identifies.
	Ref *Ref `yaml:"ref"`
	// Properties of an object, or of each object in a list. Rules say which may be set together.
	Properties map[string]*Property `yaml:"properties"`
	Rules      []*Rule              `yaml:"rules"`
}

// Values of Property.Format.
const (
	// The address and prefix length of a network, with host bits zero.
	FormatCIDR  = "cidr"
	FormatCIDR6 = "cidr6"
	// A network of either address family.
	FormatCIDRAny = "cidrAny"
	FormatARN     = "arn"
	// A document for which the real provider shows no change if its meaning is the same.
	FormatPolicy     = "policy"
	FormatContainers = "containers"
)

// Values of Property.Alike.
const (
	AlikeAlways = "always" // The real provider sends the value only together with another change.
	AlikeSpaces = "spaces" // White space at the ends.
	AlikeKey    = "key"    // The id of a KMS key and its ARN.
	AlikeTier   = "tier"   // A parameter that AWS puts into the standard tier is in the Intelligent-Tiering tier.
)

// Ref ties a property to the resource that it names.
type Ref struct {
	Type string `yaml:"type"`
	// By lists the properties of the target that the value may equal. If it is empty, the value is the target's id.
	By []string `yaml:"by"`
	// Unchecked references may name a missing resource: AWS does not check them when the property is set.
	Unchecked bool `yaml:"unchecked"`
	// OnDelete says what happens when the target is deleted. "block" refuses the deletion, "cascade" deletes the referring
	// resource too. If it is empty, nothing happens.
	OnDelete string `yaml:"onDelete"`
}

// Values of Ref.OnDelete.
const (
	Block   = "block"
	Cascade = "cascade"
)

// Table holds every known type by its token.
type Table map[string]*Type

// Load reads the embedded table once. Callers must not change it. An error means that the table itself is wrong.
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

// Tokens lists the types of the table, sorted.
func (t Table) Tokens() []string { return slices.Sorted(maps.Keys(t)) }

// Property returns an input or output by name, or nil.
func (t *Type) Property(name string) *Property {
	if p := t.Inputs[name]; p != nil {
		return p
	}
	return t.Outputs[name]
}

// MayRefer reports whether resources of this type can refer to resources of another type with the given effect on
// deletion.
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

// decodeStrict refuses keys that the structs do not have, so that a misspelt fact is an error.
func decodeStrict(data []byte, into *Table) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	return decoder.Decode(into)
}
