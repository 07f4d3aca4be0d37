// Package acm models what Certificate Manager does beyond the facts: the DNS records that validate a certificate, and
// when a certificate is issued.
package acm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

const (
	certificateType = "aws:acm/certificate:Certificate"
	validationType  = "aws:acm/certificateValidation:CertificateValidation"
	recordType      = "aws:route53/record:Record"
)

// Behaviours of certificates and their validations, by type.
var Behaviours = map[string]provider.Behaviour{
	certificateType: {Check: checkCertificate, Create: requestCertificate, Settle: settle},
	validationType:  {Create: validate},
}

// issueTimeout is how long the real provider waits for a certificate.
const issueTimeout = 75 * time.Minute

// validate waits for a certificate to be issued, as the real provider does.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/acm/certificate_validation.go
func validate(c *provider.Call) error {
	arn := fmt.Sprint(c.New.Props["certificateArn"])
	certificate := c.World.Get(certificateType, c.Region, arn)
	if given, _ := c.New.Props["validationRecordFqdns"].([]any); len(given) > 0 {
		if err := checkRecordNames(certificate.Props["domainValidationOptions"], given); err != nil {
			return err
		}
	}
	if certificate.Props["status"] == "FAILED" {
		return fmt.Errorf("waiting for ACM Certificate (%s) to be issued: unexpected state 'FAILED', wanted target "+
			"'ISSUED'. last error: CAA_ERROR", arn)
	}
	if certificate.Props["status"] != "ISSUED" {
		c.World.Advance(issueTimeout)
		return fmt.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become "+
			"'ISSUED' (last state: '%v', timeout: 1h15m0s)", arn, certificate.Props["status"])
	}
	return nil
}

// checkRecordNames returns an error that lists the validation records that are not in given.
func checkRecordNames(options any, given []any) error {
	named := map[string]bool{}
	for _, v := range given {
		named[strings.TrimSuffix(fmt.Sprint(v), ".")] = true
	}
	var forgotten []string
	list, _ := options.([]any)
	for _, item := range list {
		option, _ := item.(map[string]any)
		name := strings.TrimSuffix(fmt.Sprint(option["resourceRecordName"]), ".")
		if !named[name] {
			named[name] = true
			forgotten = append(forgotten, fmt.Sprintf("missing %v DNS validation record: %s", option["domainName"], name))
		}
	}
	if forgotten == nil {
		return nil
	}
	slices.Sort(forgotten)
	return errors.New(strings.Join(forgotten, "\n"))
}
