package acm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Limits and validity of a certificate. https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
const (
	maxNames      = 10
	maxCommonName = 64
	validity      = 395 * 24 * time.Hour
)

func checkCertificate(in provider.Props) []provider.Failure {
	name, _ := in["domainName"].(string)
	if len(name) > maxCommonName {
		// wording is a guess
		return []provider.Failure{{Property: "domainName", Reason: fmt.Sprintf(
			"ValidationException: The first domain name of a certificate cannot be longer than %d characters: it has %d",
			maxCommonName, len(name))}}
	}
	return nil
}

// requestCertificate sets the validation records, which prove the ownership of the names.
func requestCertificate(c *provider.Call) error {
	names := domains(c.New.Props)
	if len(names) > maxNames {
		// wording is a guess
		return provider.Errorf("LimitExceededException", "The maximum number of domain names is %d", maxNames)
	}
	if c.New.Props["subjectAlternativeNames"] == nil {
		c.New.Props["subjectAlternativeNames"] = []any{names[0]}
	}
	var options []any
	for _, name := range names {
		options = append(options, validationRecord(c.Account, name))
	}
	c.New.Props["domainValidationOptions"] = options
	return nil
}

// domains returns the names of a certificate: the domain name, then the alternative names.
func domains(props provider.Props) []string {
	names := []string{fmt.Sprint(props["domainName"])}
	alternatives, _ := props["subjectAlternativeNames"].([]any)
	for _, v := range alternatives {
		if name := fmt.Sprint(v); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// validationRecord returns the DNS record that validates a name. It depends only on the account and the domain: all
// certificates of a domain and of its wildcard share one record.
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
func validationRecord(account, name string) provider.Props {
	domain := strings.ToLower(strings.TrimPrefix(name, "*."))
	return provider.Props{
		"domainName":          name,
		"resourceRecordName":  "_" + world.Digest(32, "acm name", account, domain) + "." + domain + ".",
		"resourceRecordType":  "CNAME",
		"resourceRecordValue": "_" + world.Digest(32, "acm value", account, domain) + ".acm-validations.aws.",
	}
}

func settle(c *provider.Call) error {
	if c.New != nil {
		Issue(c.World)
		if o := c.World.Get(certificateType, c.Region, c.New.ID); o != nil {
			c.New.Props = o.Props
		}
	}
	return nil
}

// Issue issues every pending certificate whose validation records all exist in hosted zones of the world.
func Issue(w *world.World) {
	records := map[string]bool{}
	for _, o := range w.List(recordType, "") {
		values, _ := o.Props["records"].([]any)
		for _, v := range values {
			records[record(o.Props["fqdn"], o.Props["type"], v)] = true
		}
	}
	for _, o := range w.OfType(certificateType) {
		switch {
		case !pending(o) || len(missing(o, records)) > 0:
		case slices.ContainsFunc(domains(o.Props), func(name string) bool { return !mayIssue(w, name) }):
			w.Edit(o)
			o.Props["status"] = "FAILED"
		default:
			issue(w, o)
		}
	}
}

func pending(o *world.Object) bool {
	return o.Type == certificateType && o.Props["status"] == "PENDING_VALIDATION"
}

func issue(w *world.World, certificate *world.Object) {
	w.Edit(certificate)
	certificate.Props["status"] = "ISSUED"
	certificate.Props["notBefore"] = w.Now().Format(time.RFC3339)
	certificate.Props["notAfter"] = w.Now().Add(validity).Format(time.RFC3339)
}

// IssueElsewhere issues the pending certificates of a domain in a region, as AWS does when their validation records
// exist at a DNS provider outside of the sandbox. Errors: no certificate of the domain is pending.
func IssueElsewhere(w *world.World, region, domain string) error {
	var found bool
	waiting := []string{}
	for _, o := range w.List(certificateType, region) {
		if !pending(o) {
			continue
		}
		waiting = append(waiting, fmt.Sprint(o.Props["domainName"]))
		if o.Props["domainName"] == domain {
			found = true
			issue(w, o)
		}
	}
	if !found {
		return fmt.Errorf("issue certificate of %q: no such certificate is pending in %s; pending are %q",
			domain, region, waiting)
	}
	return w.Save()
}

// authorities are the names by which a CAA record admits Amazon.
// https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
var authorities = []string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}

// mayIssue reports whether the CAA records of a name, or of the closest domain above it that has any, admit Amazon. For
// a wildcard the issuewild records count, if there are any. https://www.rfc-editor.org/rfc/rfc8659
func mayIssue(w *world.World, name string) bool {
	domain, wild := strings.CutPrefix(strings.ToLower(name), "*.")
	for ; domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		values := caa(w, domain)
		if values == nil {
			continue
		}
		tagged := func(tag string) (found []string) {
			for _, fields := range values {
				if strings.EqualFold(fields[1], tag) {
					found = append(found, strings.TrimSpace(strings.Split(strings.Trim(fields[2], `"`), ";")[0]))
				}
			}
			return found
		}
		allowed := tagged("issuewild")
		if !wild || allowed == nil {
			allowed = tagged("issue")
		}
		return allowed == nil || slices.ContainsFunc(allowed, func(v string) bool { return slices.Contains(authorities, v) })
	}
	return true
}

// caa returns the CAA records of exactly one domain, each as flags, tag and value.
func caa(w *world.World, domain string) (found [][]string) {
	const fields = 3
	for _, o := range w.OfType(recordType) {
		if o.Props["type"] != "CAA" || strings.ToLower(fmt.Sprint(o.Props["fqdn"])) != domain {
			continue
		}
		values, _ := o.Props["records"].([]any)
		for _, v := range values {
			if parts := strings.SplitN(fmt.Sprint(v), " ", fields); len(parts) == fields {
				found = append(found, parts)
			}
		}
	}
	return found
}

// record returns a key for a DNS record that ignores case and final dots.
func record(name, kind, value any) string {
	text := func(v any) string { return strings.ToLower(strings.TrimSuffix(fmt.Sprint(v), ".")) }
	return text(name) + " " + text(kind) + " " + text(value)
}

// missing returns the validation records of a certificate that do not exist.
func missing(certificate *world.Object, records map[string]bool) []string {
	var names []string
	options, _ := certificate.Props["domainValidationOptions"].([]any)
	for _, item := range options {
		option, _ := item.(map[string]any)
		name := record(option["resourceRecordName"], option["resourceRecordType"], option["resourceRecordValue"])
		if !records[name] {
			names = append(names, name)
		}
	}
	return names
}

// Put adds an issued certificate that was created outside of Pulumi. The caller chooses its ARN.
func Put(w *world.World, s provider.Scope, arn, domain string) error {
	w.Put(&world.Object{
		Type: certificateType, Region: s.Region, ID: arn, Created: w.Now(), Props: provider.Props{
			"arn": arn, "domainName": domain, "status": "ISSUED", "type": "AMAZON_ISSUED", "validationMethod": "DNS",
			"keyAlgorithm": "RSA_2048", "subjectAlternativeNames": []any{domain},
			"options":                 provider.Props{"certificateTransparencyLoggingPreference": "ENABLED"},
			"domainValidationOptions": []any{validationRecord(s.Account, domain)},
			"notBefore":               w.Now().Format(time.RFC3339),
			"notAfter":                w.Now().Add(validity).Format(time.RFC3339),
			"renewalEligibility":      "INELIGIBLE", "pendingRenewal": false,
		},
	})
	return w.Save()
}
