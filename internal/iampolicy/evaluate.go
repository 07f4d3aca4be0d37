package iampolicy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Request is a request to be allowed or denied.
type Request struct {
	// Services are the names of the service that asks a trust policy or a resource's policy, such as
	// ecs-tasks.amazonaws.com.
	Services []string
	// Principal is who else asks a resource's policy: the ARN of a role, a user or an account, or "*" for a caller without
	// a name. Identity policies look at neither.
	Principal string
	// Administrator means that the principal may do everything that a policy delegates to its account.
	Administrator bool
	Action        string // ssm:GetParameters
	Resource      string // An ARN, or "*" for an action that has no resource.
	// Context holds the request's condition keys, such as ecs:cluster.
	Context map[string]string
	// Partial: the request has more keys than Context. A condition on such a key is undecided.
	Partial bool
	// Absent are keys that a partial request certainly lacks. One that ends with a slash stands for all that begin so.
	Absent []string
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

// Evaluate decides a request by the policies of one principal, in whatever order they and their elements come. The
// error is an ErrNotModelled where the outcome depends on an element that this package does not model, or on a
// condition key that a partial request does not tell.
func Evaluate(request Request, documents ...Document) (Decision, error) {
	var allow, deny weighed
	for _, document := range documents {
		for i := range document.Statements {
			s := &document.Statements[i]
			side := &allow
			if s.Effect == Deny {
				side = &deny
			}
			side.add(s, s.matches(request, document.Old))
		}
	}
	switch {
	case deny.is == yes:
		return Decision{ExplicitDeny, deny.by}, nil
	case allow.is == no:
		return Decision{Verdict: ImplicitDeny}, nil
	case deny.is == unknown:
		return Decision{}, deny.undecided()
	case allow.is == unknown:
		return Decision{}, allow.undecided()
	}
	return Decision{Allowed, allow.by}, nil
}

// weighed is whether one of some statements matches, and the first of those that decide it.
type weighed struct {
	is  ternary
	by  *Statement
	why error
}

func (w *weighed) add(s *Statement, matches answer) {
	if matches.is > w.is {
		*w = weighed{matches.is, s, matches.why}
	}
}

func (w *weighed) undecided() error { return fmt.Errorf("evaluate statement %q: %w", w.by.Sid, w.why) }

// ternary is a truth value of three: what is not known is neither true nor false.
type ternary int8

const (
	no ternary = iota
	unknown
	yes
)

func known(holds bool) ternary {
	if holds {
		return yes
	}
	return no
}

func (t ternary) not() ternary { return yes - t }

// answer is a truth value, and why it is unknown.
type answer struct {
	is  ternary
	why error
}

func open(format string, args ...any) answer {
	return answer{unknown, fmt.Errorf(format+": %w", append(args, ErrNotModelled)...)}
}

// matches: what does not hold decides, even beside what is unknown.
func (s *Statement) matches(r Request, old bool) answer {
	scope := scope{r, old}
	all := answer{is: yes}
	for _, part := range []answer{scope.principal(s), scope.action(s), scope.resource(s), scope.conditions(s)} {
		if part.is < all.is {
			all = part
		}
	}
	return all
}

// scope is a request, and whether the document is of the version without variables.
type scope struct {
	Request

	old bool
}

func (c scope) principal(s *Statement) answer {
	switch {
	case s.NotPrincipal:
		return open("NotPrincipal")
	case len(s.Principals) == 0:
		return answer{is: yes}
	}
	return answer{is: known(s.includes(c.Request))}
}

func (c scope) action(s *Statement) answer {
	patterns, negated := s.Actions, false
	if len(s.NotActions) > 0 {
		patterns, negated = s.NotActions, true
	}
	match := func(pattern string) bool { return MatchAction(pattern, c.Action) }
	return c.anyOf(patterns, negated, match, match)
}

func (c scope) resource(s *Statement) answer {
	patterns, negated := s.Resources, false
	if len(s.NotResources) > 0 {
		patterns, negated = s.NotResources, true
	}
	if len(patterns) == 0 { // As in a trust policy.
		return answer{is: yes}
	}
	match := func(pattern string) bool { return s.covers(pattern, c.Resource) }
	return c.anyOf(patterns, negated, match, match)
}

// anyOf is whether one of some patterns matches, or none. Of a pattern with a variable that is not known, mayMatch says
// whether it matches with a wildcard in the variable's place. Where there is no such key the statement does not match
// at all, so that of a negation nothing is known.
func (c scope) anyOf(patterns []string, negated bool, match, mayMatch func(pattern string) bool) answer {
	some := answer{is: no}
	for _, text := range patterns {
		pattern, unresolved := c.resolve(text)
		var found answer
		switch {
		case !unresolved:
			found.is = known(match(pattern))
		case negated || mayMatch(pattern):
			found = open("policy variable in %q", text)
		}
		if found.is > some.is {
			some = found
		}
	}
	if negated {
		some.is = some.is.not()
	}
	return some
}

// conditions all have to hold.
func (c scope) conditions(s *Statement) answer {
	all := answer{is: yes}
	for _, operator := range slices.Sorted(maps.Keys(s.Conditions)) {
		for _, key := range slices.Sorted(maps.Keys(s.Conditions[operator])) {
			if holds := c.condition(operator, key, s.Conditions[operator][key]); holds.is < all.is {
				all = holds
			}
		}
	}
	return all
}

// lookup is the value of a condition key. Keys are compared without regard to case.
func (c scope) lookup(key string) (value string, has ternary) {
	for given, got := range c.Context {
		if strings.EqualFold(given, key) {
			return got, yes
		}
	}
	absent := func(name string) bool {
		return strings.EqualFold(name, key) ||
			strings.HasSuffix(name, "/") && strings.HasPrefix(strings.ToLower(key), strings.ToLower(name))
	}
	if c.Partial && !slices.ContainsFunc(c.Absent, absent) {
		return "", unknown
	}
	return "", no
}

func (c scope) condition(operator, key string, values []string) answer {
	value, has := c.lookup(key)
	if has == unknown {
		return open("condition key %s, of which the value is not known", key)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(operator, "ForAnyValue:"), "ForAllValues:")
	if name == "Null" {
		return null(values, has)
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	positive := strings.Replace(name, "Not", "", 1)
	negated := positive != name
	compare := operators[positive]
	switch {
	case compare == nil:
		return open("condition operator %s", operator)
	case has == no:
		// A key that the request lacks meets the negated operators, IfExists and ForAllValues, and never ForAnyValue.
		forAny := strings.HasPrefix(operator, "ForAnyValue:")
		return answer{is: known(ifExists || strings.HasPrefix(operator, "ForAllValues:") || negated && !forAny)}
	case negated && !wellFormed(positive, append([]string{value}, values...)):
		return open("%s of a text that is not of its kind", operator)
	}
	return c.anyOf(values, negated,
		func(want string) bool { return compare(want, value) }, func(want string) bool { return like(want, value) })
}

// null is whether a key is missing, or present, as the one value demands.
func null(values []string, has ternary) answer {
	is := func(wanted string) bool {
		return !slices.ContainsFunc(values, func(v string) bool { return !strings.EqualFold(v, wanted) })
	}
	switch {
	case is("true"):
		return answer{is: known(has == no)}
	case is("false"):
		return answer{is: known(has == yes)}
	}
	return open("Null of %q", values)
}

// A policy variable, such as ${aws:PrincipalAccount} or ${aws:PrincipalTag/team, 'none'}.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
var variable = regexp.MustCompile(`\$\{([^},]*)(?:,\s*'([^']*)')?\}`)

// resolve replaces policy variables by their values, in which wildcards are text. In place of one without a value it
// leaves a wildcard, and reports it.
func (c scope) resolve(text string) (pattern string, unresolved bool) {
	if c.old || !strings.Contains(text, "${") {
		return text, false
	}
	pattern = variable.ReplaceAllStringFunc(text, func(match string) string {
		parts := variable.FindStringSubmatch(match)
		name, fallback := strings.TrimSpace(parts[1]), parts[2]
		if name == "*" || name == "?" || name == "$" {
			return literal.Replace(name)
		}
		value, has := c.lookup(name)
		switch {
		case has == yes:
			return literal.Replace(value)
		case has == no && fallback != "":
			return literal.Replace(fallback)
		}
		unresolved = true
		return "*"
	})
	return pattern, unresolved
}

// Speaks reports whether an action is one of the statement's. It does not mind NotAction: see ParseSimple.
func (s *Statement) Speaks(action string) bool {
	return slices.ContainsFunc(s.Actions, func(pattern string) bool { return MatchAction(pattern, action) })
}

// includes reports whether the statement's principals include the caller. "*" includes everybody, also services. If the
// principal is an account, Allow delegates to the policies of its roles, and Deny applies to all its roles.
func (s *Statement) includes(r Request) bool {
	if slices.ContainsFunc(r.Services, func(name string) bool { return slices.Contains(s.Principals["Service"], name) }) {
		return true
	}
	account := awsmodel.AccountOf(r.Principal)
	return slices.ContainsFunc(s.Principals["AWS"], func(name string) bool {
		whole := account != "" && (name == account || strings.HasSuffix(name, "::"+account+":root"))
		return name == "*" || name == r.Principal || whole && (r.Administrator || s.Effect == Deny)
	})
}
