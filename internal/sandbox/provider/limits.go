package provider

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

func (c *checker) number(path string, p *facts.Property, n float64) {
	if p.Type == facts.Int && n != float64(int(n)) {
		c.fail(path, "expected an integer, got %v", n)
	}
	if p.Min != nil && n < float64(*p.Min) || p.Max != nil && n > float64(*p.Max) {
		c.fail(path, "expected %s, got %v", limits(p), n)
	}
	c.enum(path, p, n)
}

func limits(p *facts.Property) string {
	switch {
	case p.Max == nil:
		return fmt.Sprintf("at least %d", *p.Min)
	case p.Min == nil:
		return fmt.Sprintf("at most %d", *p.Max)
	default:
		return fmt.Sprintf("a value in the range (%d - %d)", *p.Min, *p.Max)
	}
}

func (c *checker) text(path string, p *facts.Property, s string) {
	if p.Secret && strings.HasPrefix(s, unknownSecretPrefix) {
		return
	}
	// limitName checks a generated name, once it is known.
	shown := fmt.Sprintf("%q", s)
	if p.Secret {
		shown = "[secret]"
	}
	switch n := utf8.RuneCountInString(s); {
	case p.MaxLength > 0 && n > p.MaxLength:
		c.fail(path, "cannot be longer than %d characters: %s has %d", p.MaxLength, shown, n)
	case n < p.MinLength:
		c.fail(path, "must have at least %d characters", p.MinLength)
	case p.Pattern != "" && !regexp.MustCompile(p.Pattern).MatchString(s):
		c.fail(path, "%s does not match %s", shown, p.Pattern)
	}
	switch p.Format {
	case facts.FormatCIDR, facts.FormatCIDR6, facts.FormatCIDRAny:
		c.network(path, p.Format, s)
	case facts.FormatARN:
		c.arn(path, s)
	}
	c.enum(path, p, s)
}

// arn checks an ARN as the real provider does, which accepts an empty text.
func (c *checker) arn(path, s string) {
	if _, err := arn.Parse(s); err != nil && s != "" {
		c.fail(path, "%q is not a valid ARN (%s)", s, err)
	}
}

// network checks a CIDR block. The real provider refuses one with host bits at preview.
func (c *checker) network(path, format, s string) {
	prefix, err := netip.ParsePrefix(s)
	family := facts.FormatCIDR6
	if prefix.Addr().Is4() {
		family = facts.FormatCIDR
	}
	switch {
	case err != nil || format != facts.FormatCIDRAny && format != family:
		c.fail(path, "%q is not a valid %s block", s, map[string]string{
			facts.FormatCIDR: "IPv4 CIDR", facts.FormatCIDR6: "IPv6 CIDR", facts.FormatCIDRAny: "CIDR",
		}[format])
	case prefix != prefix.Masked():
		c.fail(path, "%q is not a valid CIDR block; did you mean %q?", s, prefix.Masked())
	}
}

func (c *checker) enum(path string, p *facts.Property, v any) {
	if p.Enum == nil || slices.ContainsFunc(p.Enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(v) }) {
		return
	}
	allowed := make([]string, len(p.Enum))
	for i, e := range p.Enum {
		allowed[i] = fmt.Sprint(e)
	}
	c.fail(path, "expected one of [%s], got %v", strings.Join(allowed, ", "), v)
}

func (c *checker) document(path string, p *facts.Property, s string) {
	if !json.Valid([]byte(s)) {
		c.fail(path, "contains invalid JSON")
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		c.fail(path, "contains invalid JSON: it starts with white space")
	}
	if n := len(strings.Join(strings.Fields(s), "")); p.MaxLength > 0 && n > p.MaxLength {
		c.fail(path, "cannot be longer than %d characters without white space: it has %d", p.MaxLength, n)
	}
}
