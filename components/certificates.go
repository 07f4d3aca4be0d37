package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const certificatesType = "livebeats:index:Certificates"

// CertificatesArgs configures Certificates.
type CertificatesArgs struct {
	// Hosts are DNS names in lower case, each at most 64 characters, the stack's own first. Required.
	Hosts []string `pulumi:"hosts"`
	// HostedZoneId is the public Route 53 zone of all hosts, in which they are validated at once. Without it somebody has
	// to make the ValidationRecords elsewhere.
	HostedZoneId pulumi.StringPtrInput `pulumi:"hostedZoneId,optional"`
	// Issued lists the hosts whose certificates AWS has issued, for which a program looks before it asks for them: see
	// CertificateTags. Refused with HostedZoneId.
	Issued []string `pulumi:"issued,optional"`
}

// Certificates are ACM certificates in the load balancer's region, one for each host: a host that comes or goes leaves
// the certificates of the others alone.
type Certificates struct {
	pulumi.ResourceState
	children

	// Ready tells before the run whether the first host can be served: its certificate is issued, or will be by then.
	Ready bool `pulumi:"ready"`
	// CertificateArn is the first host's. A listener refuses it until it is Ready.
	CertificateArn pulumi.StringOutput `pulumi:"certificateArn"`
	// AdditionalCertificateArns has the other hosts that can be served by now.
	AdditionalCertificateArns map[string]pulumi.StringOutput `pulumi:"additionalCertificateArns"`
	// ValidationRecords are to be made at the hosts' DNS provider and left there, since AWS renews a certificate as long
	// as it finds them. Each has name, type, value and ttl (seconds). None with HostedZoneId.
	ValidationRecords pulumi.MapArrayOutput `pulumi:"validationRecords"`
}

// NewCertificates waits for the certificates in a hosted zone, usually for some minutes, and never for others.
func NewCertificates(
	ctx *pulumi.Context, name string, args *CertificatesArgs, opts ...pulumi.ResourceOption,
) (*Certificates, error) {
	a := deref(args)
	if err := a.check(name); err != nil {
		return nil, err
	}
	certificates := &Certificates{AdditionalCertificateArns: map[string]pulumi.StringOutput{}}
	if err := register(ctx, certificatesType, name, a, certificates, opts); err != nil {
		return nil, err
	}
	records := pulumi.MapArray{}
	for i, host := range a.Hosts {
		arn, record, err := certificates.newCertificate(ctx, name, host, a)
		if err != nil {
			return nil, err
		}
		if record != nil {
			records = append(records, record)
		}
		ready := a.HostedZoneId != nil || slices.Contains(a.Issued, host)
		switch {
		case i == 0:
			certificates.CertificateArn, certificates.Ready = arn, ready
		case ready:
			certificates.AdditionalCertificateArns[host] = arn
		}
	}
	certificates.ValidationRecords = records.ToMapArrayOutput()
	return certificates, registerOutputs(ctx, certificates)
}

// newCertificate returns the ARN of an issued certificate where there is a zone, else of a requested one with the record
// that somebody has to make.
func (c *Certificates) newCertificate(
	ctx *pulumi.Context, name, host string, a CertificatesArgs,
) (arn pulumi.StringOutput, record pulumi.Map, err error) {
	certificate, err := acm.NewCertificate(ctx, name+"-certificate-"+host, &acm.CertificateArgs{
		DomainName:       pulumi.String(host),
		ValidationMethod: pulumi.String("DNS"),
		Tags:             pulumi.ToStringMap(CertificateTags(name)),
	}, under(c))
	if err != nil {
		return arn, nil, err
	}
	proof := newProof(certificate, host)
	if a.HostedZoneId == nil {
		return certificate.Arn, pulumi.Map{
			"name": proof.name, "type": proof.kind, "value": proof.value, "ttl": pulumi.Int(validationTtl),
		}, nil
	}
	validation, err := route53.NewRecord(ctx, name+"-validation-"+host, &route53.RecordArgs{
		ZoneId: a.HostedZoneId.ToStringPtrOutput().Elem(), Name: proof.name, Type: proof.kind, Records: pulumi.StringArray{proof.value},
		Ttl: pulumi.Int(validationTtl),
		// The record is the same for every certificate of the account and host: another stack's is as good.
		AllowOverwrite: pulumi.Bool(true),
	}, under(c))
	if err != nil {
		return arn, nil, err
	}
	issued, err := acm.NewCertificateValidation(ctx, name+"-issued-"+host, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{validation.Fqdn},
	}, under(c))
	if err != nil {
		return arn, nil, err
	}
	return issued.CertificateArn, nil, nil
}

// validationTtl is how long resolvers may keep a validation record, in seconds. It never changes.
const validationTtl = 300

// proof is the DNS record by which AWS knows who owns a host.
type proof struct{ name, kind, value pulumi.StringOutput }

func newProof(certificate *acm.Certificate, host string) proof {
	option := certificate.DomainValidationOptions.ApplyT(
		func(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
			for _, option := range options {
				if option.DomainName != nil && *option.DomainName == host {
					return option, nil
				}
			}
			return acm.CertificateDomainValidationOption{}, fmt.Errorf("find validation record of %q: ACM names none", host)
		}).(acm.CertificateDomainValidationOptionOutput)
	return proof{
		name: withoutDot(option.ResourceRecordName()), kind: option.ResourceRecordType().Elem(),
		value: withoutDot(option.ResourceRecordValue()),
	}
}

// withoutDot writes a DNS name as people and most providers do.
func withoutDot(name pulumi.StringPtrOutput) pulumi.StringOutput {
	return name.Elem().ApplyT(func(name string) string { return strings.TrimSuffix(name, ".") }).(pulumi.StringOutput)
}

// CertificateTags are the tags of the certificates of the Certificates called name. A look-up of an issued certificate
// (acm.LookupCertificate) by a host and these tags finds this component's own and nobody else's.
func CertificateTags(name string) map[string]string {
	return map[string]string{"live-beats:certificates": name}
}

func (a CertificatesArgs) check(name string) error {
	var p problems
	checkHosts(&p, a.Hosts)
	p.check(len(a.Issued) == 0 || a.HostedZoneId == nil, "Issued", a.Issued, "left out with HostedZoneId")
	for _, host := range a.Issued {
		p.check(slices.Contains(a.Hosts, host), "Issued", host, fmt.Sprintf("one of Hosts %v", a.Hosts))
	}
	return p.err(certificatesType, name)
}
