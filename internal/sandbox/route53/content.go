package route53

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// admitContent checks the values or the alias of a record.
func admitContent(c *provider.Call, zone string) error {
	aliases, _ := c.New.Props["aliases"].([]any)
	for _, item := range aliases {
		alias, _ := item.(map[string]any)
		if err := admitAlias(c, alias); err != nil {
			return err
		}
	}
	kind := fmt.Sprint(c.New.Props["type"])
	values, _ := c.New.Props["records"].([]any)
	if kind == "CNAME" && len(values) > 1 {
		// wording is a guess
		return refuse("RRSet of type CNAME with DNS name %v. in zone %s. has more than one value", c.New.Props["fqdn"], zone)
	}
	for _, v := range values {
		value := fmt.Sprint(v)
		if code := malformed(kind, value); code != "" {
			return refuse("Invalid Resource Record: 'FATAL problem: %s encountered with '%s''", code, value)
		}
	}
	return nil
}

var (
	hostName  = regexp.MustCompile(`^(\*\.)?([\w-]{1,63}\.)*[\w-]{1,63}\.?$`)
	mailHost  = regexp.MustCompile(`^\d{1,5} ([\w-]{1,63}\.)*[\w-]{1,63}\.?$`)
	authority = regexp.MustCompile(`^\d{1,3} [a-zA-Z0-9]+ ".*"$`)
)

// maxText is the maximum length of a string in a TXT record. A longer value is written as several strings, separated by
// `""`.
const maxText = 255

// malformed returns the error code for a value, or "". The codes for A, AAAA and TXT are AWS's. The others are guesses.
func malformed(kind, value string) string {
	address, err := netip.ParseAddr(value)
	switch {
	case kind == "A" && (err != nil || !address.Is4()):
		return "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
	case kind == "AAAA" && (err != nil || !address.Is6()):
		return "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"
	case kind == "TXT" && longest(value) > maxText:
		return "CharacterStringTooLong (Value is too long)"
	case (kind == "CNAME" || kind == "NS") && !hostName.MatchString(value):
		return "DomainLabelInvalid (Value is not a valid domain name)"
	case kind == "MX" && !mailHost.MatchString(value):
		return "MXRRDATANotTwoFields (Value must be a priority and a host name)"
	case kind == "CAA" && !authority.MatchString(value):
		return "CAARRDATAInvalid (Value must be flags, a tag and a quoted value)"
	}
	return ""
}

func longest(value string) int {
	n := 0
	for part := range strings.SplitSeq(value, `"`) {
		n = max(n, len(part))
	}
	return n
}

// admitAlias refuses an alias whose target does not exist.
func admitAlias(c *provider.Call, alias provider.Props) error {
	name, kind, zone := fmt.Sprint(alias["name"]), fmt.Sprint(c.New.Props["type"]), alias["zoneId"]
	fail := func(why string) error {
		return refuse("Tried to create an alias that targets %s., type %s in zone %v, but %s", name, kind, zone, why)
	}
	if zone == c.New.Props["zoneId"] {
		target := c.World.Find(recordType, "", func(o *world.Object) bool {
			return o.Props["zoneId"] == zone && o.Props["fqdn"] == name && o.Props["type"] == kind
		})
		if target == nil {
			return fail("that target was not found") // The wording is a guess.
		}
		return nil
	}
	target := c.World.Find(loadBalancerType, c.Region, func(o *world.Object) bool {
		return strings.EqualFold(fmt.Sprint(o.Props["dnsName"]), strings.TrimPrefix(name, "dualstack."))
	})
	switch {
	case target == nil && !strings.HasSuffix(name, ".elb.amazonaws.com"):
		return fmt.Errorf("the sandbox models aliases to load balancers and to records of the same zone, not to %q", name)
	case target == nil:
		return fail("the alias target name was not found") // The wording is a guess.
	case target.Props["zoneId"] != zone:
		return fail("the alias target name does not lie within the target zone") // The wording is a guess.
	case kind != "A" && kind != "AAAA":
		return fail("an alias to a load balancer is of type A or AAAA") // wording is a guess
	}
	return nil
}
