package iampolicy

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	return c.anyOf(patterns, negated, func(pattern string) bool { return MatchAction(pattern, c.Action) })
}

func (c scope) resource(s *Statement) answer {
	patterns, negated := s.Resources, false
	if len(s.NotResources) > 0 {
		patterns, negated = s.NotResources, true
	}
	if len(patterns) == 0 { // As in a trust policy.
		return answer{is: yes}
	}
	return c.anyOf(patterns, negated, func(pattern string) bool { return s.covers(pattern, c.Resource) })
}

// anyOf is whether one of some patterns matches, or none. A pattern with a variable that is not known may match
// whatever it matches with a wildcard in the variable's place. Where there is no such key the statement does not match
// at all, so that of a negation nothing is known.
func (c scope) anyOf(patterns []string, negated bool, match func(string) bool) answer {
	some := answer{is: no}
	for _, text := range patterns {
		pattern, unresolved := c.resolve(text)
		found := answer{is: known(match(pattern))}
		if unresolved && (negated || found.is == yes) {
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
	return c.anyValue(values, negated, compare, value)
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

// wellFormed reports whether texts are of the kind that an operator compares. A comparison with another text fails;
// whether its negation then holds, AWS does not say.
func wellFormed(operator string, texts []string) bool {
	valid := func(string) bool { return true }
	switch {
	case strings.HasPrefix(operator, "Arn"):
		valid = isARN
	case strings.HasPrefix(operator, "Numeric"):
		valid = number.MatchString
	case operator == "IpAddress":
		valid = func(text string) bool {
			_, errAddress := netip.ParseAddr(text)
			_, errNetwork := netip.ParsePrefix(text)
			return errAddress == nil || errNetwork == nil
		}
	}
	return !slices.ContainsFunc(texts, func(text string) bool { return !valid(text) })
}

var number = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// anyValue is whether the request's value meets one of the wanted ones, or none.
func (c scope) anyValue(values []string, negated bool, compare func(want, got string) bool, got string) answer {
	some := answer{is: no}
	for _, text := range values {
		want, unresolved := c.resolve(text)
		found := answer{is: known(!unresolved && compare(want, got))}
		if unresolved && (negated || like(want, got)) {
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

// literal writes wildcards as characters that expression takes for text; asText reads them back.
var (
	literal = strings.NewReplacer("*", "\uE000", "?", "\uE001")
	asText  = strings.NewReplacer("\uE000", "*", "\uE001", "?")
)

// Speaks reports whether an action is one of the statement's. It does not mind NotAction: see ParseSimple.
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
	"StringEquals":             func(want, got string) bool { return asText.Replace(want) == got },
	"StringEqualsIgnoreCase":   func(want, got string) bool { return strings.EqualFold(asText.Replace(want), got) },
	"StringLike":               like,
	"ArnEquals":                arnLike,
	"ArnLike":                  arnLike,
	"IpAddress":                inNetwork,
	"NumericEquals":            numeric(func(got, want float64) bool { return got == want }),
	"NumericLessThan":          numeric(func(got, want float64) bool { return got < want }),
	"NumericLessThanEquals":    numeric(func(got, want float64) bool { return got <= want }),
	"NumericGreaterThan":       numeric(func(got, want float64) bool { return got > want }),
	"NumericGreaterThanEquals": numeric(func(got, want float64) bool { return got >= want }),
	"Bool": func(want, got string) bool {
		return strings.EqualFold(want, got) && (strings.EqualFold(want, "true") || strings.EqualFold(want, "false"))
	},
}

// numeric compares two numbers. A text that is none meets nothing.
func numeric(holds func(got, want float64) bool) func(want, got string) bool {
	return func(want, got string) bool {
		w, errWant := strconv.ParseFloat(want, 64)
		g, errGot := strconv.ParseFloat(got, 64)
		return errors.Join(errWant, errGot) == nil && holds(g, w)
	}
}

// inNetwork reports whether an address is in a range, or is the wanted one.
func inNetwork(want, got string) bool {
	address, err := netip.ParseAddr(got)
	if err != nil {
		return false
	}
	network, err := netip.ParsePrefix(want)
	if err != nil {
		return want == got
	}
	return network.Contains(address)
}

// arnParts is the number of parts of an ARN. The last part may contain colons.
const arnParts = 6

// isARN reports whether a text has every part of an ARN.
func isARN(text string) bool { return strings.Count(text, ":") >= arnParts-1 }

// arnLike compares the six parts of an ARN one by one, so that a wildcard does not match across a colon.
func arnLike(want, got string) bool {
	if !isARN(want) || !isARN(got) {
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

// covers reports whether a pattern for resources means one. What an ARN lacks at its end is completed, in a policy of a
// resource only if the ARN has a wildcard.
func (s *Statement) covers(pattern, resource string) bool {
	if len(s.Principals) == 0 || strings.Contains(pattern, "*") {
		pattern = completed(pattern)
	}
	return resourceLike(pattern, resource)
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
	wild := strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, one+"*"), `\?`, one)
	return strings.NewReplacer("\uE000", `\*`, "\uE001", `\?`).Replace(wild)
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
