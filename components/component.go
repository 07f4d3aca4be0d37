// Package components contains the reusable parts of Live Beats on AWS. Each is a Pulumi ComponentResource that can be
// used without the others.
//
// A constructor checks its args before it registers anything. If they have problems, it returns one error with a line
// for each: "<Arg> <given> must be <allowed>". Components read no stack config and make no invokes.
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

// register registers the component itself. It records the tagged fields of args as the component's inputs: a policy
// pack reads them at preview, when properties of the children may still be unknown. If opts contain dependsOn, the
// children wait for the same resources.
func register(
	ctx *pulumi.Context, token, name string, args any, component parent, opts []pulumi.ResourceOption,
) error {
	given, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return fmt.Errorf("register %s %q: %w", token, name, err)
	}
	tracked := component.tracked()
	tracked.waitFor = append(tracked.waitFor, DependsOn(given.DependsOn...))
	for _, input := range given.DependsOnInputs {
		tracked.waitFor = append(tracked.waitFor, pulumi.DependsOnInputs(input))
	}
	opts = append(opts, pulumi.Transformations([]pulumi.ResourceTransformation{
		// This transformation changes nothing. It collects the component and every resource declared under it. Pulumi runs
		// it before the resource's constructor returns.
		func(child *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			tracked.declared = append(tracked.declared, child.Resource)
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
	tracked() *children
}

// children is embedded in every component, and keeps track of the resources under it.
type children struct {
	declared []pulumi.Resource       // The component itself and all resources under it, in the order of declaration.
	waitFor  []pulumi.ResourceOption // The component's own dependsOn, for its children.
	recorded pulumi.Map              // Further outputs that only a policy pack reads: see record.
}

func (c *children) tracked() *children { return c }

// under returns the option for a child of the component: its parent, and dependsOn as the component has it.
func under(component parent) pulumi.ResourceOption {
	return pulumi.Composite(append([]pulumi.ResourceOption{pulumi.Parent(component)}, component.tracked().waitFor...)...)
}

// DependsOn is like pulumi.DependsOn, for your own resources that have to wait for components of this package. The
// resource waits for every child of those components. pulumi.DependsOn may miss some children, because the SDK
// attaches them to their components in goroutines. The constructors of this package accept pulumi.DependsOn and miss
// no children.
func DependsOn(resources ...pulumi.Resource) pulumi.ResourceOption {
	var all []pulumi.Resource
	for _, r := range resources {
		if component, ok := r.(parent); ok {
			all = append(all, component.tracked().declared...)
		} else {
			all = append(all, r)
		}
	}
	return pulumi.DependsOn(all)
}

// after returns the value as an output that depends on resources: it resolves once they exist. At preview it is known
// if the value is known, because URNs are known at preview.
func after[O interface {
	pulumi.Output
	pulumix.Input[T]
}, T any](value O, resources ...pulumi.Resource) O {
	var urns pulumi.Array
	for _, resource := range resources {
		urns = append(urns, resource.URN())
	}
	// The URNs come first: behind an unknown value, the SDK would not record at preview what they depend on.
	return pulumix.Cast[O](pulumix.Apply2(urns.ToArrayOutput(), value, func(_ []any, value T) T { return value }))
}

// registerOutputs records the tagged fields of a component as its outputs.
func registerOutputs(ctx *pulumi.Context, component parent) error {
	outputs := tagged(component)
	maps.Copy(outputs, component.tracked().recorded)
	return ctx.RegisterResourceOutputs(component, outputs)
}

// tagged returns the fields of a struct that have a pulumi tag, by that tag. It leaves out fields with the tag
// record:"-" and unset fields, but not booleans that are false.
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

// asInput converts a field of a component's args or outputs to a value that the engine accepts.
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

// deref copies args, so that filling in defaults does not change the caller's value. It returns empty args for nil.
func deref[T any](args *T) T {
	if args == nil {
		return *new(T)
	}
	return *args
}

// or returns value, or a pointer to fallback if value is nil. It is for args whose zero value is not the default.
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

// problems collects all problems of a constructor's args.
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

// match checks that a text meets one of AWS's rules.
func (p *problems) match(arg, given string, rule awsmodel.Rule) {
	p.check(rule.Valid(given), arg, given, rule.Allowed)
}

// matchKnown is like match, for an input. It checks the value only if it is a plain string.
func (p *problems) matchKnown(arg string, input pulumi.Input, rule awsmodel.Rule) {
	if text, known := input.(pulumi.String); known {
		p.match(arg, string(text), rule)
	}
}

// within checks that a number is in one of AWS's ranges.
func (p *problems) within(arg string, given int, allowed awsmodel.Range) {
	p.check(allowed.Contains(given), arg, given, allowed.String())
}

func (p *problems) add(arg string, err error) {
	if err != nil {
		p.found = append(p.found, fmt.Errorf("%s: %w", arg, err))
	}
}

// required checks only that an input is given, because its value may not be known yet.
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
