package components

import (
	"maps"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TagAll adds tags to every resource that is declared after the call and has a map of tags as an argument. That
// includes the resources of this package and those that awsx creates for them. If a resource already has a tag with
// the same key, its own value is kept. Components themselves set only the tags by which they are looked up. So call
// TagAll before the first component.
//
// The alternative is the provider's default tags. With these, every stack would have to repeat its own name in its
// config, or pass its own provider to each component and to awsx.
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

// withTags copies the args of a resource and adds tags to the copy. It returns nil if the args have no tags.
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
	case pulumi.StringMap: // An unknown value in it does not make the other values unknown.
		maps.Copy(all, own)
		return all
	}
	return own.ToStringMapOutput().ApplyT(func(own map[string]string) map[string]string {
		all := maps.Clone(tags)
		maps.Copy(all, own)
		return all
	}).(pulumi.StringMapOutput)
}
