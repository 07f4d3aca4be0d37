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
		refuse = func([]string) error { return nil } // They are text.
	}
	if err := refuse(slices.Concat(s.Resources, s.Actions)); err != nil {
		return false, err
	}
	if len(s.Principals) > 0 && !s.speaksOf(r) {
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

// refuseVariables reports a policy variable, which nothing here replaces.
func refuseVariables(texts []string) error {
	for _, text := range texts {
		if strings.Contains(text, "${") {
			return fmt.Errorf("policy variable in %q: %w", text, ErrNotModelled)
		}
	}
	return nil
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
				return false, fmt.Errorf("%s of what is no ARN: %w", operator, ErrNotModelled)
			}
			matched := slices.ContainsFunc(values, func(want string) bool { return compare(want, got) })
			return matched != negated, nil
		}
	}
	// A key that the request does not have meets the negated operators and IfExists.
	return negated || ifExists, nil
}

// arnParts is how many an ARN has; the last one may have colons itself.
const arnParts = 6

// allARNs tells whether texts have every part of an ARN. A comparison with another text fails; whether its negation
// then holds, AWS does not say.
func allARNs(texts []string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return strings.Count(text, ":") < arnParts-1 })
}

// arnLike compares the six parts of an ARN one by one: a wildcard does not reach over a colon.
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

// covers tells whether a resource is one of the statement's.
func (s *Statement) covers(resource string) bool {
	return slices.ContainsFunc(s.Resources, func(pattern string) bool {
		// What an ARN lacks at its end is completed, in a policy of a resource only if the ARN has a wildcard.
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

// resourceLike matches the parts of an ARN. Only a * at the end of one of them reaches over colons; the last part is
// whatever the service names its resources by, colons too.
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

// like matches * with any text and ? with any one character.
func like(pattern, text string) bool { return matches(expression(pattern, "."), text) }

// expression writes a pattern as a regular expression, in which one is what a wildcard stands for.
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

// expressions are those of the patterns so far. An account has few, which are asked over and over.
var expressions sync.Map
