// Package acm is what Certificate Manager does beyond the facts: the records that validate a certificate, and when one
// is issued.
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

// Behaviours of certificates.
var Behaviours = map[string]provider.Behaviour{
	certificateType: {Check: checkCertificate, Create: requestCertificate, Settle: settle},
	validationType:  {Create: validate},
}

// patience is how long the real provider waits for a certificate.
const patience = 75 * time.Minute

// validate waits for a certificate to be issued, as the real provider does.
// https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/acm/certificate_validation.go
func validate(c *provider.Call) error {
	arn := fmt.Sprint(c.New.Props["certificateArn"])
	certificate := c.World.Get(certificateType, c.Region, arn)
	if given, _ := c.New.Props["validationRecordFqdns"].([]any); len(given) > 0 {
		if err := covers(certificate.Props["domainValidationOptions"], given); err != nil {
			return err
		}
	}
	if certificate.Props["status"] != "ISSUED" {
		c.World.Advance(patience)
		return fmt.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become "+
			"'ISSUED' (last state: '%v', timeout: 1h15m0s)", arn, certificate.Props["status"])
	}
	return nil
}

// covers tells which validation records a program forgot to name.
func covers(options any, given []any) error {
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
