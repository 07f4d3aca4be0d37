// Package resourcepolicy validates and evaluates the policies that are attached to resources (keys, file systems,
// buckets). https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
package resourcepolicy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// Policy is one policy document.
type Policy struct{ iampolicy.Document }

// Asked returns a request by the deploying user: the user sandbox, an administrator of the account.
func Asked(s provider.Scope, action, resource string) iampolicy.Request {
	return iampolicy.Request{Principal: callerARN(s), Administrator: true, Action: action, Resource: resource}
}

func callerARN(s provider.Scope) string {
	return fmt.Sprintf("arn:%s:iam::%s:user/sandbox", s.Partition, s.Account)
}

// Parse parses a policy. Its errors use S3's texts, some of which the other services use too.
func Parse(text string, needsResource bool) (Policy, error) {
	document, err := iampolicy.ParseSimple(text)
	if err != nil {
		return Policy{}, err
	}
	if len(document.Statements) == 0 {
		return Policy{}, errors.New("Missing required field Statement")
	}
	for _, s := range document.Statements {
		if problem := problem(s, needsResource); problem != "" {
			return Policy{}, fmt.Errorf("statement %q: %s", s.Sid, problem)
		}
	}
	return Policy{document}, nil
}

var actionPattern = regexp.MustCompile(`(?i)^(\*|[a-z0-9-]+:\S+)$`)

func problem(s iampolicy.Statement, needsResource bool) string {
	switch {
	case s.Effect != iampolicy.Allow && s.Effect != iampolicy.Deny:
		return fmt.Sprintf("Invalid effect: %s", s.Effect)
	case len(s.Principals) == 0:
		return "Missing required field Principal"
	case len(s.Actions) == 0:
		return "Missing required field Action"
	case needsResource && len(s.Resources) == 0:
		return "Missing required field Resource"
	case slices.ContainsFunc(s.Actions, func(action string) bool { return !actionPattern.MatchString(action) }):
		return "Policy has invalid action"
	}
	return ""
}

// Check parses the input "policy" and returns its errors as failures with a service's error code. A policy that is
// still unknown passes.
func Check(in provider.Props, code string, needsResource bool) []provider.Failure {
	text, known := in["policy"].(string)
	if !known {
		return nil
	}
	_, err := Parse(text, needsResource)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, iampolicy.ErrNotModelled):
		code = "the sandbox"
	}
	return []provider.Failure{{Property: "policy", Reason: fmt.Sprintf("%s: %v", code, err)}}
}

// Decide evaluates a request against the policy. Errors: a policy element that is not modelled.
func (p Policy) Decide(request iampolicy.Request) (iampolicy.Verdict, error) {
	decision, err := iampolicy.Evaluate(request, p.Document)
	return decision.Verdict, err
}

// Stranger returns a principal that AWS would refuse, or "". AWS refuses a malformed principal, and a principal of this
// account that does not exist.
func (p Policy) Stranger(w *world.World, s provider.Scope) string {
	for _, statement := range p.Statements {
		for kind, members := range statement.Principals {
			for _, name := range members {
				if !isPrincipal(w, s, kind, name) {
					return name
				}
			}
		}
	}
	return ""
}

var principalPattern = regexp.MustCompile(`^arn:[^:]+:(iam|sts)::(\d{12}):(root|user/.+|role/.+|assumed-role/.+)$`)

func isPrincipal(w *world.World, s provider.Scope, kind, name string) bool {
	switch kind {
	case "Service":
		return strings.HasSuffix(name, ".amazonaws.com")
	case "Federated":
		return name != ""
	case "AWS":
	default:
		return false
	}
	arn := principalPattern.FindStringSubmatch(name)
	switch {
	case name == "*" || awsmodel.AccountID.Valid(name):
		return true
	case arn == nil:
		return false
	case arn[2] != s.Account || arn[3] == "root" || arn[1] == "sts":
		return true
	default:
		return name == callerARN(s) || identity.Role(w.Graph(), name) != nil
	}
}
