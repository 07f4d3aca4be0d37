// Package acm is what Certificate Manager does beyond the facts: the records that validate a certificate, and when one
// is issued.
package acm

import "github.com/live-beats/live-beats-aws/internal/sandbox/provider"

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	recordType      = "aws:route53/record:Record"
)

// Behaviours of certificates.
var Behaviours = map[string]provider.Behaviour{
	certificateType: {Check: checkCertificate, Create: requestCertificate, Settle: settle},
	validationType:  {Create: validate},
}
