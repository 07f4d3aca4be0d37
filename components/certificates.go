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
	// Hosts are DNS names in lower case, each at most 64 characters. The first is the main host. Required.
	Hosts []string `pulumi:"hosts"`
	// HostedZoneId is the public Route 53 zone of all hosts. NewCertificates creates the validation records in it. Without
	// it, the ValidationRecords have to be created elsewhere.
	HostedZoneId pulumi.StringPtrInput `pulumi:"hostedZoneId,optional"`
	// Issued lists the hosts whose certificates AWS has issued already. The program looks them up before it creates the
	// component: see CertificateTags. An error with HostedZoneId.
	Issued []string `pulumi:"issued,optional"`
}

// Certificates are ACM certificates in the load balancer's region. There is one for each host, so that adding or
// removing a host does not change the certificates of the others.
type Certificates struct {
	pulumi.ResourceState
	children

	// Ready reports whether a listener can use the first host's certificate: it is issued already, or will be issued
	// during the run. It is known before the run.
	Ready bool `pulumi:"ready"`
	// CertificateArn is the first host's certificate. AWS rejects it in a listener unless it is Ready.
	CertificateArn pulumi.StringOutput `pulumi:"certificateArn"`
	// AdditionalCertificateArns maps the other hosts to their certificates, as far as a listener can use them.
	AdditionalCertificateArns map[string]pulumi.StringOutput `pulumi:"additionalCertificateArns"`
	// ValidationRecords have to be created at the hosts' DNS provider. They have to stay there, because AWS renews a
	// certificate only while they exist. Each has name, type, value and ttl (seconds). Empty with HostedZoneId.
	ValidationRecords pulumi.MapArrayOutput `pulumi:"validationRecords"`
}

// NewCertificates requests the certificates. With HostedZoneId it waits until AWS has issued them, usually some
// minutes. Without it, it does not wait.
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

// newCertificate returns the ARN of an issued certificate if there is a hosted zone. Otherwise it returns the ARN of a
// requested certificate, and the validation record to create elsewhere.
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
	needed := newValidationRecord(certificate, host)
	if a.HostedZoneId == nil {
		return certificate.Arn, pulumi.Map{
			"name": needed.name, "type": needed.kind, "value": needed.value, "ttl": pulumi.Int(validationTtl),
		}, nil
	}
	validation, err := route53.NewRecord(ctx, name+"-validation-"+host, &route53.RecordArgs{
		ZoneId: a.HostedZoneId.ToStringPtrOutput().Elem(), Name: needed.name, Type: needed.kind,
		Records: pulumi.StringArray{needed.value}, Ttl: pulumi.Int(validationTtl),
		// All certificates of an account for the same host need the same record, so another stack may have created it.
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

// validationTtl is the TTL of the validation records, in seconds.
const validationTtl = 300

// validationRecord is the DNS record that proves to AWS who owns a host.
type validationRecord struct{ name, kind, value pulumi.StringOutput }

func newValidationRecord(certificate *acm.Certificate, host string) validationRecord {
	option := certificate.DomainValidationOptions.ApplyT(
		func(options []acm.CertificateDomainValidationOption) (acm.CertificateDomainValidationOption, error) {
			for _, option := range options {
				if option.DomainName != nil && *option.DomainName == host {
					return option, nil
				}
			}
			return acm.CertificateDomainValidationOption{}, fmt.Errorf("find validation record of %q: ACM returned none", host)
		}).(acm.CertificateDomainValidationOptionOutput)
	return validationRecord{
		name: withoutDot(option.ResourceRecordName()), kind: option.ResourceRecordType().Elem(),
		value: withoutDot(option.ResourceRecordValue()),
	}
}

// withoutDot removes the final dot of a DNS name, which most DNS providers do not expect.
func withoutDot(name pulumi.StringPtrOutput) pulumi.StringOutput {
	return name.Elem().ApplyT(func(name string) string { return strings.TrimSuffix(name, ".") }).(pulumi.StringOutput)
}

// CertificateTags returns the tags of the certificates that the Certificates component with this name creates. A
// look-up of a certificate (acm.LookupCertificate) by host and these tags finds only that component's certificate.
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
