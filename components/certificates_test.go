package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordCertificates(t *testing.T, args CertificatesArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		certificates, err := NewCertificates(ctx, "tls", &args)
		if err != nil {
			return err
		}
		r.capture("certificateArn", certificates.CertificateArn)
		additional := pulumi.StringMap{}
		for host, arn := range certificates.AdditionalCertificateArns {
			additional[host] = arn
		}
		r.capture("additional", additional.ToStringMapOutput())
		r.capture("records", certificates.ValidationRecords)
		r.capture("ready", pulumi.Bool(certificates.Ready).ToBoolOutput())
		return nil
	})
}

func TestCertificatesInAZone(t *testing.T) {
	t.Parallel()
	r := recordCertificates(t, CertificatesArgs{
		Hosts: []string{"beats.example.com", "example.com"}, HostedZoneId: pulumi.String("Z1"),
	})
	require.Equal(t, []string{
		"tls", "tls-certificate-beats.example.com", "tls-certificate-example.com", "tls-issued-beats.example.com",
		"tls-issued-example.com", "tls-validation-beats.example.com", "tls-validation-example.com",
	}, r.names())
	require.Equal(t, map[string]any{
		"domainName": "example.com", "validationMethod": "DNS", "tags": map[string]any{"live-beats:certificates": "tls"},
	}, r.inputs(t, "tls-certificate-example.com"))
	require.Equal(t, map[string]any{
		"zoneId": "Z1", "name": "_n.example.com", "type": "CNAME", "records": []any{"_v.acm-validations.aws"},
		"ttl": 300.0, "allowOverwrite": true,
	}, r.inputs(t, "tls-validation-example.com"))
	require.Equal(t, map[string]any{
		"certificateArn": "tls-certificate-example.com.arn", "validationRecordFqdns": []any{"_n.example.com"},
	}, r.inputs(t, "tls-issued-example.com"))
	require.Equal(t, map[string]any{
		"ready": true, "certificateArn": "tls-certificate-beats.example.com.arn", "records": []map[string]any{},
		"additional": map[string]string{"example.com": "tls-certificate-example.com.arn"},
	}, r.outputs)
}

func TestCertificatesElsewhere(t *testing.T) {
	t.Parallel()
	record := func(host string) map[string]any {
		return map[string]any{"name": "_n." + host, "type": "CNAME", "value": "_v.acm-validations.aws", "ttl": 300}
	}
	hosts := []string{"beats.example.com", "a.example.com", "b.example.com"}
	records := []map[string]any{record(hosts[0]), record(hosts[1]), record(hosts[2])}
	for name, test := range map[string]struct {
		issued     []string
		ready      bool
		additional map[string]string
	}{
		"requested":    {nil, false, map[string]string{}},
		"first issued": {hosts[:1], true, map[string]string{}},
		"another issued": {
			hosts[2:], false, map[string]string{"b.example.com": "tls-certificate-b.example.com.arn"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := recordCertificates(t, CertificatesArgs{Hosts: hosts, Issued: test.issued})
			require.Equal(t, []string{
				"tls", "tls-certificate-a.example.com", "tls-certificate-b.example.com", "tls-certificate-beats.example.com",
			}, r.names(), "nothing that would wait")
			require.Equal(t, map[string]any{
				"ready": test.ready, "certificateArn": "tls-certificate-beats.example.com.arn", "records": records,
				"additional": test.additional,
			}, r.outputs)
		})
	}
}

func TestCertificateWithoutValidationRecord(t *testing.T) {
	t.Parallel()
	silent := newRecorder(false)
	silent.answers = nil
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := NewCertificates(ctx, "tls", &CertificatesArgs{
			Hosts: []string{"example.com"}, HostedZoneId: pulumi.String("Z1"),
		})
		return err
	}, pulumi.WithMocks("live-beats", "test", silent))
	require.ErrorContains(t, err, `find validation record of "example.com": ACM returned none`)
}

func TestCertificatesRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args CertificatesArgs
		want string
	}{
		"no host": {CertificatesArgs{}, "Hosts [] must be at least one"},
		"issued for another host": {
			CertificatesArgs{Hosts: []string{"example.com"}, Issued: []string{"example.org"}},
			`Issued "example.org" must be one of Hosts [example.com]`,
		},
		"issued in a zone": {
			CertificatesArgs{
				Hosts: []string{"example.com"}, HostedZoneId: pulumi.String("Z1"), Issued: []string{"example.com"},
			},
			"Issued [example.com] must be left out with HostedZoneId",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewCertificates(ctx, "tls", &test.args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Certificates "tls": `+test.want)
		})
	}
}
