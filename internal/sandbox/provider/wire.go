package provider

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

func naming(options *pulumirpc.CheckRequest_AutonamingOptions) *Naming {
	if options == nil {
		return nil
	}
	return &Naming{
		Proposed: options.GetProposedName(),
		Disabled: options.GetMode() == pulumirpc.CheckRequest_AutonamingOptions_DISABLE,
	}
}

var diffKinds = map[ChangeKind][2]pulumirpc.PropertyDiff_Kind{
	Added:   {pulumirpc.PropertyDiff_ADD, pulumirpc.PropertyDiff_ADD_REPLACE},
	Removed: {pulumirpc.PropertyDiff_DELETE, pulumirpc.PropertyDiff_DELETE_REPLACE},
	Updated: {pulumirpc.PropertyDiff_UPDATE, pulumirpc.PropertyDiff_UPDATE_REPLACE},
}

func diffResponse(changes []Change, deleteFirst bool, ignored []string) *pulumirpc.DiffResponse {
	resp := &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_NONE, HasDetailedDiff: true,
		DetailedDiff: map[string]*pulumirpc.PropertyDiff{},
	}
	for _, change := range changes {
		top, _, _ := strings.Cut(strings.ReplaceAll(change.Path, "[", "."), ".")
		if slices.Contains(ignored, top) {
			continue
		}
		resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
		resp.Diffs = append(resp.Diffs, top)
		kind := diffKinds[change.Kind][0]
		if change.Replaces {
			kind = diffKinds[change.Kind][1]
			resp.Replaces = append(resp.Replaces, top)
		}
		resp.DetailedDiff[change.Path] = &pulumirpc.PropertyDiff{Kind: kind}
	}
	resp.Diffs, resp.Replaces = slices.Compact(resp.Diffs), slices.Compact(resp.Replaces)
	resp.DeleteBeforeReplace = deleteFirst && len(resp.Replaces) > 0
	return resp
}

var marshalOptions = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// decode converts wire values to Props, and returns the paths of the secrets in them.
func decode(wire *structpb.Struct) (props Props, secrets []resource.PropertyPath, err error) {
	values, err := plugin.UnmarshalProperties(wire, marshalOptions)
	if err != nil {
		return nil, nil, status.Errorf(codes.InvalidArgument, "decode properties: %v", err)
	}
	secretPaths(resource.NewProperty(values), nil, &secrets)
	return values.MapRepl(nil, replaceSpecial), secrets, nil
}

func secretPaths(v resource.PropertyValue, path resource.PropertyPath, found *[]resource.PropertyPath) {
	inside := func(element any) resource.PropertyPath { return append(slices.Clone(path), element) }
	switch {
	case v.IsSecret(), v.IsOutput() && v.OutputValue().Secret:
		*found = append(*found, path)
	case v.IsArray():
		for i, item := range v.ArrayValue() {
			secretPaths(item, inside(i), found)
		}
	case v.IsObject():
		for name, item := range v.ObjectValue() {
			secretPaths(item, inside(string(name)), found)
		}
	}
}

// decodeState decodes a resource's outputs, without the id that encodeState adds.
func decodeState(wire *structpb.Struct) (Props, error) {
	props, _, err := decode(wire)
	delete(props, "id")
	return props, err
}

// replaceSpecial turns unknown values into Unknown and unwraps secrets.
func replaceSpecial(v resource.PropertyValue) (any, bool) {
	switch {
	case v.IsSecret():
		return v.SecretValue().Element.MapRepl(nil, replaceSpecial), true
	case v.IsComputed(), v.IsOutput():
		return Unknown{}, true
	default:
		return nil, false
	}
}

// encode converts Props to wire values. The named ones are marked as secrets.
func encode(props Props, secrets []string) (*structpb.Struct, error) {
	values := resource.PropertyMap{}
	for name, v := range props {
		if v == nil {
			continue
		}
		value := resource.NewPropertyValueRepl(v, nil, func(v any) (resource.PropertyValue, bool) {
			_, unknown := v.(Unknown)
			return resource.MakeComputed(resource.NewStringProperty("")), unknown
		})
		if slices.Contains(secrets, name) {
			value = resource.MakeSecret(value)
		}
		values[resource.PropertyKey(name)] = value
	}
	wire, err := plugin.MarshalProperties(values, marshalOptions)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "encode properties: %v", err)
	}
	return wire, nil
}
