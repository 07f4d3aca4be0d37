package awsmodel

import "slices"

// States of a certificate that a program tells apart.
const (
	CertificatePending = "PENDING_VALIDATION"
	CertificateIssued  = "ISSUED"
)

// CertificateStatuses are all the states of a certificate.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
var CertificateStatuses = []string{
	CertificatePending, CertificateIssued, "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED",
}

// WasIssued tells whether a listener may have a certificate of this state. One that has expired stays: browsers
// remember the redirect to HTTPS, so that taking HTTPS back would close the site.
func WasIssued(status string) bool {
	return slices.Contains([]string{CertificateIssued, "INACTIVE", "EXPIRED", "REVOKED"}, status)
}
