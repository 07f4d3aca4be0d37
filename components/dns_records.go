package components

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const dnsRecordsType = "livebeats:index:DnsRecords"

// DnsRecordsArgs configures DnsRecords.
type DnsRecordsArgs struct {
	Hosts               []string           `pulumi:"hosts"`               // Required: names in the zone, in lower case.
	HostedZoneId        pulumi.StringInput `pulumi:"hostedZoneId"`        // Required: a public Route 53 zone.
	LoadBalancerDnsName pulumi.StringInput `pulumi:"loadBalancerDnsName"` // Required.
	// LoadBalancerZoneId is the load balancer's ZoneId, which is AWS's own zone. Required.
	LoadBalancerZoneId pulumi.StringInput `pulumi:"loadBalancerZoneId"`
}

// DnsRecords point hosts to a load balancer.
type DnsRecords struct {
	pulumi.ResourceState
	children
}

// NewDnsRecords creates an A and an AAAA alias record for each host. A host may be the zone's own name. A record that
// already exists is an error, because it may belong to another site.
func NewDnsRecords(
	ctx *pulumi.Context, name string, args *DnsRecordsArgs, opts ...pulumi.ResourceOption,
) (*DnsRecords, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	records := &DnsRecords{}
	if err := register(ctx, dnsRecordsType, name, a, records, opts); err != nil {
		return nil, err
	}
	for _, host := range a.Hosts {
		for _, kind := range []string{"A", "AAAA"} {
			child := name + "-" + strings.ToLower(kind) + "-" + host
			if _, err := route53.NewRecord(ctx, child, &route53.RecordArgs{
				ZoneId: a.HostedZoneId, Name: pulumi.String(host), Type: pulumi.String(kind),
				Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
					Name: a.LoadBalancerDnsName, ZoneId: a.LoadBalancerZoneId,
					EvaluateTargetHealth: pulumi.Bool(false), // There is no other target to fail over to.
				}},
			}, under(records)); err != nil {
				return nil, err
			}
		}
	}
	return records, registerOutputs(ctx, records)
}

func (a DnsRecordsArgs) check(name string) error {
	var p problems
	checkHosts(&p, a.Hosts)
	p.required("HostedZoneId", a.HostedZoneId)
	p.required("LoadBalancerDnsName", a.LoadBalancerDnsName)
	p.required("LoadBalancerZoneId", a.LoadBalancerZoneId)
	return p.err(dnsRecordsType, name)
}

func checkHosts(p *problems, hosts []string) {
	p.check(len(hosts) > 0, "Hosts", hosts, "at least one")
	for i, host := range hosts {
		p.match("Hosts", host, awsmodel.CertificateHost)
		p.check(!slices.Contains(hosts[:i], host), "Hosts", host, "listed once")
	}
}
