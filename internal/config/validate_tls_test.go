package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func webACL(region, scope string) string {
	return "arn:aws:wafv2:" + region + ":123456789012:" + scope + "/webacl/beats/12345678-1234-1234-1234-123456789012"
}

// Each row breaks one rule about hosts, certificates and zones.
func TestParseRefusesTLS(t *testing.T) {
	t.Parallel()
	certificate := strings.Replace(certificateAbroad, "us-east-1", "eu-west-2", 1)
	long := strings.Repeat("a", 53) + ".example.com"
	var hosts []string
	for i := range 26 {
		hosts = append(hosts, fmt.Sprintf(`"h%d.example.com"`, i))
	}
	for name, test := range map[string]struct{ host, tls, problem string }{
		"zone and certificate": {
			"example.com", `{"hostedZone": "Z1", "certificateArn": "` + certificate + `"}`,
			`tls.certificateArn is "` + certificate + `": must be left out unless tls.hostedZone is left out`,
		},
		"request and certificate": {
			"example.com", `{"request": true, "certificateArn": "` + certificate + `"}`,
			`tls.certificateArn is "` + certificate + `": must be left out unless tls.request is left out`,
		},
		"request and zone": {
			"example.com", `{"request": true, "hostedZone": "Z1"}`,
			`tls.request is true: must be left out unless tls.hostedZone is left out`,
		},
		"host twice": {
			"example.com", `{"request": true, "additionalHosts": ["example.com"]}`,
			`tls.additionalHosts[0] is "example.com": must not be given twice`,
		},
		"long host": {
			long, `{"hostedZone": "Z1"}`, `host is "` + long + `": must be a DNS name in lower case of at most 64 characters, ` +
				`the limit of ACM`,
		},
		"too many hosts": {
			"example.com", `{"request": true, "additionalHosts": [` + strings.Join(hosts, ",") + `]}`,
			`tls.additionalHosts is "26 hosts": must be at most 25 hosts: each has a certificate, and a load balancer has no more ` +
				`besides its default`,
		},
		"long additional host": {
			"example.com", `{"request": true, "additionalHosts": ["` + long + `"]}`,
			`tls.additionalHosts[0] is "` + long + `": must be a DNS name in lower case of at most 64 characters, the limit of ACM`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse("staging", with(map[string]string{"live-beats:host": test.host, "live-beats:tls": test.tls}))
			require.Equal(t, []string{"live-beats:" + test.problem}, problems(t, err))
		})
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	require.Nil(t, (&Config{}).Hosts())
	require.Equal(t, []string{"a.example.com", "b.example.com"},
		(&Config{Host: "a.example.com", TLS: TLS{AdditionalHosts: []string{"b.example.com"}}}).Hosts())
}

func TestCheckZone(t *testing.T) {
	t.Parallel()
	config := &Config{Stack: "staging", Host: "example.com", TLS: TLS{
		HostedZone: "Z1", AdditionalHosts: []string{"www.example.com"},
	}}
	require.NoError(t, config.CheckZone("example.com.", false))
	require.Equal(t, []string{
		`live-beats:tls.hostedZone is "Z1": must be a public zone, but the zone of example.com is private`,
	}, problems(t, config.CheckZone("example.com", true)))
	require.Equal(t, []string{
		`live-beats:host is "example.com": must be ample.com or a subdomain of it, because tls.hostedZone Z1 is the zone of ` +
			`ample.com`,
		`live-beats:tls.additionalHosts[0] is "www.example.com": must be ample.com or a subdomain of it, because ` +
			`tls.hostedZone Z1 is the zone of ample.com`,
	}, problems(t, config.CheckZone("ample.com", false)))
}
