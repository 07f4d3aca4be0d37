package features

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	recordType      = "aws:route53/record:Record"
)

// with adds config to a verb, one --config for each.
func with(verb string, config ...string) []string {
	args := []string{verb}
	for _, c := range config {
		args = append(args, "--config", "live-beats:"+c)
	}
	return args
}

// steady asserts that nothing is left to do.
func (p *project) steady(config ...string) {
	p.Helper()
	p.Run(append(with("preview", config...), "--expect-no-changes")...).Exits(0)
}

type dnsRecord struct {
	Name, Type, Value string
	TTL               int
}

func (p *project) dnsRecords() []dnsRecord {
	p.Helper()
	var records []dnsRecord
	p.Run("output", "dnsRecords", "--json").Exits(0).JSON(&records)
	return records
}

// TestCertificateByRequest takes a stack with DNS elsewhere from HTTP to HTTPS, gives it a second host and makes that
// the first, without HTTPS ever going away, and switches it off.
func TestCertificateByRequest(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const waits = "AWS has not issued the certificate of "
	one := []string{"host=beats.example.com", "tls.request=true"}
	p.Run(with("up", one...)...).Exits(0).Says(waits + "beats.example.com yet").Silent("songs")
	require.Equal(t, "http://beats.example.com\n", p.Run("output", "url").Stdout)
	records := p.dnsRecords()
	require.Len(t, records, 2)
	balancer := strings.TrimSpace(p.Run("output", "albDnsName").Stdout)
	require.Equal(t, dnsRecord{"beats.example.com", "CNAME", strings.ToLower(balancer), 300}, records[0])
	require.Regexp(t, `^_[0-9a-f]{32}\.beats\.example\.com$`, records[1].Name)
	require.Regexp(t, `^_[0-9a-f]{32}\.acm-validations\.aws$`, records[1].Value)
	p.steady(one...)

	p.Run("sandbox", "issue-certificate", "example.com").Exits(1).Says(
		`issue certificate of "example.com": none is pending in eu-west-2; pending are those of ["beats.example.com"]`)
	p.Run("sandbox", "issue-certificate", "beats.example.com").Exits(0)
	plan := p.Run(with("preview", one...)...).Exits(0).Silent(waits).Plan()
	slices.Sort(plan)
	require.Equal(t, []string{
		"+ aws:lb:Listener live-beats-staging-https", "+ aws:vpc:SecurityGroupIngressRule live-beats-staging-https-ingress",
		"~ aws:lb:Listener live-beats-staging-http", "~ livebeats:index:Alb live-beats-staging",
		"~ livebeats:index:Certificates live-beats-staging", "~ livebeats:index:SecurityGroups live-beats-staging",
	}, plan)
	p.Run(with("up", one...)...).Exits(0)
	require.Equal(t, "https://beats.example.com\n", p.Run("output", "url").Stdout)
	require.Equal(t, records, p.dnsRecords())
	p.steady(one...)

	two := append(one, `tls.additionalHosts=["www.example.com"]`)
	plan = p.Run(with("up", two...)...).Exits(0).Says(waits + "www.example.com yet").Plan()
	require.NotContains(t, strings.Join(plan, "\n"), "aws:lb", "HTTPS stays as it is")
	require.Equal(t, "https://beats.example.com\n", p.Run("output", "url").Stdout)
	require.Len(t, p.dnsRecords(), 4)
	p.steady(two...)
	p.Run("sandbox", "issue-certificate", "www.example.com").Exits(0)
	plan = p.Run(with("up", two...)...).Exits(0).Silent(waits).Plan()
	require.Contains(t, plan, "+ aws:lb:ListenerCertificate live-beats-staging-https-www.example.com")
	p.steady(two...)

	swapped := []string{"host=www.example.com", "tls.request=true", `tls.additionalHosts=["beats.example.com"]`}
	plan = p.Run(with("up", swapped...)...).Exits(0).Silent(waits).Plan()
	require.Contains(t, plan, "~ aws:lb:Listener live-beats-staging-https")
	require.Equal(t, "https://www.example.com\n", p.Run("output", "url").Stdout)
	p.steady(swapped...)

	w := p.World()
	for _, certificate := range w.List(certificateType, "eu-west-2") {
		w.Edit(certificate)
		certificate.Props["status"] = "EXPIRED"
	}
	require.NoError(t, w.Save())
	p.Run(append(with("preview", swapped...), "--expect-no-changes")...).Exits(0).
		Says("the certificate of www.example.com is EXPIRED")
	p.Run("sandbox", "fault", "add", "ListCertificates", "--error", "AccessDeniedException", "--times", "2").Exits(0)
	p.Run(with("preview", swapped...)...).Exits(1).Says(`look up the certificate of "www.example.com"`)

	p.Run("up").Exits(0)
	require.Empty(t, p.World().List(certificateType, "eu-west-2"))
	p.steady()
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestHostedZone lets the stack make everything in a zone that is not its own, at the zone's top too.
func TestHostedZone(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const zone = "Z0123456789ABC"
	config := []string{"host=example.com", "tls.hostedZone=" + zone, `tls.additionalHosts=["www.example.com"]`}
	p.Run(with("up", config...)...).Exits(1).Says(`look up tls.hostedZone "` + zone + `"`)
	p.Run("sandbox", "put-zone", zone, "example.com").Exits(0)
	p.Run(with("up", "host=beats.example.org", config[1])...).Exits(1).Says("live-beats:host is \"beats.example.org\": " +
		"must be example.com or a name under it, as tls.hostedZone " + zone + " is the zone of example.com")
	require.Empty(t, p.World().List(certificateType, "eu-west-2"))

	p.Run("up").Exits(0)
	p.Run(with("up", config...)...).Exits(0)
	require.Equal(t, "https://example.com\n", p.Run("output", "url").Stdout)
	require.Empty(t, p.dnsRecords(), "nobody has to make one")
	var records []string
	for _, record := range p.World().List(recordType, "") {
		if record.Props["aliases"] != nil {
			records = append(records, record.Props["fqdn"].(string)+" "+record.Props["type"].(string))
		}
	}
	slices.Sort(records)
	require.Equal(t, []string{"example.com A", "example.com AAAA", "www.example.com A", "www.example.com AAAA"}, records)
	p.steady(config...)

	p.Run("up").Exits(0)
	require.Empty(t, p.World().List(recordType, ""))
	p.steady()
	p.Run("destroy").Exits(0)
	p.Run("sandbox", "delete", zone).Exits(0)
	require.True(t, p.World().Empty())
}

// TestWebACL puts a web ACL in front of a running stack, exchanges it and takes it away again.
func TestWebACL(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	acl := func(name string) string {
		return "webAclArn=arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/" + name + "/12345678-1234-1234-1234-123456789012"
	}
	associated := func() (names []string) {
		for _, o := range p.World().List("aws:wafv2/webAclAssociation:WebAclAssociation", "eu-west-2") {
			names = append(names, strings.Split(o.Props["webAclArn"].(string), "/")[2])
		}
		return names
	}
	p.Run("up").Exits(0)
	for _, name := range []string{"one", "two"} {
		p.Run(with("up", acl(name))...).Exits(0)
		require.Equal(t, []string{name}, associated())
		p.steady(acl(name))
	}
	p.Run("up").Exits(0)
	require.Empty(t, associated())
	p.steady()
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestSongs warns where browsers cannot play what the app serves.
func TestSongs(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const certificate = "tls.certificateArn=arn:aws:acm:eu-west-2:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"
	p.Run("preview").Exits(0).Says("songs will not play: the app asks for them by https")
	p.Run(with("preview", "uploads.urlScheme=http")...).Exits(0).Silent("songs")
	p.Run(with("preview", certificate)...).Exits(0).Silent("songs")
	p.Run(with("preview", certificate, "uploads.urlScheme=http")...).Exits(0).
		Says("songs may not play: the app asks for them by http")
}
