// Package provider implements Pulumi's provider contract over the table of facts and the world: one generic path for
// every resource type, with a Behaviour where a table cannot say what AWS does.
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
	// Check finds mistakes that are visible in the inputs alone, of which some may be Unknown. It may rewrite inputs as
	// the real provider does.
	Check func(in Props) []Failure
	// Replaces names the changed inputs that need a new resource only in combination with others.
	Replaces func(state, in Props) []string
	// Create runs once the references are known to exist and the table's outputs are filled in. It sets what the table
	// could not.
	Create func(c *Call) error
	// Update and Delete run before the world is changed.
	Update func(c *Call) error
	Delete func(c *Call) error
	// Settle runs after the world has changed and been saved: what goes on in AWS after the call has been accepted.
	// Its error leaves the resource in place.
	Settle func(c *Call) error
	// ImportID is the id that the real provider imports by, where no template can say it.
	ImportID func(o *world.Object) string
	// Conceal is what is kept of a document that came in as a secret, by property: what the model has to read of it, and
	// digests (Sealed) for the rest. The same text gives the same.
	Conceal map[string]func(text string) string
}

// Invoke is one function (a data source).
type Invoke struct {
	// Calls are the API calls that the real provider makes to answer it; none for what it knows by itself.
	Calls []string
	// Answer is what it answers.
	Answer func(s Scope, w *world.World, args Props) (Props, error)
}

// Scope is where calls act.
type Scope struct{ Partition, Region, Account string }

// Call is one create, update or delete.
type Call struct {
	Scope
	World *world.World
	// Old is nil on create; New is nil on delete. Behaviours may change New.Props.
	Old, New *world.Object
	// Vars are values for the table's templates that are no properties.
	Vars Props
	// recall is what the world holds of a value that was sealed.
	recall func(name string, v any) any
}

// Changed tells whether an update changes a property.
func (c *Call) Changed(name string) bool {
	if c.Old == nil || c.New == nil {
		return false
	}
	old, v := c.Old.Props[name], c.New.Props[name]
	sealed := c.recall != nil && slices.Contains(c.Old.Sealed, name)
	return !equalJSON(old, v) && (!sealed || !equalJSON(old, c.recall(name, v)))
}

// Engine answers the provider calls for one package ("aws") over one world.
type Engine struct {
	Scope
	Table      facts.Table
	Behaviours map[string]Behaviour
	Invokes    map[string]Invoke
	World      *world.World
	// Kill ends the process when a fault asks for it. Without it, the engine kills its own.
	Kill func()
	// Outside engines act for somebody outside of Pulumi, whom faults spare.
	Outside bool

	// marked are the inputs that came in as secrets in this call, hidden the texts in them that nobody may read.
	marked []resource.PropertyPath
	hidden []string
}

// lookup finds a type that a program may create. The error says how to teach the sandbox one.
func (e *Engine) lookup(token string) (*facts.Type, error) {
	if typ := e.Table[token]; typ != nil {
		return typ, nil
	}
	return nil, fmt.Errorf("the sandbox does not model %s; docs/sandbox.md lists what it models, and how to teach it "+
		"another type in internal/sandbox/facts", token)
}

// Region is where objects of a type live: "" for global services.
func (e *Engine) region(typ *facts.Type) string {
	if typ.Global {
		return ""
	}
	return e.Region
}
