package iampolicy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Request asks whether an action may be done.
type Request struct {
	// Services are the names of the service that asks a trust policy or a resource's, such as ecs-tasks.amazonaws.com.
	Services []string
	// Principal is who else asks a resource's policy: the ARN of a role, a user or an account, or "*" for one who gives
	// no name. Identity policies look at neither.
	Principal string
	// Administrator: the principal may do whatever a policy leaves to its account.
	Administrator bool
	Action        string // ssm:GetParameters
	Resource      string // An ARN, or "*" for an action that takes no resource.
	// Context holds the request's condition keys, such as ecs:cluster.
	Context map[string]string
}

// Verdict is the outcome of an evaluation.
type Verdict string

// The outcomes: nothing is allowed unless a statement allows it and none denies it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
const (
	Allowed      Verdict = "Allowed"
	ExplicitDeny Verdict = "ExplicitDeny"
	ImplicitDeny Verdict = "ImplicitDeny"
)

// Decision is a verdict and the statement that led to it; none leads to ImplicitDeny.
type Decision struct {
	Verdict   Verdict
	Statement *Statement
}

// Evaluate decides a request by the policies of one principal. ErrNotModelled means that a policy uses a condition
// operator or a policy variable that this package does not know.
func Evaluate(request Request, documents ...Document) (Decision, error) {
	decision := Decision{Verdict: ImplicitDeny}
	for _, document := range documents {
		for i := range document.Statements {
			s := &document.Statements[i]
			matches, err := s.matches(request)
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

func (s *Statement) matches(r Request) (bool, error) {
	for _, text := range slices.Concat(s.Resources, s.Actions) {
		if strings.Contains(text, "${") {
			return false, fmt.Errorf("policy variable in %q: %w", text, ErrNotModelled)
		}
	}
	if len(s.Principals) > 0 && !s.speaksOf(r) {
		return false, nil
	}
	if !s.Speaks(r.Action) || len(s.Resources) > 0 && !anyLike(s.Resources, r.Resource) {
		return false, nil
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Conditions)) {
		for key, values := range s.Conditions[operator] {
			holds, err := condition(operator, values, r.Context, key)
			if err != nil || !holds {
				return false, err
			}
		}
	}
	return true, nil
}

// Speaks tells whether an action is one of the statement's.
func (s *Statement) Speaks(action string) bool {
	return slices.ContainsFunc(s.Actions, func(pattern string) bool { return MatchAction(pattern, action) })
}

// MatchAction tells whether an action is one that a pattern ("ssm:Get*") means.
func MatchAction(pattern, action string) bool {
	return like(strings.ToLower(pattern), strings.ToLower(action))
}

// speaksOf tells whether the statement's principals include who asks. "*" is everybody, services too. An account as a
// principal leaves it to the policies of its roles to allow something, and denies it to all of them.
func (s *Statement) speaksOf(r Request) bool {
	if slices.ContainsFunc(r.Services, func(name string) bool { return slices.Contains(s.Principals["Service"], name) }) {
		return true
	}
	account := accountOf(r.Principal)
	return slices.ContainsFunc(s.Principals["AWS"], func(name string) bool {
		whole := account != "" && (name == account || strings.HasSuffix(name, "::"+account+":root"))
		return name == "*" || name == r.Principal || whole && (r.Administrator || s.Effect == Deny)
	})
}

// accountOf is the account in an ARN, or "".
func accountOf(arn string) string {
	const account = 4
	if parts := strings.Split(arn, ":"); len(parts) > account {
		return parts[account]
	}
	return ""
}

// operators compare the wanted value with the request's. Their negations and their IfExists forms follow from them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]func(want, got string) bool{
	"StringEquals":           func(want, got string) bool { return want == got },
	"StringEqualsIgnoreCase": strings.EqualFold,
	"StringLike":             like,
	"ArnEquals":              arnLike,
	"ArnLike":                arnLike,
	"Bool":                   strings.EqualFold,
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
			matched := slices.ContainsFunc(values, func(want string) bool { return compare(want, got) })
			return matched != negated, nil
		}
	}
	// A key that the request does not have meets the negated operators and IfExists.
	return negated || ifExists, nil
}

// arnLike compares the six parts of an ARN one by one: a wildcard does not reach over a colon.
func arnLike(want, got string) bool {
	const parts = 6
	a, b := strings.SplitN(want, ":", parts), strings.SplitN(got, ":", parts)
	if len(a) != parts || len(b) != parts {
		return false
	}
	for i := range a {
		if !like(a[i], b[i]) {
			return false
		}
	}
	return true
}

func anyLike(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return like(pattern, text) })
}

// like matches * with any text and ? with any one character.
func like(pattern, text string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(strings.ReplaceAll(expression, `\*`, `.*`), `\?`, `.`)
	return regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
}
