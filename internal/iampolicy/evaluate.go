package iampolicy

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Request is a request to be allowed or denied.
type Request struct {
	// Services are the names of the calling service, such as ecs-tasks.amazonaws.com, for trust policies and policies of
	// resources.
	Services []string
	// Principal is any other caller, for policies of resources: the ARN of a role, a user or an account, or "*" for an
	// anonymous caller. Identity policies ignore Services and Principal.
	Principal string
	// Administrator means that the principal may do everything that a policy delegates to its account.
	Administrator bool
	Action        string // ssm:GetParameters
	Resource      string // An ARN, or "*" for an action without a resource.
	// Context holds the request's condition keys, such as ecs:cluster.
	Context map[string]string
}

// Verdict is the outcome of an evaluation.
type Verdict string

// The outcomes. A request is allowed only if a statement allows it and no statement denies it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
const (
	Allowed      Verdict = "Allowed"
	ExplicitDeny Verdict = "ExplicitDeny"
	ImplicitDeny Verdict = "ImplicitDeny"
)

// Decision is a verdict with the statement that led to it. For ImplicitDeny, Statement is nil.
type Decision struct {
	Verdict   Verdict
	Statement *Statement
}

// Evaluate decides a request from the policies of one principal. ErrNotModelled means that a policy uses a condition
// operator or a policy variable that this package does not support.
func Evaluate(request Request, documents ...Document) (Decision, error) {
	decision := Decision{Verdict: ImplicitDeny}
	for _, document := range documents {
		for i := range document.Statements {
			s := &document.Statements[i]
			matches, err := s.matches(request, document.Old)
			if err != nil {
				return Decision{}, fmt.Errorf("evaluate statement %q: %w", s.Sid, err)
			}
			switch {
			case matches && s.Effect == Deny:
				return Decision{ExplicitDeny, s}, nil
			case matches && decision.Statement == nil:
				decision = Decision{Allowed, s}
			}
		}
	}
	return decision, nil
}

func (s *Statement) matches(r Request, old bool) (bool, error) {
	refuse := refuseVariables
	if old {
		refuse = func([]string) error { return nil } // In old documents they are text.
	}
	if err := refuse(slices.Concat(s.Resources, s.Actions)); err != nil {
		return false, err
	}
	if len(s.Principals) > 0 && !s.includes(r) {
		return false, nil
	}
	if !s.Speaks(r.Action) || len(s.Resources) > 0 && !s.covers(r.Resource) {
		return false, nil
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Conditions)) {
		for key, values := range s.Conditions[operator] {
			holds, err := condition(operator, values, r.Context, key)
			if err = errors.Join(err, refuse(values)); err != nil || !holds {
				return false, err
			}
		}
	}
	return true, nil
}

// refuseVariables returns ErrNotModelled for a policy variable.
func refuseVariables(texts []string) error {
	for _, text := range texts {
		if strings.Contains(text, "${") {
			return fmt.Errorf("policy variable in %q: %w", text, ErrNotModelled)
		}
	}
	return nil
}

// Speaks reports whether an action matches one of the statement's actions.
func (s *Statement) Speaks(action string) bool {
	return slices.ContainsFunc(s.Actions, func(pattern string) bool { return MatchAction(pattern, action) })
}

// MatchAction reports whether an action matches a pattern ("ssm:Get*"), in any case.
func MatchAction(pattern, action string) bool {
	return like(strings.ToLower(pattern), strings.ToLower(action))
}

// includes reports whether the statement's principals include the caller. "*" includes everybody, also services. If the
// principal is an account, Allow delegates to the policies of its roles, and Deny applies to all its roles.
func (s *Statement) includes(r Request) bool {
	if slices.ContainsFunc(r.Services, func(name string) bool { return slices.Contains(s.Principals["Service"], name) }) {
		return true
	}
	account := accountOf(r.Principal)
	return slices.ContainsFunc(s.Principals["AWS"], func(name string) bool {
		whole := account != "" && (name == account || strings.HasSuffix(name, "::"+account+":root"))
		return name == "*" || name == r.Principal || whole && (r.Administrator || s.Effect == Deny)
	})
}

// accountOf returns the account in an ARN, or "".
func accountOf(arn string) string {
	const account = 4
	if parts := strings.Split(arn, ":"); len(parts) > account {
		return parts[account]
	}
	return ""
}

// operators compare the value of a policy with the value of a request. The negated and the IfExists forms are derived
// from them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]func(want, got string) bool{
	"StringEquals":           func(want, got string) bool { return want == got },
	"StringEqualsIgnoreCase": strings.EqualFold,
	"StringLike":             like,
	"ArnEquals":              arnLike,
	"ArnLike":                arnLike,
	"Bool": func(want, got string) bool {
		return strings.EqualFold(want, got) && (strings.EqualFold(want, "true") || strings.EqualFold(want, "false"))
	},
}

func condition(operator string, values []string, context map[string]string, key string) (bool, error) {
	name, ifExists := strings.CutSuffix(operator, "IfExists")
	positive := strings.Replace(name, "Not", "", 1)
	compare := operators[positive]
	if compare == nil {
		return false, fmt.Errorf("condition operator %s: %w", operator, ErrNotModelled)
	}
	negated := positive != name
	for given, got := range context {
		if strings.EqualFold(given, key) {
			if negated && strings.HasPrefix(name, "Arn") && !allARNs(append([]string{got}, values...)) {
				return false, fmt.Errorf("%s with a value that is not an ARN: %w", operator, ErrNotModelled)
			}
			matched := slices.ContainsFunc(values, func(want string) bool { return compare(want, got) })
			return matched != negated, nil
		}
	}
	// If the request does not have the key, the negated operators and IfExists match.
	return negated || ifExists, nil
}

// arnParts is the number of parts of an ARN. The last part may contain colons.
const arnParts = 6

// allARNs reports whether texts have every part of an ARN. A comparison with another text fails. AWS does not document
// whether the negated operators then match.
func allARNs(texts []string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return strings.Count(text, ":") < arnParts-1 })
}

// arnLike compares the six parts of an ARN one by one, so that a wildcard does not match across a colon.
func arnLike(want, got string) bool {
	if !allARNs([]string{want, got}) {
		return false
	}
	b := strings.SplitN(got, ":", arnParts)
	for i, part := range strings.SplitN(want, ":", arnParts) {
		if !like(part, b[i]) {
			return false
		}
	}
	return true
}

// covers reports whether a resource matches one of the statement's resources.
func (s *Statement) covers(resource string) bool {
	return slices.ContainsFunc(s.Resources, func(pattern string) bool {
		// Missing parts at the end of an ARN match anything. In a policy of a resource, this requires a wildcard in the ARN.
		if len(s.Principals) == 0 || strings.Contains(pattern, "*") {
			pattern = completed(pattern)
		}
		return resourceLike(pattern, resource)
	})
}

func completed(pattern string) string {
	if missing := arnParts - 1 - strings.Count(pattern, ":"); missing > 0 && strings.HasPrefix(pattern, "arn:") {
		return pattern + strings.Repeat(":*", missing)
	}
	return pattern
}

// resourceLike matches the parts of an ARN. Only a * at the end of a part matches across colons. The last part is the
// service's name of the resource, which may contain colons.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func resourceLike(pattern, resource string) bool {
	parts := strings.SplitN(pattern, ":", arnParts)
	if len(parts) < arnParts {
		return like(pattern, resource)
	}
	for i, part := range parts[:arnParts-1] {
		trimmed := strings.TrimRight(part, "*")
		parts[i] = expression(trimmed, "[^:]")
		if trimmed != part {
			parts[i] += ".*"
		}
	}
	parts[arnParts-1] = expression(parts[arnParts-1], ".")
	return matches(strings.Join(parts, ":"), resource)
}

// like reports whether a text matches a pattern, in which * matches any text and ? matches one character.
func like(pattern, text string) bool { return matches(expression(pattern, "."), text) }

// expression converts a pattern to a regular expression; one is the expression for one character.
func expression(pattern, one string) string {
	quoted := regexp.QuoteMeta(pattern)
	return strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, one+"*"), `\?`, one)
}

func matches(expression, text string) bool {
	compiled, known := expressions.Load(expression)
	if !known {
		compiled, _ = expressions.LoadOrStore(expression, regexp.MustCompile("(?s)^"+expression+"$"))
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}

// expressions caches compiled patterns: an account has few, which are evaluated many times.
var expressions sync.Map
