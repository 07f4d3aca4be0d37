package route53_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	zone   = "aws:route53/zone:Zone"
	record = "aws:route53/record:Record"
)

type props = provider.Props

func TestZone(t *testing.T) {
	t.Parallel()
	sandboxtest.Breaks{
		Token: zone, Good: props{"name": "example.com"}, Update: props{"comment": "Beats"},
		Cases: map[string]sandboxtest.Break{
			"as written":   {props{"name": "Example.COM."}, ""},
			"long comment": {props{"comment": strings.Repeat("c", 257)}, "comment: cannot be longer than 256 characters: \"" + strings.Repeat("c", 257) + "\" has 257"},
			"name": {props{"name": "a..b"}, `name: "a..b" does not match ^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*` +
				`[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?$`},
			"private": {props{"vpcs": []any{props{"vpcId": "$vpc"}}}, "vpcs: the sandbox does not model this property; " +
				"it models comment, forceDestroy, name, tags"},
		},
	}.Run(t)
}

func TestZoneOutputs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(zone, "zone", props{"name": "Example.com."}))
	state := a.Got("zone").State
	require.Equal(t, "example.com", state["name"])
	require.Equal(t, a.Got("zone").ID, state["zoneId"])
	require.Regexp(t, `^\[ns-\d+\.awsdns-\d\d\.com ns-\d+\.awsdns-\d\d\.net ns-\d+\.awsdns-\d\d\.org `+
		`ns-\d+\.awsdns-\d\d\.co\.uk\]$`, fmt.Sprint(state["nameServers"]))
}

func TestZoneDelete(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(zone, "zone", props{"name": "example.com"}))
	require.NoError(t, a.Make(record, "record", address))
	require.EqualError(t, a.Remove("zone"), "HostedZoneNotEmpty: The specified hosted zone contains non-required "+
		"resource record sets and so cannot be deleted.")
	require.NoError(t, a.Change("zone", props{"forceDestroy": true}))
	require.NoError(t, a.Remove("zone"))
	_, state, err := a.Refresh("record")
	require.NoError(t, err)
	require.Nil(t, state)
}

var address = props{"zoneId": "$zone", "name": "www", "type": "A", "ttl": 60.0, "records": []any{"192.0.2.1"}}

// before creates a zone with a few records, and a load balancer.
func before() []sandboxtest.Step {
	in := func(name, kind, value string) props {
		return props{"zoneId": "$zone", "name": name, "type": kind, "ttl": 60.0, "records": []any{value}}
	}
	return []sandboxtest.Step{
		{Token: zone, Name: "zone", Inputs: props{"name": "example.com"}},
		{Token: record, Name: "taken", Inputs: in("taken.example.com", "A", "192.0.2.9")},
		{Token: record, Name: "alias", Inputs: in("alias", "CNAME", "example.net")},
		{
			Token: sandboxtest.LoadBalancer, Name: "balancer",
			Inputs: sandboxtest.With("balancer", props{"securityGroups": nil}),
		},
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	to := func(change props) props {
		alias := props{"name": "$balancer.dnsName", "zoneId": "$balancer.zoneId", "evaluateTargetHealth": true}
		for name, v := range change {
			alias[name] = v
		}
		return props{"records": nil, "ttl": nil, "aliases": []any{alias}}
	}
	batch := func(text string) string { return "InvalidChangeBatch: [" + text + "]" }
	bad := func(code, value string) string {
		return batch("Invalid Resource Record: 'FATAL problem: " + code + " encountered with '" + value + "''")
	}
	value := func(kind string, values ...any) props { return props{"type": kind, "records": values} }
	lies := "Tried to create an alias that targets "
	sandboxtest.Breaks{
		Before: before(), Token: record, Good: address, Update: props{"ttl": 300.0},
		Cases: map[string]sandboxtest.Break{
			"whole name":          {props{"name": "WWW.example.com."}, ""},
			"apex":                {props{"name": ""}, ""},
			"apex by name":        {props{"name": "example.com"}, ""},
			"alias":               {to(nil), ""},
			"dualstack alias":     {to(props{"name": "dualstack.live-beats"}), "the sandbox models aliases to load balancers and to records of the same zone, not to \"dualstack.live-beats\""},
			"alias to a record":   {to(props{"name": "taken.example.com", "zoneId": "$zone"}), ""},
			"mail":                {value("MX", "10 mail.example.com"), ""},
			"text":                {value("TXT", "v=spf1 -all"), ""},
			"long text in parts":  {value("TXT", strings.Repeat("a", 255)+`""`+strings.Repeat("b", 255)), ""},
			"authority":           {value("CAA", `0 issue "amazon.com"`), ""},
			"IPv6":                {value("AAAA", "2001:db8::1"), ""},
			"delegation":          {value("NS", "ns1.example.net"), ""},
			"beside another type": {props{"name": "taken", "type": "TXT"}, ""},
			"overwrite":           {props{"name": "taken", "allowOverwrite": true}, ""},
			"neither":             {props{"records": nil}, "records: exactly one of [records, aliases] must be set, got []"},
			"both": {
				props{"aliases": to(nil)["aliases"], "ttl": nil},
				"records: exactly one of [records, aliases] must be set, got [records, aliases]",
			},
			"no TTL":      {props{"ttl": nil}, "ttl: missing required property when aliases is <nil>"},
			"alias's TTL": {props{"records": nil, "aliases": to(nil)["aliases"]}, "ttl: at most one of [aliases, ttl] must be set, got [aliases, ttl]"},
			"type":        {props{"type": "SPF"}, "type: expected one of [A, AAAA, CAA, CNAME, MX, NS, TXT], got SPF"},
			"no zone":     {props{"zoneId": "Z1"}, "NoSuchHostedZone: No hosted zone found with ID: Z1"},
			"outside":     {props{"name": "myexample.com"}, batch("RRSet with DNS name myexample.com. is not permitted in zone example.com.")},
			"CNAME at the apex": {
				props{"name": "example.com", "type": "CNAME", "records": []any{"example.net"}},
				batch("RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com."),
			},
			"name servers of the zone": {
				props{"name": "example.com", "type": "NS"},
				batch("Tried to create resource record set [name='example.com.', type='NS'] but it already exists"),
			},
			"other name servers": {
				props{"name": "example.com", "type": "NS", "allowOverwrite": true},
				"the sandbox does not model changing the name servers of a zone itself",
			},
			"twice": {
				props{"name": "taken"},
				batch("Tried to create resource record set [name='taken.example.com.', type='A'] but it already exists"),
			},
			"CNAME beside another": {
				props{"name": "taken", "type": "CNAME", "records": []any{"example.net"}},
				batch("RRSet of type CNAME with DNS name taken.example.com. is not permitted as it conflicts with other " +
					"records with the same DNS name in zone example.com."),
			},
			"beside a CNAME": {
				props{"name": "alias"},
				batch("RRSet of type A with DNS name alias.example.com. is not permitted because a conflicting RRSet of type " +
					"CNAME with the same DNS name already exists in zone example.com."),
			},
			"two CNAMEs": {
				value("CNAME", "a.example.net", "b.example.net"),
				batch("RRSet of type CNAME with DNS name www.example.com. in zone example.com. has more than one value"),
			},
			"address":      {value("A", "2001:db8::1"), bad("ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)", "2001:db8::1")},
			"IPv6 address": {value("AAAA", "192.0.2.1"), bad("AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)", "192.0.2.1")},
			"long text":    {value("TXT", strings.Repeat("a", 256)), bad("CharacterStringTooLong (Value is too long)", strings.Repeat("a", 256))},
			"mail host":    {value("MX", "mail.example.com"), bad("MXRRDATANotTwoFields (Value must be a priority and a host name)", "mail.example.com")},
			"CNAME value":  {value("CNAME", "https://x"), bad("DomainLabelInvalid (Value is not a valid domain name)", "https://x")},
			"CAA value":    {value("CAA", "amazon.com"), bad("CAARRDATAInvalid (Value must be flags, a tag and a quoted value)", "amazon.com")},
			"no load balancer": {
				to(props{"name": "gone-1.eu-west-2.elb.amazonaws.com"}),
				batch(lies + "gone-1.eu-west-2.elb.amazonaws.com., type A in zone $balancer.zoneId, but the alias target name was not found"),
			},
			"zone of the target": {
				to(props{"zoneId": "Z35SXDOTRQ7X7K"}),
				batch(lies + "$balancer.dnsName., type A in zone Z35SXDOTRQ7X7K, but the alias target name does not lie within the target zone"),
			},
			"missing record": {
				to(props{"name": "gone.example.com", "zoneId": "$zone"}),
				batch(lies + "gone.example.com., type A in zone $zone, but that target was not found"),
			},
			"alias of another type": {
				props{"type": "TXT", "records": nil, "ttl": nil, "aliases": to(nil)["aliases"]},
				batch(lies + "$balancer.dnsName., type TXT in zone $balancer.zoneId, but an alias to a load balancer is of type A or AAAA"),
			},
			"weighted": {
				props{"setIdentifier": "a"}, "setIdentifier: the sandbox does not model this property; " +
					"it models aliases, allowOverwrite, name, records, ttl, type, zoneId",
			},
		},
	}.Run(t)
}

func TestRecordKeepsItsType(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(zone, "zone", props{"name": "example.com"}))
	require.NoError(t, a.Make(record, "record", address))
	require.Equal(t, a.Got("zone").ID+"_www.example.com_A", a.Got("record").ID)
	require.Equal(t, "www.example.com", a.Got("record").State["fqdn"])
	require.ErrorContains(t, a.Change("record", props{"type": "TXT"}), "does not model changing the type of a record")
	require.EqualError(t, a.Change("record", props{"type": "A", "records": []any{"x"}}), "InvalidChangeBatch: [Invalid Resource Record: "+
		"'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'x'']")
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(zone, "zone", props{"name": "example.com"}))
	for i := range 499 {
		a.World.Put(&world.Object{Type: zone, ID: fmt.Sprint("Z", i), Props: props{"name": "example.org"}})
	}
	require.EqualError(t, a.Make(zone, "more", props{"name": "example.net"}),
		"TooManyHostedZones: Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.")
	for i := range 10000 {
		a.World.Put(&world.Object{Type: record, ID: fmt.Sprint(i), Props: props{"zoneId": a.Got("zone").ID}})
	}
	require.EqualError(t, a.Make(record, "more", address),
		"LimitsExceeded: Limits Exceeded: MAX_RRSETS_BY_ZONE - Cannot have more than 10000 records in the zone.")
}
