package components

import (
	"maps"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TagAll adds tags to every resource that is declared from now on and takes a map of tags: those of this package, and
// what awsx makes for them. A resource's own tag wins over one of the same key. The components set no tags but the ones
// that they are found by, so a program that wants tags calls this before it makes the first component.
//
// The provider's default tags are the other way. Every stack would have to spell its own name in its config, or hand a
// provider of its own to each component and to awsx.
func TagAll(ctx *pulumi.Context, tags map[string]string) error {
	return ctx.RegisterStackTransformation(
		func(r *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			tagged := withTags(r.Props, tags)
			if tagged == nil {
				return nil
			}
			return &pulumi.ResourceTransformationResult{Props: tagged, Opts: r.Opts}
		})
}

// withTags copies the args of a resource and adds tags to the copy: nil where args take none.
func withTags(args pulumi.Input, tags map[string]string) pulumi.Input {
	given := reflect.ValueOf(args)
	if given.Kind() != reflect.Pointer || given.Elem().Kind() != reflect.Struct {
		return nil
	}
	result := reflect.New(given.Type().Elem())
	result.Elem().Set(given.Elem())
	field := result.Elem().FieldByName("Tags")
	if !field.IsValid() || field.Type() != reflect.TypeFor[pulumi.StringMapInput]() {
		return nil
	}
	own, _ := field.Interface().(pulumi.StringMapInput)
	field.Set(reflect.ValueOf(mergeTags(tags, own)))
	return result.Interface().(pulumi.Input)
}

func mergeTags(tags map[string]string, own pulumi.StringMapInput) pulumi.StringMapInput {
	all := pulumi.ToStringMap(tags)
	switch own := own.(type) {
	case nil:
		return all
	case pulumi.StringMap: // Whatever in it is not known yet leaves the rest known.
		maps.Copy(all, own)
		return all
	}
	return own.ToStringMapOutput().ApplyT(func(own map[string]string) map[string]string {
		all := maps.Clone(tags)
		maps.Copy(all, own)
		return all
	}).(pulumi.StringMapOutput)
}
