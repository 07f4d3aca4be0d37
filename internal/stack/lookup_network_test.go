package stack

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckDefault(t *testing.T) {
	t.Parallel()
	subnet := func(id, zone string, public bool) existing {
		return existing{Id: id, Properties: map[string]any{
			"availabilityZone": zone, "mapPublicIpOnLaunch": public,
		}}
	}
	a, b := subnet("subnet-a", "eu-west-2a", true), subnet("subnet-b", "eu-west-2b", true)
	const remedy = ": set network.mode to existing, and network.publicSubnetIds to two or more subnets in different zones"
	for name, test := range map[string]struct {
		subnets []existing
		problem string
	}{
		"as AWS creates it":     {[]existing{a, b}, ""},
		"with a private subnet": {[]existing{a, b, subnet("subnet-c", "eu-west-2a", false)}, ""},
		"two in one zone": {
			[]existing{a, b, subnet("subnet-c", "eu-west-2a", true)},
			"use the default VPC: its public subnets subnet-a and subnet-c are both in zone eu-west-2a" + remedy,
		},
		"one zone": {
			[]existing{a, subnet("subnet-b", "eu-west-2b", false)},
			"use the default VPC: the number of zones with public subnets is 1, but a load balancer needs at least two" + remedy,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := checkDefault(publicSubnets(test.subnets))
			if test.problem == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.problem)
		})
	}
}
