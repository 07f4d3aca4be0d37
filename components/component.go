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
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// register records the tagged fields of args as the component's inputs: a
// policy pack reads them at preview, when child properties may still be unknown.
func register(
	ctx *pulumi.Context, token, name string, args any, component parent, opts []pulumi.ResourceOption,
) error {
	opts = append(opts, pulumi.Transformations([]pulumi.ResourceTransformation{
		// Changes nothing: it runs for the component and for all that is declared under it, before the constructor returns.
		func(child *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			component.adopt(child.Resource)
			return nil
		},
	}))
	if err := ctx.RegisterComponentResourceV2(token, name, tagged(args), component, opts...); err != nil {
		return fmt.Errorf("register %s %q: %w", token, name, err)
	}
	return nil
}

// parent is a component that knows its children as soon as they are declared.
type parent interface {
	pulumi.ComponentResource
	adopt(member pulumi.Resource)
	kin() []pulumi.Resource
	plans() pulumi.Map
}

// family keeps a component and what is declared under it. The SDK's DependsOn on a
// component misses children: they are attached by goroutines of their own,
// which may run after the dependent's.
type family struct {
	members   []pulumi.Resource
	documents pulumi.Map // See record.
}

func (f *family) adopt(member pulumi.Resource) { f.members = append(f.members, member) }
func (f *family) kin() []pulumi.Resource       { return f.members }
func (f *family) plans() pulumi.Map            { return f.documents }

// DependsOn is pulumi.DependsOn for components of this package: with each come the resources under it. The SDK's own
// may miss some.
func DependsOn(resources ...pulumi.Resource) pulumi.ResourceOption {
	var all []pulumi.Resource
	for _, r := range resources {
		if component, ok := r.(parent); ok {
			all = append(all, component.kin()...)
		} else {
			all = append(all, r)
		}
	}
	return pulumi.DependsOn(all)
}

// after is a value that nobody has before some resources are there. It is known at preview when it was, as their URNs
// are.
func after(value pulumi.StringOutput, resources ...pulumi.Resource) pulumi.StringOutput {
	all := []any{value}
	for _, resource := range resources {
		all = append(all, resource.URN())
	}
	return pulumi.All(all...).ApplyT(func(all []any) string {
		text, _ := all[0].(string)
		return text
	}).(pulumi.StringOutput)
}

// registerOutputs records the tagged fields of a component as its outputs.
func registerOutputs(ctx *pulumi.Context, component parent) error {
	outputs := tagged(component)
	if documents := component.plans(); documents != nil {
		outputs["documents"] = documents
	}
	return ctx.RegisterResourceOutputs(component, outputs)
}

// tagged maps the fields of a struct that carry a pulumi tag; unset fields are
// left out, false is not.
func tagged(v any) pulumi.Map {
	value := reflect.Indirect(reflect.ValueOf(v))
	properties := pulumi.Map{}
	for i := range value.NumField() {
		tag, field := value.Type().Field(i).Tag.Get("pulumi"), value.Field(i)
		if tag == "" || field.IsZero() && field.Kind() != reflect.Bool {
			continue
		}
		if input, ok := field.Interface().(pulumi.Input); ok {
			properties[tag] = input
		} else {
			properties[tag] = pulumi.Any(field.Interface())
		}
	}
	return properties
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
