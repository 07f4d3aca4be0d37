// Package provider implements Pulumi's provider contract over the table of facts and the world. All resource types
// share one generic implementation; a Behaviour adds what a table cannot express.
package provider

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Props are property values: nil, bool, float64, string, []any, map[string]any, or Unknown.
type Props = map[string]any

// Unknown stands for a value that is not known until the deployment runs.
type Unknown struct{}

// Failure is a problem with one input, found before anything is created.
type Failure struct{ Property, Reason string }

// Behaviour is what AWS does with one type beyond its facts. Every function may be nil.
type Behaviour struct {
	// Check finds mistakes that are visible in the inputs alone. Some inputs may be Unknown. It may rewrite inputs as the
	// real provider does.
	Check func(in Props) []Failure
	// Warn says what the sandbox cannot tell about valid inputs.
	Warn func(in Props) []string
	// Replaces names the changed inputs that require a replacement only in combination with others.
	Replaces func(state, in Props) []string
	// Create runs once the references are known to exist, and before the table's outputs are filled in. It sets what the
	// table cannot express.
	Create func(c *Call) error
	// Update and Delete run before the world is changed.
	Update func(c *Call) error
	Delete func(c *Call) error
	// Settle runs after the world has been changed and saved. It simulates what AWS does after it has accepted the call.
	// Its error leaves the resource in place.
	Settle func(c *Call) error
	// ImportID returns the id that the real provider imports by, where no template can express it.
	ImportID func(o *world.Object) string
	// Conceal returns, by property, what the world keeps of a document that came in as a secret: the parts that the model
	// has to read, and digests (Sealed) of the rest. The same text gives the same result.
	Conceal map[string]func(text string) string
}

// Invoke is one function (a data source).
type Invoke struct {
	// Calls are the API calls that the real provider makes for the function; empty if it makes none.
	Calls []string
	// Answer returns the function's result.
	Answer func(s Scope, w *world.World, args Props) (Props, error)
}

// Scope is the partition, region and account that calls act in.
type Scope struct{ Partition, Region, Account string }

// Call is one create, update or delete.
type Call struct {
	Scope
	World *world.World
	// Old is nil on create; New is nil on delete. Behaviours may change New.Props.
	Old, New *world.Object
	// Vars are values for the table's templates other than properties.
	Vars Props
	// sealedForm returns what the world keeps of a sealed value.
	sealedForm func(name string, v any) any
}

// Changed reports whether an update changes a property.
func (c *Call) Changed(name string) bool {
	if c.Old == nil || c.New == nil {
		return false
	}
	old, v := c.Old.Props[name], c.New.Props[name]
	sealed := c.sealedForm != nil && slices.Contains(c.Old.Sealed, name)
	return !equalJSON(old, v) && (!sealed || !equalJSON(old, c.sealedForm(name, v)))
}

// Engine implements the provider calls for the types of its table, over one world.
type Engine struct {
	Scope
	Table      facts.Table
	Behaviours map[string]Behaviour
	Invokes    map[string]Invoke
	World      *world.World
	// DefaultTags are the provider's, which every resource has unless its own tags have the key.
	DefaultTags map[string]string
	// Kill ends the process when a fault requires it. If it is nil, the engine kills its own process.
	Kill func()
	// Outside marks calls that an operator makes outside of Pulumi. Faults do not affect them.
	Outside bool

	// marked are the paths of the inputs that came in as secrets in this call. hidden are the texts in them that must not
	// be shown.
	marked []resource.PropertyPath
	hidden []string
}

// lookup finds a type that a program may create. The error says how to add one to the sandbox.
func (e *Engine) lookup(token string) (*facts.Type, error) {
	if typ := e.Table[token]; typ != nil {
		return typ, nil
	}
	return nil, fmt.Errorf("the sandbox does not model the type %q; docs/sandbox.md lists what it models and how to add "+
		"a type in internal/sandbox/facts", token)
}

// region returns the region in which objects of a type live: "" for global services.
func (e *Engine) region(typ *facts.Type) string {
	if typ.Global {
		return ""
	}
	return e.Region
}
