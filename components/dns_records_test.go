package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

func dnsRecordsArgs() DnsRecordsArgs {
	return DnsRecordsArgs{
		Hosts: []string{"beats.example.com"}, HostedZoneId: pulumi.String("Z1"),
		LoadBalancerDnsName: pulumi.String("Alb-1.eu-west-2.elb.amazonaws.com"), LoadBalancerZoneId: pulumi.String("ZALB"),
	}
}

func TestDnsRecords(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		args := dnsRecordsArgs()
		args.Hosts = append(args.Hosts, "example.com")
		_, err := NewDnsRecords(ctx, "dns", &args)
		return err
	})
	require.Equal(t, []string{
		"dns", "dns-a-beats.example.com", "dns-a-example.com", "dns-aaaa-beats.example.com", "dns-aaaa-example.com",
	}, r.names())
	for child, want := range map[string][2]string{
		"dns-a-beats.example.com": {"beats.example.com", "A"}, "dns-aaaa-beats.example.com": {"beats.example.com", "AAAA"},
		"dns-a-example.com": {"example.com", "A"}, "dns-aaaa-example.com": {"example.com", "AAAA"},
	} {
		require.Equal(t, map[string]any{
			"zoneId": "Z1", "name": want[0], "type": want[1], "aliases": []any{map[string]any{
				"name": "Alb-1.eu-west-2.elb.amazonaws.com", "zoneId": "ZALB", "evaluateTargetHealth": false,
			}},
		}, r.inputs(t, child), child)
	}
}

func TestDnsRecordsRefuse(t *testing.T) {
	t.Parallel()
	hostAllowed := awsmodel.CertificateHost.Allowed
	long := strings.Repeat("a", 61) + ".com"
	for name, test := range map[string]struct {
		edit func(*DnsRecordsArgs)
		want string
	}{
		"no host":   {func(a *DnsRecordsArgs) { a.Hosts = nil }, "Hosts [] must be at least one"},
		"capitals":  {func(a *DnsRecordsArgs) { a.Hosts[0] = "Beats.example.com" }, `Hosts "Beats.example.com" must be ` + hostAllowed},
		"final dot": {func(a *DnsRecordsArgs) { a.Hosts[0] = "example.com." }, `Hosts "example.com." must be ` + hostAllowed},
		"long host": {func(a *DnsRecordsArgs) { a.Hosts[0] = long }, `Hosts "` + long + `" must be ` + hostAllowed},
		"twice": {
			func(a *DnsRecordsArgs) { a.Hosts = append(a.Hosts, a.Hosts[0]) },
			`Hosts "beats.example.com" must be listed once`,
		},
		"no zone":     {func(a *DnsRecordsArgs) { a.HostedZoneId = nil }, "HostedZoneId must be given"},
		"no target":   {func(a *DnsRecordsArgs) { a.LoadBalancerDnsName = nil }, "LoadBalancerDnsName must be given"},
		"no ALB zone": {func(a *DnsRecordsArgs) { a.LoadBalancerZoneId = nil }, "LoadBalancerZoneId must be given"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := dnsRecordsArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewDnsRecords(ctx, "dns", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:DnsRecords "dns": `+test.want)
		})
	}
}
