package acm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	certificate = "aws:acm/certificate:Certificate"
	validation  = "aws:acm/certificateValidation:CertificateValidation"
	zone        = "aws:route53/zone:Zone"
	record      = "aws:route53/record:Record"
)

type props = provider.Props

var request = props{"domainName": "beats.example.com", "validationMethod": "DNS"}

func TestCertificate(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 60)
	names := []any{}
	for _, c := range "abcdefghij" {
		names = append(names, string(c)+".example.com")
	}
	sandboxtest.Breaks{
		Token: certificate, Good: request,
		Update: props{"options": props{"certificateTransparencyLoggingPreference": "DISABLED"}},
		Cases: map[string]sandboxtest.Break{
			"wildcard": {props{"domainName": "*.example.com"}, ""},
			"names":    {props{"subjectAlternativeNames": []any{"www.example.com"}}, ""},
			"no method": {props{"validationMethod": nil}, "validationMethod: " +
				`"certificate_authority_arn" or "validation_method" must be set when creating an ACM certificate`},
			"by mail": {props{"validationMethod": "EMAIL"}, "validationMethod: expected one of [DNS], got EMAIL"},
			"final dot": {props{"domainName": "example.com."}, `domainName: "example.com." does not match ` +
				`^(\*\.)?(([A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+([A-Za-z0-9-]{1,62}[A-Za-z0-9])$`},
			"long name": {props{"domainName": label + ".example.com"}, "domainName: ValidationException: The first " +
				"domain name of a certificate cannot be longer than 64 characters: it has 72"},
			"too many names": {
				props{"subjectAlternativeNames": names},
				"LimitExceededException: The maximum number of domain names is 10",
			},
			"imported": {props{"certificateBody": "x"}, "certificateBody: the sandbox does not model this property; " +
				"it models domainName, keyAlgorithm, options, subjectAlternativeNames, tags, validationMethod"},
			"algorithm": {
				props{"keyAlgorithm": "RSA_1024"},
				"keyAlgorithm: expected one of [RSA_2048, EC_prime256v1, EC_secp384r1], got RSA_1024",
			},
		},
	}.Run(t)
}

// account has a zone, and a certificate for its name and its wildcard, which share one validation record.
func account(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(zone, "zone", props{"name": "example.com"}))
	require.NoError(t, a.Make(certificate, "certificate", props{
		"domainName": "example.com", "subjectAlternativeNames": []any{"*.example.com"}, "validationMethod": "DNS",
	}))
	return a
}

// prove creates the record that validates the certificate.
func prove(t *testing.T, a *sandboxtest.Account, change props) {
	t.Helper()
	options, ok := a.Got("certificate").State["domainValidationOptions"].([]any)
	require.True(t, ok)
	require.Len(t, options, 2)
	first, second := options[0].(props), options[1].(props)
	require.Equal(t, first["resourceRecordName"], second["resourceRecordName"])
	in := props{
		"zoneId": "$zone", "ttl": 60.0, "name": first["resourceRecordName"], "type": first["resourceRecordType"],
		"records": []any{first["resourceRecordValue"]},
	}
	for name, v := range change {
		in[name] = v
	}
	require.NoError(t, a.Make(record, "proof", in))
}

func status(t *testing.T, a *sandboxtest.Account) any {
	t.Helper()
	_, state, err := a.Refresh("certificate")
	require.NoError(t, err)
	return state["status"]
}

func TestIssue(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.Equal(t, "PENDING_VALIDATION", status(t, a))
	prove(t, a, nil)
	require.Equal(t, "ISSUED", status(t, a))
	require.NoError(t, a.Make(validation, "validation", props{"certificateArn": "$certificate.arn"}))
	require.NoError(t, a.Make(certificate, "second", request))
	require.Equal(t, "PENDING_VALIDATION", a.Got("second").State["status"], "it has another name")
	require.NoError(t, a.Make(certificate, "third", props{"domainName": "*.example.com", "validationMethod": "DNS"}))
	require.Equal(t, "ISSUED", a.Got("third").State["status"], "the record exists already")
	require.NoError(t, a.Remove("proof"))
	require.Equal(t, "ISSUED", status(t, a), "it stays issued until it must be renewed")
	require.NoError(t, a.Remove("certificate"))
	_, state, err := a.Refresh("validation")
	require.NoError(t, err)
	require.Nil(t, state)
}

// TestIssueElsewhere issues all certificates of one domain in one region.
func TestIssueElsewhere(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	for name, domain := range map[string]string{"one": "a.example.com", "same": "a.example.com", "other": "b.example.com"} {
		require.NoError(t, a.Make(certificate, name, props{"domainName": domain, "validationMethod": "DNS"}))
	}
	require.EqualError(t, acm.IssueElsewhere(a.World, "us-east-1", "a.example.com"),
		`issue certificate of "a.example.com": no such certificate is pending in us-east-1; pending are []`)
	require.NoError(t, acm.IssueElsewhere(a.World, a.Region, "a.example.com"))
	require.EqualError(t, acm.IssueElsewhere(a.World, a.Region, "a.example.com"),
		`issue certificate of "a.example.com": no such certificate is pending in eu-west-2; pending are ["b.example.com"]`)
	for name, want := range map[string]string{"one": "ISSUED", "same": "ISSUED", "other": "PENDING_VALIDATION"} {
		_, state, err := a.Refresh(name)
		require.NoError(t, err)
		require.Equal(t, want, state["status"], name)
	}
}

func TestValidationFails(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]props{
		"no record": nil, "wrong value": {"records": []any{"_x.acm-validations.aws."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := account(t)
			if wrong != nil {
				prove(t, a, wrong)
			}
			before := a.World.Now()
			require.EqualError(t, a.Make(validation, "validation", props{"certificateArn": "$certificate.arn"}),
				a.Text("waiting for ACM Certificate ($certificate.arn) to be issued: timeout while waiting for state to "+
					"become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)"))
			require.Equal(t, "1h15m0s", a.World.Now().Sub(before).String())
		})
	}
	a := account(t)
	options := a.Got("certificate").State["domainValidationOptions"].([]any)
	name := strings.TrimSuffix(options[0].(props)["resourceRecordName"].(string), ".")
	require.EqualError(t, a.Make(validation, "validation", props{
		"certificateArn": "$certificate.arn", "validationRecordFqdns": []any{"_other.example.com"},
	}), "missing example.com DNS validation record: "+name)
	require.EqualError(t, a.Make(validation, "validation", props{"certificateArn": "none"}),
		"ResourceNotFoundException: Could not find certificate none.")
	prove(t, a, nil)
	require.NoError(t, a.Make(validation, "validation", props{
		"certificateArn": "$certificate.arn", "validationRecordFqdns": []any{name + "."},
	}))
}

// TestAuthorities: a CAA record of the name or of a domain above it decides whether Amazon may issue the certificate.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		domain  string
		records []any
		want    string
	}{
		"amazon":                {"example.com", []any{`0 issue "amazontrust.com"`}, "ISSUED"},
		"with parameters":       {"example.com", []any{`0 issue "amazon.com; policy=ev"`}, "ISSUED"},
		"one of two":            {"example.com", []any{`0 issue "other.example"`, `0 issue "amazon.com"`}, "ISSUED"},
		"another":               {"example.com", []any{`0 issue "other.example"`}, "FAILED"},
		"nobody":                {"example.com", []any{`0 issue ";"`}, "FAILED"},
		"only a report address": {"example.com", []any{`0 iodef "mailto:a@example.com"`}, "ISSUED"},
		"wildcards by another":  {"example.com", []any{`0 issue "amazon.com"`, `0 issuewild "other.example"`}, "FAILED"},
		"another name":          {"www.example.com", []any{`0 issue "other.example"`}, "ISSUED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := account(t)
			require.NoError(t, a.Make(record, "authority", props{
				"zoneId": "$zone", "ttl": 60.0, "name": test.domain, "type": "CAA", "records": test.records,
			}))
			prove(t, a, nil)
			require.Equal(t, test.want, status(t, a))
			err := a.Make(validation, "validation", props{"certificateArn": "$certificate.arn"})
			if test.want == "ISSUED" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "unexpected state 'FAILED', wanted target 'ISSUED'. last error: CAA_ERROR")
		})
	}
}

func TestCertificateInUse(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	arn := "arn:aws:acm:eu-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	require.NoError(t, acm.Put(a.World, a.Scope, arn, "example.com"))
	balancer := sandboxtest.With("balancer", props{"securityGroups": nil})
	require.NoError(t, a.Make(sandboxtest.LoadBalancer, "balancer", balancer))
	require.NoError(t, a.Make(sandboxtest.Listener, "https", props{
		"loadBalancerArn": "$balancer", "port": 443.0, "protocol": "HTTPS", "certificateArn": arn, "defaultActions": []any{
			props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain"}},
		},
	}))
	in, state, err := a.Read(certificate, arn, nil, nil)
	require.NoError(t, err)
	require.Equal(t, "ISSUED", state["status"])
	require.Equal(t, "example.com", in["domainName"])
	require.EqualError(t, a.Delete(certificate, arn, state),
		"ResourceInUseException: Certificate "+arn+" in account 123456789012 is in use.")
	for i := range 2499 {
		a.World.Put(&world.Object{Type: certificate, Region: a.Region, ID: fmt.Sprint(i), Props: props{}})
	}
	require.EqualError(t, a.Make(certificate, "more", request),
		"LimitExceededException: Error: you have reached your limit of 2500 certificates.")
	require.NoError(t, a.Remove("https"))
	require.NoError(t, a.Delete(certificate, arn, state))
}
