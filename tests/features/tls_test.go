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

// withConfig returns the arguments of a verb, with a --config flag for each setting.
func withConfig(verb string, config ...string) []string {
	args := []string{verb}
	for _, c := range config {
		args = append(args, "--config", "live-beats:"+c)
	}
	return args
}

// requireNoChanges asserts that a preview has no changes.
func (p *project) requireNoChanges(config ...string) {
	p.Helper()
	p.Run(append(withConfig("preview", config...), "--expect-no-changes")...).Exits(0)
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

// TestCertificateByRequest requests certificates for a stack whose DNS is hosted elsewhere. It moves the stack from
// HTTP to HTTPS, adds a second host, and makes that host the first. HTTPS works all the time, until it is switched off
// at the end.
func TestCertificateByRequest(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const waits = "AWS has not issued the certificate of "
	one := []string{"host=beats.example.com", "tls.request=true"}
	p.Run(withConfig("up", one...)...).Exits(0).Says(waits + "beats.example.com yet").Silent("songs")
	require.Equal(t, "http://beats.example.com\n", p.Run("output", "url").Stdout)
	records := p.dnsRecords()
	require.Len(t, records, 2)
	balancer := strings.TrimSpace(p.Run("output", "albDnsName").Stdout)
	require.Equal(t, dnsRecord{"beats.example.com", "CNAME", strings.ToLower(balancer), 300}, records[0])
	require.Regexp(t, `^_[0-9a-f]{32}\.beats\.example\.com$`, records[1].Name)
	require.Regexp(t, `^_[0-9a-f]{32}\.acm-validations\.aws$`, records[1].Value)
	p.requireNoChanges(one...)

	p.Run("sandbox", "issue-certificate", "example.com").Exits(1).Says(
		`issue certificate of "example.com": no such certificate is pending in eu-west-2; pending are ["beats.example.com"]`)
	p.Run("sandbox", "issue-certificate", "beats.example.com").Exits(0)
	plan := p.Run(withConfig("preview", one...)...).Exits(0).Silent(waits).Plan()
	slices.Sort(plan)
	require.Equal(t, []string{
		"+ aws:lb:Listener live-beats-staging-https", "+ aws:vpc:SecurityGroupIngressRule live-beats-staging-https-ingress",
		"~ aws:lb:Listener live-beats-staging-http", "~ livebeats:index:Alb live-beats-staging",
		"~ livebeats:index:Certificates live-beats-staging", "~ livebeats:index:SecurityGroups live-beats-staging",
	}, plan)
	p.Run(withConfig("up", one...)...).Exits(0)
	require.Equal(t, "https://beats.example.com\n", p.Run("output", "url").Stdout)
	require.Equal(t, records, p.dnsRecords())
	p.requireNoChanges(one...)

	two := append(one, `tls.additionalHosts=["www.example.com"]`)
	plan = p.Run(withConfig("up", two...)...).Exits(0).Says(waits + "www.example.com yet").Plan()
	require.NotContains(t, strings.Join(plan, "\n"), "aws:lb", "HTTPS stays as it is")
	require.Equal(t, "https://beats.example.com\n", p.Run("output", "url").Stdout)
	require.Len(t, p.dnsRecords(), 4)
	p.requireNoChanges(two...)
	p.Run("sandbox", "issue-certificate", "www.example.com").Exits(0)
	plan = p.Run(withConfig("up", two...)...).Exits(0).Silent(waits).Plan()
	require.Contains(t, plan, "+ aws:lb:ListenerCertificate live-beats-staging-https-www.example.com")
	p.requireNoChanges(two...)

	swapped := []string{"host=www.example.com", "tls.request=true", `tls.additionalHosts=["beats.example.com"]`}
	plan = p.Run(withConfig("up", swapped...)...).Exits(0).Silent(waits).Plan()
	require.Contains(t, plan, "~ aws:lb:Listener live-beats-staging-https")
	require.Equal(t, "https://www.example.com\n", p.Run("output", "url").Stdout)
	p.requireNoChanges(swapped...)

	w := p.World()
	for _, certificate := range w.List(certificateType, "eu-west-2") {
		w.Edit(certificate)
		certificate.Props["status"] = "EXPIRED"
	}
	require.NoError(t, w.Save())
	p.Run(append(withConfig("preview", swapped...), "--expect-no-changes")...).Exits(0).
		Says("the certificate of www.example.com is EXPIRED")
	p.Run("sandbox", "fault", "add", "ListCertificates", "--error", "AccessDeniedException", "--times", "2").Exits(0)
	p.Run(withConfig("preview", swapped...)...).Exits(1).Says(`look up the certificate of "www.example.com"`)

	p.Run("up").Exits(0)
	require.Empty(t, p.World().List(certificateType, "eu-west-2"))
	p.requireNoChanges()
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestHostedZone: the stack creates all records in a hosted zone that it does not own, at the zone's apex too.
func TestHostedZone(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const zone = "Z0123456789ABC"
	config := []string{"host=example.com", "tls.hostedZone=" + zone, `tls.additionalHosts=["www.example.com"]`}
	p.Run(withConfig("up", config...)...).Exits(1).Says(`look up tls.hostedZone "` + zone + `"`)
	p.Run("sandbox", "put-zone", zone, "example.com").Exits(0)
	p.Run(withConfig("up", "host=beats.example.org", config[1])...).Exits(1).Says("live-beats:host is " +
		"\"beats.example.org\": must be example.com or a subdomain of it, because tls.hostedZone " + zone +
		" is the zone of example.com")
	require.Empty(t, p.World().List(certificateType, "eu-west-2"))

	p.Run("up").Exits(0)
	p.Run(withConfig("up", config...)...).Exits(0)
	require.Equal(t, "https://example.com\n", p.Run("output", "url").Stdout)
	require.Empty(t, p.dnsRecords(), "the stack creates all records")
	var records []string
	for _, record := range p.World().List(recordType, "") {
		if record.Props["aliases"] != nil {
			records = append(records, record.Props["fqdn"].(string)+" "+record.Props["type"].(string))
		}
	}
	slices.Sort(records)
	require.Equal(t, []string{"example.com A", "example.com AAAA", "www.example.com A", "www.example.com AAAA"}, records)
	p.requireNoChanges(config...)

	p.Run("up").Exits(0)
	require.Empty(t, p.World().List(recordType, ""))
	p.requireNoChanges()
	p.Run("destroy").Exits(0)
	p.Run("sandbox", "delete", zone).Exits(0)
	require.True(t, p.World().Empty())
}

// TestWebACL associates a web ACL with a running stack, replaces it with another one and removes it.
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
		p.Run(withConfig("up", acl(name))...).Exits(0)
		require.Equal(t, []string{name}, associated())
		p.requireNoChanges(acl(name))
	}
	p.Run("up").Exits(0)
	require.Empty(t, associated())
	p.requireNoChanges()
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestSongs: a preview warns where browsers cannot play the songs that the app serves.
func TestSongs(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const arn = "arn:aws:acm:eu-west-2:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"
	const certificate = "tls.certificateArn=" + arn
	p.Run("sandbox", "put-certificate", arn, "www.example.com").Exits(0)
	p.Run("preview").Exits(0).Says("songs will not play: the app requests them over https")
	p.Run(withConfig("preview", "uploads.urlScheme=http")...).Exits(0).Silent("songs")
	p.Run(withConfig("preview", certificate)...).Exits(0).Silent("songs")
	p.Run(withConfig("preview", certificate, "uploads.urlScheme=http")...).Exits(0).
		Says("songs may not play: the app requests them over http")
}
