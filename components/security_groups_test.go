package components

import (
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func groupsArgs() SecurityGroupsArgs {
	return SecurityGroupsArgs{
		VpcId: pulumi.String("vpc-1"), ContainerPort: 4000, DistributionPorts: PortRange{9100, 9115},
	}
}

func TestSecurityGroups(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit  func(*SecurityGroupsArgs)
		extra map[string]string
	}{
		"plain": {func(*SecurityGroupsArgs) {}, nil},
		"https": {
			func(a *SecurityGroupsArgs) { a.Https = true },
			map[string]string{"sg-https-ingress": "sg-alb.id 443-443 0.0.0.0/0"},
		},
		"some clients": {
			func(a *SecurityGroupsArgs) {
				a.Https, a.ClientCidrs = true, []string{"203.0.113.0/24", "10.0.0.0/8"}
			},
			map[string]string{
				"sg-http-ingress":                 "",
				"sg-http-203-0-113-0-24-ingress":  "sg-alb.id 80-80 203.0.113.0/24",
				"sg-https-203-0-113-0-24-ingress": "sg-alb.id 443-443 203.0.113.0/24",
				"sg-http-10-0-0-0-8-ingress":      "sg-alb.id 80-80 10.0.0.0/8",
				"sg-https-10-0-0-0-8-ingress":     "sg-alb.id 443-443 10.0.0.0/8",
			},
		},
		"no clients": {
			func(a *SecurityGroupsArgs) { a.ClientCidrs = []string{} }, map[string]string{"sg-http-ingress": ""},
		},
		"database anywhere": {
			func(a *SecurityGroupsArgs) { a.DatabaseCidrs = []string{"0.0.0.0/0"} },
			map[string]string{"sg-database-egress": "sg-service.id 5432-5432 0.0.0.0/0"},
		},
		"database group": {
			func(a *SecurityGroupsArgs) { a.DatabaseSecurityGroupId = pulumi.String("sg-db") },
			map[string]string{
				"sg-database-egress":  "sg-service.id 5432-5432 sg-db",
				"sg-database-ingress": "sg-db 5432-5432 sg-service.id",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := groupsArgs()
			test.edit(&args)
			r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
				_, err := NewSecurityGroups(ctx, "sg", &args)
				return err
			})
			want := map[string]string{
				"sg-http-ingress":         "sg-alb.id 80-80 0.0.0.0/0",
				"sg-app-egress":           "sg-alb.id 4000-4000 sg-service.id",
				"sg-app-ingress":          "sg-service.id 4000-4000 sg-alb.id",
				"sg-epmd-egress":          "sg-service.id 4369-4369 sg-service.id",
				"sg-epmd-ingress":         "sg-service.id 4369-4369 sg-service.id",
				"sg-distribution-egress":  "sg-service.id 9100-9115 sg-service.id",
				"sg-distribution-ingress": "sg-service.id 9100-9115 sg-service.id",
				"sg-files-egress":         "sg-service.id 4000-4000 sg-service.id",
				"sg-files-ingress":        "sg-service.id 4000-4000 sg-service.id",
				"sg-web-egress":           "sg-service.id 443-443 0.0.0.0/0",
			}
			for rule, flow := range test.extra {
				want[rule] = flow
			}
			maps.DeleteFunc(want, func(_, flow string) bool { return flow == "" })
			require.Equal(t, want, rules(t, r))
			require.Len(t, r.resources, len(want)+3)
			for rule := range want {
				require.Equal(t, []string{"fromPort", "toPort"}, r.resources[rule].RegisterRPC.GetReplaceOnChanges(),
					"%s: tasks that still run use the ports that it had", rule)
			}
		})
	}
}

// rules returns "<group> <ports> <peer>" for every rule, after checking what all rules have in common.
func rules(t *testing.T, r *recorder) map[string]string {
	t.Helper()
	description := regexp.MustCompile(`^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]+$`)
	found := map[string]string{}
	for name, args := range r.resources {
		inputs := args.Inputs.Mappable()
		switch args.TypeToken {
		case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
			"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":
			require.Equal(t, "tcp", inputs["ipProtocol"], name)
			require.Regexp(t, description, inputs["description"], name)
			peer := inputs["cidrIpv4"]
			if peer == nil {
				peer = inputs["referencedSecurityGroupId"]
			} else {
				require.NotContains(t, inputs, "referencedSecurityGroupId", name)
			}
			found[name] = fmt.Sprintf("%v %v-%v %v", inputs["securityGroupId"], inputs["fromPort"], inputs["toPort"], peer)
		case "aws:ec2/securityGroup:SecurityGroup":
			require.Regexp(t, description, inputs["description"], name)
			require.Equal(t, "vpc-1", inputs["vpcId"])
			require.NotContains(t, inputs, "ingress")
			require.NotContains(t, inputs, "egress")
		}
	}
	return found
}

func TestSecurityGroupsOutputs(t *testing.T) {
	t.Parallel()
	args := groupsArgs()
	r := record(t, func(ctx *pulumi.Context, r *recorder) error {
		groups, err := NewSecurityGroups(ctx, "sg", &args)
		if err != nil {
			return err
		}
		r.capture("alb", groups.LoadBalancerSecurityGroupId)
		r.capture("service", groups.ServiceSecurityGroupId)
		_, err = NewNetwork(ctx, "reader", &NetworkArgs{
			Mode: NetworkExisting, VpcId: groups.ServiceSecurityGroupId,
			PublicSubnetIds: pulumi.ToStringArray([]string{"a", "b"}),
		})
		return err
	})
	before := r.dependencies("reader")
	require.Contains(t, before, "sg-web-egress", "the rules")
	require.NotContains(t, before, "sg-alb", "at preview the id is unknown, but it depends on one group")
	require.Equal(t, map[string]any{"alb": "sg-alb.id", "service": "sg-service.id"}, r.outputs)
}

func TestSecurityGroupsRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(*SecurityGroupsArgs)
		want string
	}{
		"no VPC":        {func(a *SecurityGroupsArgs) { a.VpcId = nil }, "VpcId must be given"},
		"port zero":     {func(a *SecurityGroupsArgs) { a.ContainerPort = 0 }, "ContainerPort 0 must be 1 to 65535"},
		"port too high": {func(a *SecurityGroupsArgs) { a.ContainerPort = 65536 }, "ContainerPort 65536 must be 1 to 65535"},
		"epmd's port": {
			func(a *SecurityGroupsArgs) { a.ContainerPort = 4369 },
			"ContainerPort 4369 must be a port other than 4369, which epmd uses",
		},
		"one distribution port": {
			func(a *SecurityGroupsArgs) { a.DistributionPorts.Max = 9100 },
			"DistributionPorts 9100-9100 must be a range of at least two ports",
		},
		"system ports": {
			func(a *SecurityGroupsArgs) { a.DistributionPorts = PortRange{1023, 1030} },
			"DistributionPorts 1023-1030 must be within 1024 to 65535",
		},
		"range over the port": {
			func(a *SecurityGroupsArgs) { a.DistributionPorts = PortRange{4000, 4010} },
			"DistributionPorts 4000-4010 must be a range without port 4000",
		},
		"not a range": {
			func(a *SecurityGroupsArgs) { a.ClientCidrs = []string{"203.0.113.1/24"} },
			`ClientCidrs "203.0.113.1/24" must be an IPv4 range such as 203.0.113.0/24, without host bits`,
		},
		"an IPv6 range": {
			func(a *SecurityGroupsArgs) { a.DatabaseCidrs = []string{"::/0"} },
			`DatabaseCidrs "::/0" must be an IPv4 range such as 203.0.113.0/24, without host bits`,
		},
		"range over epmd": {
			func(a *SecurityGroupsArgs) { a.DistributionPorts = PortRange{4360, 4370} },
			"DistributionPorts 4360-4370 must be a range without port 4369",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := groupsArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewSecurityGroups(ctx, "sg", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:SecurityGroups "sg": `+test.want)
		})
	}
}
