package awsmodel

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// TLSPolicies are the security policies that an Application Load Balancer supports, the newest kinds first.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
var TLSPolicies = prefixed("ELBSecurityPolicy-", `
	TLS13-1-2-Res-PQ-2025-09 TLS13-1-2-PQ-2025-09 TLS13-1-2-Ext1-PQ-2025-09 TLS13-1-2-Ext2-PQ-2025-09
	TLS13-1-3-PQ-2025-09 TLS13-1-0-PQ-2025-09
	TLS13-1-2-Res-2021-06 TLS13-1-2-2021-06 TLS13-1-2-Ext1-2021-06 TLS13-1-2-Ext2-2021-06
	TLS13-1-3-2021-06 TLS13-1-1-2021-06 TLS13-1-0-2021-06
	TLS13-1-2-Res-FIPS-PQ-2025-09 TLS13-1-2-FIPS-PQ-2025-09 TLS13-1-2-Ext0-FIPS-PQ-2025-09
	TLS13-1-2-Ext1-FIPS-PQ-2025-09 TLS13-1-2-Ext2-FIPS-PQ-2025-09 TLS13-1-3-FIPS-PQ-2025-09 TLS13-1-0-FIPS-PQ-2025-09
	TLS13-1-2-Res-FIPS-2023-04 TLS13-1-2-FIPS-2023-04 TLS13-1-2-Ext0-FIPS-2023-04
	TLS13-1-2-Ext1-FIPS-2023-04 TLS13-1-2-Ext2-FIPS-2023-04 TLS13-1-3-FIPS-2023-04
	TLS13-1-1-FIPS-2023-04 TLS13-1-0-FIPS-2023-04
	TLS13-1-3-RFC9151-FIPS-2023-07 TLS13-1-2-RFC9151-FIPS-2023-07 TLS13-1-2-Ext0-RFC9151-FIPS-2023-07
	TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07
	TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07 TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07
	FS-1-2-Res-2020-10 FS-1-2-Res-2019-08 FS-1-2-2019-08 FS-1-1-2019-08 FS-2018-06
	TLS-1-2-Ext-2018-06 TLS-1-2-2017-01 TLS-1-1-2017-01 TLS-1-0-2015-04 2016-08`)

func prefixed(prefix, names string) []string {
	all := strings.Fields(names)
	for i, name := range all {
		all[i] = prefix + name
	}
	return all
}

// The states of a certificate that this project handles differently.
const (
	CertificatePending = "PENDING_VALIDATION"
	CertificateIssued  = "ISSUED"
)

// CertificateStatuses are all the states of a certificate.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
var CertificateStatuses = []string{
	CertificatePending, CertificateIssued, "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED",
}

// CertificateCovers reports whether a certificate with a name is for a host. A wildcard stands for one label.
// https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
func CertificateCovers(name, host string) bool {
	if domain, wild := strings.CutPrefix(name, "*."); wild {
		_, rest, _ := strings.Cut(host, ".")
		return strings.EqualFold(domain, rest)
	}
	return strings.EqualFold(name, host)
}

// WasIssued reports whether a listener may have a certificate in this state. An expired certificate stays in use:
// browsers remember the redirect to HTTPS, so that removing HTTPS would make the site unreachable.
func WasIssued(status string) bool {
	return slices.Contains([]string{CertificateIssued, "INACTIVE", "EXPIRED", "REVOKED"}, status)
}

// MatchesStatus reports whether a health check's matcher, such as "200", "200,302" or "200-399", includes an HTTP
// status.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html
func MatchesStatus(matcher string, status int) bool {
	return slices.ContainsFunc(matched(matcher), func(r Range) bool { return r.Contains(status) })
}

// ValidMatcher reports whether a health check may have a matcher: codes and ranges of codes from 200 to 499, with
// commas between them.
func ValidMatcher(matcher string) bool {
	codes := matched(matcher)
	return len(codes) > 0 && !slices.ContainsFunc(codes, func(r Range) bool {
		return r.Min < 200 || r.Max > 499 || r.Min > r.Max
	})
}

// matched returns the ranges of codes in a matcher. A part that is neither a code nor a range of two becomes a range
// without codes.
func matched(matcher string) []Range {
	var codes []Range
	for part := range strings.SplitSeq(matcher, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		from, errFrom := strconv.Atoi(low)
		to, errTo := strconv.Atoi(high)
		if errors.Join(errFrom, errTo) != nil || to == 0 {
			from, to = -1, -1
		}
		codes = append(codes, Range{from, to})
	}
	return codes
}

// LogDeliveryService is the service principal that writes load balancers' access logs in the regions for which
// LogDeliveryAccount has no account.
const LogDeliveryService = "logdelivery.elasticloadbalancing.amazonaws.com"

// LogDeliveryAccount returns the AWS account that writes load balancers' access logs in one of the older regions. For
// the newer regions, which have no such account, it returns "" and false.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func LogDeliveryAccount(region string) (string, bool) {
	account, ok := logDeliveryAccounts[region]
	return account, ok
}

var logDeliveryAccounts = map[string]string{
	"af-south-1":     "098369216593",
	"ap-east-1":      "754344448648",
	"ap-northeast-1": "582318560864",
	"ap-northeast-2": "600734575887",
	"ap-northeast-3": "383597477331",
	"ap-south-1":     "718504428378",
	"ap-southeast-1": "114774131450",
	"ap-southeast-2": "783225319266",
	"ap-southeast-3": "589379963580",
	"ca-central-1":   "985666609251",
	"cn-north-1":     "638102146993",
	"cn-northwest-1": "037604701340",
	"eu-central-1":   "054676820928",
	"eu-north-1":     "897822967062",
	"eu-south-1":     "635631232127",
	"eu-west-1":      "156460612806",
	"eu-west-2":      "652711504416",
	"eu-west-3":      "009996457667",
	"me-south-1":     "076674570225",
	"sa-east-1":      "507241528517",
	"us-east-1":      "127311923021",
	"us-east-2":      "033677994240",
	"us-gov-east-1":  "190560391635",
	"us-gov-west-1":  "048591011584",
	"us-west-1":      "027434742980",
	"us-west-2":      "797873946194",
}
