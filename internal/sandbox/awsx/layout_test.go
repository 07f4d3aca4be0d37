package awsx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

var abc = []string{"a", "b", "c"}

// specs parses "Private:19 Public app=Public:20 Isolated=10.0.0.0/24,10.0.1.0/24".
func specs(text string) []subnetSpec {
	var out []subnetSpec
	for _, word := range strings.Fields(text) {
		spec := subnetSpec{}
		if name, rest, ok := strings.Cut(word, "~"); ok {
			spec.Name, word = &name, rest
		}
		word, blocks, ok := strings.Cut(word, "=")
		if ok {
			spec.CidrBlocks = strings.Split(blocks, ",")
		}
		kind, mask, ok := strings.Cut(word, ":")
		if ok {
			spec.CidrMask = new(int)
			_, _ = fmt.Sscan(mask, spec.CidrMask)
		}
		spec.Type = kind
		out = append(out, spec)
	}
	return out
}

func plan(args vpcArgs, zones ...string) (vpcPlan, error) {
	if args.NatGateways == nil {
		args.NatGateways = &natArgs{Strategy: "None"}
	}
	return planVpc("n", zones, args)
}

// The legacy blocks are from the real package's own tests.
func TestLayouts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args  vpcArgs
		zones []string
		want  string
	}{
		"default": {vpcArgs{}, abc, "n-private-1 10.0.0.0/19, n-private-2 10.0.64.0/19, n-private-3 10.0.128.0/19, " +
			"n-public-1 10.0.32.0/20, n-public-2 10.0.96.0/20, n-public-3 10.0.160.0/20"},
		"default of a small network": {
			vpcArgs{CidrBlock: new("10.0.0.0/24"), SubnetStrategy: new("Legacy")}, abc[:1], "n-private-1 10.0.0.0/25, n-public-1 10.0.0.128/26",
		},
		"Auto's default": {vpcArgs{SubnetStrategy: new("Auto")}, abc[:2], "n-private-1 10.0.0.0/18, n-public-1 10.0.64.0/19, " +
			"n-private-2 10.0.128.0/18, n-public-2 10.0.192.0/19"},
		"Legacy sorts by type": {
			vpcArgs{SubnetSpecs: specs("Public db~Isolated Private Unused:20")},
			abc[:1],
			"n-private-1 10.0.0.0/19, n-public-1 10.0.32.0/20, n-db-1 10.0.48.0/24",
		},
		"Legacy with one spec": {vpcArgs{CidrBlock: new("10.0.0.0/24"), SubnetSpecs: specs("Public")}, abc[:1], "n-public-1 10.0.0.0/24"},
		"Legacy with lengths": {
			vpcArgs{SubnetSpecs: specs("Isolated:22 Private:21 Private:18")},
			abc[:1],
			"n-private-1 10.0.0.0/21, n-private-1 10.0.64.0/18, n-isolated-1 10.0.128.0/22",
		},
		"Legacy, longer first": {
			vpcArgs{SubnetSpecs: specs("Isolated:25 Isolated:21 Public:19")},
			abc[:1],
			"n-public-1 10.0.0.0/19, n-isolated-1 10.0.32.0/25, n-isolated-1 10.0.40.0/21",
		},
		"Legacy, five": {
			vpcArgs{CidrBlock: new("10.0.0.0/19"), SubnetSpecs: specs("Private:25 Private:21 Isolated:25 Public:24 Public:21")},
			abc[:1],
			"n-private-1 10.0.0.0/25, n-private-1 10.0.8.0/21, n-public-1 10.0.16.0/24, n-public-1 10.0.24.0/21, n-isolated-1 10.0.32.0/25",
		},
		"Legacy ignores blocks": {vpcArgs{SubnetSpecs: specs("Public=10.0.9.0/24")}, abc[:1], "n-public-1 10.0.0.0/20"},
		"Legacy's odd blocks": {
			vpcArgs{CidrBlock: new("10.0.0.0/17"), SubnetSpecs: specs("Private:25 Public:27 Public:24")},
			abc[:1],
			"n-private-1 10.0.0.0/25, n-public-1 10.0.0.128/27, n-public-1 10.0.1.128/24",
		},
		"Auto keeps the order":        {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs("Public:24 Private:18")}, abc[:1], "n-public-1 10.0.0.0/24, n-private-1 10.0.64.0/18"},
		"Auto divides evenly":         {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs("Public Private Isolated")}, abc[:2], "n-public-1 10.0.0.0/19, n-private-1 10.0.32.0/19, n-isolated-1 10.0.64.0/19, n-public-2 10.0.128.0/19, n-private-2 10.0.160.0/19, n-isolated-2 10.0.192.0/19"},
		"Auto with the zones' length": {vpcArgs{SubnetStrategy: new("Auto"), AvailabilityZoneCidrMask: new(20), SubnetSpecs: specs("Public:22")}, abc[:2], "n-public-1 10.0.0.0/22, n-public-2 10.0.16.0/22"},
		"explicit blocks":             {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs("Public:24=10.0.7.0/24,10.0.9.0/24")}, abc[:2], "n-public-1 10.0.7.0/24, n-public-2 10.0.9.0/24"},
		"Exact":                       {vpcArgs{SubnetStrategy: new("Exact"), SubnetSpecs: specs("Public:17 Unused:17")}, abc[:1], "n-public-1 10.0.0.0/17, n-unused-1 10.0.128.0/17"},
		"by size":                     {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: []subnetSpec{{Type: public, Size: new(256)}}}, abc[:1], "n-public-1 10.0.0.0/24"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := plan(test.args, test.zones...)
			require.NoError(t, err)
			var lines []string
			for _, s := range got.subnets {
				lines = append(lines, s.name+" "+s.block.String())
			}
			require.Equal(t, test.want, strings.Join(lines, ", "))
		})
	}
}

func TestResolvedLayout(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args  vpcArgs
		zones []string
		want  []map[string]any
	}{
		// The first two subnets are in two zones.
		"default": {vpcArgs{}, abc, []map[string]any{
			{"type": private, "cidrMask": 19}, {"type": unused, "cidrMask": 19}, {"type": private, "cidrMask": 19},
		}},
		"one zone": {vpcArgs{SubnetSpecs: specs("a~Private:24 Public:20")}, abc[:1], []map[string]any{
			{"type": private, "cidrMask": 24},
			{"type": unused, "cidrMask": 24},
			{"type": unused, "cidrMask": 23},
			{"type": unused, "cidrMask": 22},
			{"type": unused, "cidrMask": 21},
			{"type": public, "cidrMask": 20},
		}},
		"Auto": {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs("a~Private:24 Public:31")}, abc, []map[string]any{
			{"type": private, "cidrMask": 24, "size": 256, "name": "a"}, {"type": public, "cidrMask": 31},
		}},
		"explicit": {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs("Public=10.0.1.0/24")}, abc[:1], []map[string]any{
			{"type": public, "cidrBlocks": []string{"10.0.1.0/24"}},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := plan(test.args, test.zones...)
			require.NoError(t, err)
			require.Equal(t, test.want, got.layout)
		})
	}
}

func TestLayoutsThatAreRefused(t *testing.T) {
	t.Parallel()
	autoOf := func(text string) vpcArgs { return vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: specs(text)} }
	exactOf := func(text string) vpcArgs { return vpcArgs{SubnetStrategy: new("Exact"), SubnetSpecs: specs(text)} }
	nat := func(strategy string, addresses ...string) vpcArgs {
		n := &natArgs{Strategy: strategy}
		for _, a := range addresses {
			n.ElasticIpAllocationIds = append(n.ElasticIpAllocationIds, pulumi.String(a))
		}
		return vpcArgs{NatGateways: n}
	}
	both := "If NAT Gateway strategy is 'OnePerAz' or 'Single', both private and public subnets must be declared. The private subnet creates the need for a NAT Gateway, and the public subnet is required to host the NAT Gateway resource."
	invalid := "Invalid subnet specifications:\n - "
	tests := map[string]struct {
		args vpcArgs
		want string
	}{
		"no CIDR":           {vpcArgs{CidrBlock: new("x")}, `cidrBlock: "x" is not a valid IPv4 CIDR block`},
		"strategy":          {vpcArgs{SubnetStrategy: new("auto")}, `subnetStrategy: expected one of [Legacy, Auto, Exact], got "auto"`},
		"zone length":       {vpcArgs{AvailabilityZoneCidrMask: new(33)}, "availabilityZoneCidrMask: expected a value in the range (1 - 32), got 33"},
		"type":              {autoOf("public"), `subnetSpecs[0].type: expected one of [Public, Private, Isolated, Unused], got "public"`},
		"length":            {autoOf("Public:33"), "subnetSpecs[0].cidrMask: expected a value in the range (1 - 32), got 33"},
		"no specs":          {vpcArgs{SubnetStrategy: new("Auto"), SubnetSpecs: []subnetSpec{}}, "No subnets specified"},
		"too large":         {autoOf("Public:17 Private:17"), "Subnets are too large for VPC. VPC has 32768 addresses, but subnets require 65536 addresses."},
		"too small":         {vpcArgs{SubnetStrategy: new("Auto"), CidrBlock: new("10.0.0.0/26")}, "Automatic subnet creation requires a VPC with at least /26 available per AZ, but only /27 is available.If you do need very small subnets, please specify them explicitly."},
		"no bits left":      {vpcArgs{CidrBlock: new("10.0.0.0/32")}, "Requested 1 new bits, but only 0 are available."},
		"size":              {vpcArgs{SubnetSpecs: []subnetSpec{{Type: public, Size: new(100)}}}, invalid + "The following subnet sizes are invalid: 100. Valid sizes are: " + sizes(t) + "."},
		"size and length":   {vpcArgs{SubnetSpecs: []subnetSpec{{Type: public, Size: new(256), CidrMask: new(20)}}}, invalid + "Subnet size 256 does not match the expected size for a /20 subnet (4096)."},
		"some blocks":       {autoOf("Public=10.0.0.0/24,10.0.1.0/24 Private"), invalid + "If any subnet spec has explicit cidrBlocks, all subnets must have explicit cidrBlocks."},
		"too few blocks":    {autoOf("Public=10.0.0.0/24"), invalid + "The number of CIDR blocks in subnetSpecs[0] must match the number of availability zones (2)."},
		"blocks and length": {autoOf("Public:25=10.0.0.0/24,10.0.1.0/24"), invalid + "The cidrMask in subnetSpecs[0] must match all cidrBlocks or be left undefined."},
		"blocks and size":   {vpcArgs{SubnetSpecs: []subnetSpec{{Type: public, Size: new(8), CidrBlocks: []string{"10.0.0.0/24", "10.0.1.0/24"}}}}, invalid + "The size in subnetSpecs[0] must match all cidrBlocks or be left undefined."},
		"bad blocks":        {autoOf("Public=x,y"), invalid + `subnetSpecs[0]: "x" is not a valid IPv4 CIDR block`},
		"overlap":           {autoOf("Public=10.0.0.0/24,10.0.0.128/25"), "The following subnets overlap with at least one other subnet. Make the CIDR for the VPC larger, reduce the size of the subnets per AZ, or use less Availability Zones:\n\n1. n-public-1: 10.0.0.0/24\n2. n-public-2: 10.0.0.128/25\n"},
		"gaps": {exactOf("Public=10.0.1.0/24,10.0.3.0/24"), "There are gaps in the subnet ranges. Please fix the following gaps: n-public-1 (10.0.1.0/24) does not start at the beginning of the VPC (10.0.0.0/16), " +
			"n-public-1 (10.0.1.0/24) <=> n-public-2 (10.0.3.0/24), n-public-2 (ending 10.0.3.254) ends before VPC ends (at 10.0.255.254})"},
		"NAT strategy":            {nat("Two"), "Unknown NatGatewayStrategy 'Two'"},
		"None with addresses":     {nat("None", "a"), "Elastic IP allocation IDs cannot be specified when NAT Gateway strategy is 'None'."},
		"Single with addresses":   {nat("Single", "a", "b"), "Exactly one Elastic IP may be specified when NAT Gateway strategy is 'Single'."},
		"OnePerAz with addresses": {nat("OnePerAz", "a"), "The number of Elastic IPs, if specified, must match the number of availability zones for the VPC (2) when NAT Gateway strategy is 'OnePerAz'"},
		"NAT without private":     {vpcArgs{SubnetSpecs: specs("Public"), NatGateways: &natArgs{Strategy: "Single"}}, both},
		"NAT without public":      {vpcArgs{SubnetSpecs: specs("Private"), NatGateways: &natArgs{Strategy: "OnePerAz"}}, both},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := plan(test.args, "a", "b")
			require.EqualError(t, err, test.want)
		})
	}
	_, err := plan(vpcArgs{})
	require.EqualError(t, err, "the sandbox does not model a VPC without Availability Zones")
}

func sizes(t *testing.T) string {
	t.Helper()
	var all []string
	for n := 4294967296; n >= 4; n /= 2 {
		all = append(all, fmt.Sprint(n))
	}
	return strings.Join(all, ", ")
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args vpcArgs
		want []string
	}{
		"default":  {vpcArgs{}, nil},
		"strategy": {vpcArgs{SubnetStrategy: new("Legacy"), SubnetSpecs: specs("Public")}, nil},
		"default with specs": {vpcArgs{SubnetSpecs: specs("Public")}, []string{
			`The default subnetStrategy will change from "Legacy" to "Auto" in the next major version. Please specify the subnetStrategy explicitly. The current subnet layout can be specified via "Auto" as:` + "\n\n" + `[{"cidrMask":20,"type":"Public"}]`,
		}},
		"idle inputs": {vpcArgs{AvailabilityZoneCidrMask: new(20), SubnetSpecs: specs("Public=10.0.0.0/24")}, []string{
			`awsx does not use availabilityZoneCidrMask and subnetSpecs.cidrBlocks with the Legacy subnetStrategy, which is the default; set subnetStrategy to "Auto" or "Exact"`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := plan(test.args, "a")
			require.NoError(t, err)
			require.Equal(t, test.want, warnings(test.args, got))
		})
	}
}
