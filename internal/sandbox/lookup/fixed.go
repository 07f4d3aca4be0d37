package lookup

import (
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/elbv2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

var (
	identityCalls = []string{"GetCallerIdentity"}
	zoneCalls     = []string{"DescribeAvailabilityZones"}
)

// fixed are the functions that do not look for resources.
var fixed = map[string]provider.Invoke{
	"aws:index/getCallerIdentity:getCallerIdentity":       {Calls: identityCalls, Answer: getCallerIdentity},
	"aws:index/getRegion:getRegion":                       {Answer: getRegion},
	"aws:index/getPartition:getPartition":                 {Answer: getPartition},
	"aws:index/getAvailabilityZones:getAvailabilityZones": {Calls: zoneCalls, Answer: getAvailabilityZones},
	"aws:index/getAvailabilityZone:getAvailabilityZone":   {Calls: zoneCalls, Answer: getAvailabilityZone},
	"aws:iam/getPolicyDocument:getPolicyDocument":         {Answer: getPolicyDocument},
	"aws:lb/getHostedZoneId:getHostedZoneId":              {Answer: getHostedZoneID},
	"aws:elb/getServiceAccount:getServiceAccount":         {Answer: getServiceAccount},
}

func getCallerIdentity(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	return provider.Props{
		"id": s.Account, "accountId": s.Account, "userId": "AIDASANDBOX",
		"arn": fmt.Sprintf("arn:%s:iam::%s:user/sandbox", s.Partition, s.Account),
	}, only(args)
}

func getRegion(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	name := regionOf(s, args, "name")
	return provider.Props{
		"id": name, "name": name, "description": name, "endpoint": "ec2." + name + ".amazonaws.com",
	}, only(args, "name")
}

func getPartition(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	return provider.Props{
		"id": s.Partition, "partition": s.Partition, "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws",
	}, only(args)
}

func regionOf(s provider.Scope, args provider.Props, name string) string {
	if asked, ok := args[name].(string); ok && asked != "" {
		return asked
	}
	return s.Region
}

// zone describes an Availability Zone. In the sandbox every region has the same zones, and no Local Zones.
func zone(s provider.Scope, suffix string) provider.Props {
	return provider.Props{
		"name": s.Region + suffix, "nameSuffix": suffix, "zoneId": ec2.ZoneID(s.Region, suffix), "region": s.Region,
		"groupName": s.Region, "networkBorderGroup": s.Region, "optInStatus": "opt-in-not-required",
		"state": "available", "zoneType": "availability-zone",
	}
}

// zoneFilters maps EC2's filters of zones to the outputs that they compare.
var zoneFilters = map[string]string{
	"zone-name": "name", "zone-id": "zoneId", "zone-type": "zoneType", "region-name": "region", "state": "state",
	"group-name": "groupName", "opt-in-status": "optInStatus",
}

// zones returns the zones that match the filters and the state in the arguments.
func zones(s provider.Scope, args provider.Props) ([]provider.Props, error) {
	objects := make([]*world.Object, len(ec2.Zones))
	for i, suffix := range ec2.Zones {
		objects[i] = &world.Object{Props: zone(s, suffix)}
	}
	f := &Function{Filters: map[string][]Path{}}
	for name, property := range zoneFilters {
		f.Filters[name] = []Path{{Property: property}}
	}
	q := query{Function: f, scope: s, args: args}
	filters, err := q.filters()
	if err != nil {
		return nil, err
	}
	var found []provider.Props
	for _, o := range objects {
		if q.matches(o, filters) && (provider.Zero(args["state"]) || args["state"] == o.Props["state"]) {
			found = append(found, o.Props)
		}
	}
	return found, nil
}

func getAvailabilityZones(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	err := only(args, "allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "state")
	if err != nil {
		return nil, err
	}
	found, err := zones(s, args)
	names, ids := []any{}, []any{}
	excluded := slices.Concat(listOf(args["excludeNames"]), listOf(args["excludeZoneIds"]))
	for _, z := range found {
		if slices.Contains(excluded, z["name"]) || slices.Contains(excluded, z["zoneId"]) {
			continue
		}
		names, ids = append(names, z["name"]), append(ids, z["zoneId"])
	}
	groups := []any{}
	if len(names) > 0 {
		groups = append(groups, s.Region)
	}
	return withDefaults(args, provider.Props{
		"id": s.Region, "names": names, "zoneIds": ids, "groupNames": groups,
	}), err
}

func getAvailabilityZone(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "allAvailabilityZones", "filters", "name", "state", "zoneId"); err != nil {
		return nil, err
	}
	found, err := zones(s, args)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(z provider.Props) bool {
		return slices.ContainsFunc([]string{"name", "zoneId"}, func(by string) bool {
			return !provider.Zero(args[by]) && args[by] != z[by]
		})
	})
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no matching AZ found") // The wording is a guess.
	case 1:
		return withDefaults(found[0], provider.Props{"id": found[0]["name"]}), nil
	default:
		// The wording is a guess.
		return nil, fmt.Errorf("multiple AZs matched; use additional constraints to reduce matches to a single AZ")
	}
}

func getHostedZoneID(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "region", "loadBalancerType"); err != nil {
		return nil, err
	}
	if kind := args["loadBalancerType"]; !provider.Zero(kind) && kind != "application" {
		return nil, fmt.Errorf("the sandbox models the hosted zones of application load balancers only, not of %v ones", kind)
	}
	region := regionOf(s, args, "region")
	id, ok := elbv2.ZoneID(region)
	if !ok {
		return nil, fmt.Errorf("unsupported Region: %s", region) // wording is a guess
	}
	return withDefaults(args, provider.Props{"id": id}), nil
}

func getServiceAccount(s provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, "region"); err != nil {
		return nil, err
	}
	region := regionOf(s, args, "region")
	account, ok := awsmodel.LogDeliveryAccount(region)
	if !ok { // The wording is a guess.
		return nil, fmt.Errorf("unknown AWS Region (%s): access logs are delivered by %s there",
			region, awsmodel.LogDeliveryService)
	}
	return withDefaults(args, provider.Props{
		"id": account, "arn": fmt.Sprintf("arn:%s:iam::%s:root", s.Partition, account),
	}), nil
}
