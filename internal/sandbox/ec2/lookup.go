package ec2

import (
	"fmt"
	"maps"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Invokes are the look-ups that are modelled.
var Invokes = map[string]provider.Invoke{
	"aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
	"aws:index/getRegion:getRegion":                 getRegion,
	"aws:index/getPartition:getPartition":           getPartition,
	"aws:ec2/getVpc:getVpc":                         getVpc,
	"aws:ec2/getSubnets:getSubnets":                 getSubnets,
	"aws:ec2/getSubnet:getSubnet":                   getSubnet,
}

func getCallerIdentity(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args); err != nil {
		return nil, err
	}
	return provider.Props{
		"id": s.Account, "accountId": s.Account, "userId": "AIDASANDBOX",
		"arn": fmt.Sprintf("arn:%s:iam::%s:user/sandbox", s.Partition, s.Account),
	}, nil
}

func getRegion(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "name"); err != nil {
		return nil, err
	}
	name := s.Region
	if asked, ok := args["name"].(string); ok {
		name = asked
	}
	return provider.Props{
		"id": name, "name": name, "description": name, "endpoint": "ec2." + name + ".amazonaws.com",
	}, nil
}

func getPartition(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args); err != nil {
		return nil, err
	}
	return provider.Props{
		"id": s.Partition, "partition": s.Partition, "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws",
	}, nil
}

func getVpc(s provider.Scope, w *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "id", "default"); err != nil {
		return nil, err
	}
	for _, vpc := range w.List(vpcType, s.Region) {
		if matches(args["id"], vpc.ID) && matches(args["default"], vpc.Props["default"]) {
			return found(vpc, provider.Props{"state": "available"}), nil
		}
	}
	return nil, fmt.Errorf("no matching EC2 VPC found")
}

func getSubnets(s provider.Scope, w *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "filters"); err != nil {
		return nil, err
	}
	filters, err := filtersOf(args)
	if err != nil {
		return nil, err
	}
	ids := []any{}
	for _, subnet := range w.List(subnetType, s.Region) {
		if slices.ContainsFunc(filters, func(f filter) bool { return !slices.Contains(f.values, subnet.Props[f.property]) }) {
			continue
		}
		ids = append(ids, subnet.ID)
	}
	return provider.Props{"id": s.Region, "ids": ids, "filters": args["filters"], "tags": provider.Props{}}, nil
}

func getSubnet(s provider.Scope, w *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "id"); err != nil {
		return nil, err
	}
	id, _ := args["id"].(string)
	if subnet := w.Get(subnetType, s.Region, id); subnet != nil {
		return found(subnet, provider.Props{"state": "available", "availableIpAddressCount": 4091.0}), nil
	}
	return nil, fmt.Errorf("no matching EC2 Subnet found")
}

type filter struct {
	property string
	values   []any
}

// filterNames are the modelled filters and the properties that they compare.
var filterNames = map[string]string{
	"vpc-id": "vpcId", "availability-zone": "availabilityZone", "default-for-az": "defaultForAz",
}

func filtersOf(args provider.Props) ([]filter, error) {
	items, _ := args["filters"].([]any)
	filters := make([]filter, 0, len(items))
	for _, item := range items {
		f, _ := item.(map[string]any)
		name, _ := f["name"].(string)
		values, _ := f["values"].([]any)
		property, ok := filterNames[name]
		if !ok {
			return nil, fmt.Errorf("the sandbox does not model the filter %q; it models %v",
				name, slices.Sorted(maps.Keys(filterNames)))
		}
		filters = append(filters, filter{property, values})
	}
	return filters, nil
}

// only refuses arguments that a look-up would otherwise ignore.
func only(args provider.Props, names ...string) error {
	for name := range args {
		if !slices.Contains(names, name) {
			return fmt.Errorf("the sandbox does not model the argument %q of this function; it models %v", name, names)
		}
	}
	return nil
}

func matches(asked, v any) bool { return asked == nil || asked == v }

func found(o *world.Object, extra provider.Props) provider.Props {
	out := maps.Clone(o.Props)
	maps.Copy(out, extra)
	out["id"] = o.ID
	return out
}
