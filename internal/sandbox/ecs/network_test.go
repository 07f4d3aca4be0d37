package ecs_test

import (
	"testing"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	offline = "unable to retrieve secrets from ssm: service call has been retried 1 time(s): " +
		"RequestCanceled: request context canceled caused by: context deadline exceeded"
)

// TestWhatTheNetworkMustLetThrough breaks one hop at a time between the internet, the load balancer and the tasks.
func TestWhatTheNetworkMustLetThrough(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	ports := func(step string, from, to float64) sandboxtest.Changes {
		return sandboxtest.Changes{step: {"fromPort": from, "toPort": to}}
	}
	from := func(cidr string) sandboxtest.Changes {
		return sandboxtest.Changes{"app": {"referencedSecurityGroupId": nil, "cidrIpv4": cidr}}
	}
	network := func(property string, v any) sandboxtest.Changes {
		changed := sandboxtest.With("service", nil)["networkConfiguration"].(provider.Props)
		changed[property] = v
		return set("service", "networkConfiguration", changed)
	}
	for name, test := range map[string]struct {
		changes sandboxtest.Changes
		want    string
	}{
		"nothing":                    {nil, ""},
		"balancer's way out":         {sandboxtest.Changes{"in": nil}, "Request timed out"},
		"tasks' way in":              {sandboxtest.Changes{"app": nil}, "Request timed out"},
		"another port out":           {ports("in", 4001, 4001), "Request timed out"},
		"another port in":            {ports("app", 4001, 4001), "Request timed out"},
		"a range of ports":           {ports("app", 3000, 5000), ""},
		"another protocol":           {set("app", "ipProtocol", "udp"), "Request timed out"},
		"in from another group":      {set("app", "referencedSecurityGroupId", "$back"), "Request timed out"},
		"out to another group":       {set("in", "referencedSecurityGroupId", "$front"), "Request timed out"},
		"in from the VPC":            {from("172.31.0.0/16"), ""},
		"in from one of its subnets": {from("172.31.0.0/20"), "Request timed out"},
		"in from elsewhere":          {from("10.0.0.0/8"), "Request timed out"},
		"tasks' way out":             {sandboxtest.Changes{"out": nil}, offline},
		"out to the VPC alone":       {set("out", "cidrIpv4", "172.31.0.0/16"), offline},
		"out on HTTPS alone": {
			sandboxtest.Changes{"out": {"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}}, "",
		},
		"out on HTTP alone": {
			sandboxtest.Changes{"out": {"ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0}}, offline,
		},
		"no public address": {network("assignPublicIp", false), offline},
		"a zone without the balancer": {
			network("subnets", []any{"$subnet-a", "$subnet-c"}),
			"Target is in an Availability Zone that is not enabled for the load balancer",
		},
		"a zone without the balancer that one task need not be in": {
			sandboxtest.Changes{"service": {
				"desiredCount": 1.0, "networkConfiguration": network("subnets", []any{"$subnet-c", "$subnet-a"})["service"]["networkConfiguration"],
			}}, "Target is in an Availability Zone that is not enabled for the load balancer",
		},
		"the default group": {network("securityGroups", []any{"$group"}), "Request timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deploys(t, test.changes, test.want)
		})
	}
}
