// Package components holds the reusable parts of Live Beats on AWS, each a
// Pulumi ComponentResource that can be used alone.
//
// A constructor checks its args first and reports every problem at once, as
// one error joined from "<Arg> <given> must be <allowed>" lines; nothing is
// registered then. Components read no stack config and make no invokes.
package components

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// register declares the component itself. The tagged fields of args are recorded as its inputs: a policy pack reads them
// at preview, when properties of the children may still be unknown. Whatever the dependsOn option of opts names, the
// children wait for as well.
func register(
	ctx *pulumi.Context, token, name string, args any, component parent, opts []pulumi.ResourceOption,
) error {
	given, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return fmt.Errorf("register %s %q: %w", token, name, err)
	}
	own := component.own()
	own.order = append(own.order, DependsOn(given.DependsOn...))
	for _, input := range given.DependsOnInputs {
		own.order = append(own.order, pulumi.DependsOnInputs(input))
	}
	opts = append(opts, pulumi.Transformations([]pulumi.ResourceTransformation{
		// Changes nothing: it runs for the component and for all that is declared under it, before the constructor returns.
		func(child *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			own.declared = append(own.declared, child.Resource)
			return nil
		},
	}))
	if err := ctx.RegisterComponentResourceV2(token, name, tagged(args), component, opts...); err != nil {
		return fmt.Errorf("register %s %q: %w", token, name, err)
	}
	return nil
}

// parent is a component of this package.
type parent interface {
	pulumi.ComponentResource
	own() *children
}

// children is what a component knows of the resources under it.
type children struct {
	declared []pulumi.Resource       // The component itself and all under it, in the order of their declaration.
	order    []pulumi.ResourceOption // What all of them wait for: the component's own dependsOn.
	recorded pulumi.Map              // Further outputs, for a policy pack alone: see record.
}

func (c *children) own() *children { return c }

// under makes a resource a child of the component, which waits for whatever the component waits for.
func under(component parent) pulumi.ResourceOption {
	return pulumi.Composite(append([]pulumi.ResourceOption{pulumi.Parent(component)}, component.own().order...)...)
}

// DependsOn is pulumi.DependsOn for a resource of your own that has to wait for components of this package with all that
// is under them. The SDK's option may miss some children: it lists those that are attached by then, and goroutines attach
// them. The constructors of this package need no such care: they take pulumi.DependsOn as it is.
func DependsOn(resources ...pulumi.Resource) pulumi.ResourceOption {
	var all []pulumi.Resource
	for _, r := range resources {
		if component, ok := r.(parent); ok {
			all = append(all, component.own().declared...)
		} else {
			all = append(all, r)
		}
	}
	return pulumi.DependsOn(all)
}

// after is a value that is available once some resources exist. It is known at preview when it was without them, as their
// URNs are.
func after[O interface {
	pulumi.Output
	pulumix.Input[T]
}, T any](value O, resources ...pulumi.Resource) O {
	var urns pulumi.Array
	for _, resource := range resources {
		urns = append(urns, resource.URN())
	}
	return pulumix.Cast[O](pulumix.Apply2(value, urns.ToArrayOutput(), func(value T, _ []any) T { return value }))
}

// registerOutputs records the tagged fields of a component as its outputs.
func registerOutputs(ctx *pulumi.Context, component parent) error {
	outputs := tagged(component)
	maps.Copy(outputs, component.own().recorded)
	return ctx.RegisterResourceOutputs(component, outputs)
}

// tagged maps the fields of a struct that carry a pulumi tag, but none that is tagged record:"-". Unset fields are left
// out, false is not.
func tagged(v any) pulumi.Map {
	value := reflect.Indirect(reflect.ValueOf(v))
	properties := pulumi.Map{}
	for i := range value.NumField() {
		field := value.Field(i)
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("pulumi"), ",")
		if name == "" || field.IsZero() && field.Kind() != reflect.Bool {
			continue
		}
		if value.Type().Field(i).Tag.Get("record") != "-" {
			properties[name] = asInput(field)
		}
	}
	return properties
}

// asInput is a field of a component's args or outputs as the engine takes it.
func asInput(field reflect.Value) pulumi.Input {
	if input, ok := field.Interface().(pulumi.Input); ok {
		return input
	}
	switch plain := reflect.Indirect(field); {
	case plain.Kind() == reflect.Struct:
		return tagged(field.Interface())
	case plain.Kind() == reflect.Map && plain.Type().Elem().Implements(reflect.TypeFor[pulumi.Input]()):
		entries := pulumi.Map{}
		for _, key := range plain.MapKeys() {
			entries[key.String()] = asInput(plain.MapIndex(key))
		}
		return entries
	}
	return pulumi.Any(field.Interface())
}

// deref copies args so that filling in defaults leaves the caller's value
// alone; no args count as empty ones.
func deref[T any](args *T) T {
	if args == nil {
		return *new(T)
	}
	return *args
}

// or fills in the default of an arg for which the zero value means something.
func or[T any](value *T, fallback T) *T {
	if value == nil {
		return &fallback
	}
	return value
}

func optional(input pulumi.StringPtrInput) pulumi.StringPtrOutput {
	if input == nil {
		return pulumix.Cast[pulumi.StringPtrOutput](pulumix.Val[*string](nil))
	}
	return input.ToStringPtrOutput()
}

// problems collects everything that is wrong with a constructor's args.
type problems struct{ found []error }

func (p *problems) check(ok bool, arg string, given any, allowed string) {
	if ok {
		return
	}
	if text, isText := given.(string); isText {
		given = fmt.Sprintf("%q", text)
	}
	p.found = append(p.found, fmt.Errorf("%s %v must be %s", arg, given, allowed))
}

// match checks a text by a rule of AWS's.
func (p *problems) match(arg, given string, rule awsmodel.Rule) {
	p.check(rule.Valid(given), arg, given, rule.Allowed)
}

// matchKnown is match for an input, as far as its value is known before the run.
func (p *problems) matchKnown(arg string, input pulumi.Input, rule awsmodel.Rule) {
	if text, known := input.(pulumi.String); known {
		p.match(arg, string(text), rule)
	}
}

// within checks a number by a range of AWS's.
func (p *problems) within(arg string, given int, allowed awsmodel.Range) {
	p.check(allowed.Contains(given), arg, given, allowed.String())
}

func (p *problems) add(arg string, err error) {
	if err != nil {
		p.found = append(p.found, fmt.Errorf("%s: %w", arg, err))
	}
}

// required takes inputs, whose values are not known yet: they have to be given.
func (p *problems) required(arg string, input pulumi.Input) {
	if input == nil {
		p.found = append(p.found, fmt.Errorf("%s must be given", arg))
	}
}

func (p *problems) err(token, name string) error {
	if len(p.found) == 0 {
		return nil
	}
	return fmt.Errorf("check args of %s %q: %w", token, name, errors.Join(p.found...))
}
