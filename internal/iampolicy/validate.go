package iampolicy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Kind is the kind of a policy, which decides the fields that its statements must have.
type Kind string

const (
	// Identity policies belong to a role: statements must have resources, and must not have a principal.
	Identity Kind = "identity"
	// Managed policies are identity policies that roles can share. They must have the newer version.
	Managed Kind = "managed"
	// Trust policies define who may assume a role: statements must have a principal, and must not have a resource.
	Trust Kind = "trust"
)

var (
	sidRule    = regexp.MustCompile(`^[0-9A-Za-z]*$`)
	vendorRule = regexp.MustCompile(`(?i)^(?:\*|[a-z0-9-]+:\S+)$`)
	keyRule    = regexp.MustCompile(`^[^:\s]+:\S+$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
	assumeRule = regexp.MustCompile(
		`(?i)^sts:(?:AssumeRole(?:WithSAML|WithWebIdentity)?|TagSession|SetSourceIdentity|SetContext)$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
	operatorRule = regexp.MustCompile(`^(?:For(?:AnyValue|AllValues):)?(?:Null|(?:` +
		`String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|` +
		`(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|` +
		`Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))(?:IfExists)?)$`)
	arnRule = regexp.MustCompile(`^(?:\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$`)
)

const (
	syntaxMessage  = "Syntax errors in policy"
	versionMessage = "Policy document must be version"
	assumeMessage  = "AssumeRole policy may only specify STS AssumeRole actions"
	vendorMessage  = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc"
)

// Validate returns an error for every rule that the document breaks, joined, in IAM's words for MalformedPolicyDocument
// where these are known.
func (d Document) Validate(kind Kind) error {
	if len(d.Statements) == 0 {
		return fmt.Errorf("%s: a policy must have at least one statement", syntaxMessage)
	}
	var problems []error
	if d.Old && kind == Managed {
		problems = append(problems, fmt.Errorf("%s %s or greater", versionMessage, version))
	}
	sids := map[string]bool{}
	for i, s := range d.Statements {
		messages := append(s.problems(), s.kindProblems(kind)...)
		if s.Sid != "" && sids[s.Sid] {
			messages = append(messages, "Statement IDs (SID) in a single policy must be unique")
		}
		sids[s.Sid] = true
		for _, message := range messages {
			problems = append(problems, fmt.Errorf("statement %d %q: %s", i+1, s.Sid, message))
		}
	}
	return errors.Join(problems...)
}

func (s Statement) problems() []string {
	var messages []string
	if s.Effect != Allow && s.Effect != Deny {
		messages = append(messages, fmt.Sprintf("%s: effect %q must be Allow or Deny", syntaxMessage, s.Effect))
	}
	if !sidRule.MatchString(s.Sid) {
		messages = append(messages, "Statement IDs (SID) must be alpha-numeric")
	}
	if (len(s.Actions) == 0) == (len(s.NotActions) == 0) {
		messages = append(messages, "Policy statement must contain actions")
	}
	for _, action := range slices.Concat(s.Actions, s.NotActions) {
		if !vendorRule.MatchString(action) {
			messages = append(messages, fmt.Sprintf("action %q: %s", action, vendorMessage))
		}
	}
	for _, keys := range s.Conditions {
		for key := range keys {
			if !keyRule.MatchString(key) {
				messages = append(messages, fmt.Sprintf("condition %q: %s", key, vendorMessage))
			}
		}
	}
	return messages
}

func (s Statement) kindProblems(kind Kind) []string {
	if kind == Trust {
		return s.trustProblems()
	}
	var messages []string
	if len(s.Principals) > 0 || s.NotPrincipal {
		messages = append(messages, "Policy document should not specify a principal")
	}
	if (len(s.Resources) == 0) == (len(s.NotResources) == 0) {
		messages = append(messages, "Policy statement must contain resources")
	}
	for _, resource := range slices.Concat(s.Resources, s.NotResources) {
		if !arnRule.MatchString(resource) {
			messages = append(messages, fmt.Sprintf(`Resource %s must be in ARN format or "*"`, resource))
		}
	}
	return messages
}

func (s Statement) trustProblems() []string {
	var messages []string
	if len(s.Principals) == 0 && !s.NotPrincipal {
		messages = append(messages, "Missing required field Principal")
	}
	if len(s.Resources)+len(s.NotResources) > 0 {
		messages = append(messages, "Has prohibited field Resource")
	}
	for _, action := range slices.Concat(s.Actions, s.NotActions) {
		if !assumeRule.MatchString(action) {
			messages = append(messages, fmt.Sprintf("action %q: %s", action, assumeMessage))
		}
	}
	return messages
}
