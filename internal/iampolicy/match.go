package iampolicy

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// MatchAction reports whether an action matches a pattern ("ssm:Get*"), in any case.
func MatchAction(pattern, action string) bool {
	return like(strings.ToLower(pattern), strings.ToLower(action))
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

// literal writes wildcards as characters that expression takes for text; asText reads them back.
var (
	literal = strings.NewReplacer("*", "\uE000", "?", "\uE001")
	asText  = strings.NewReplacer("\uE000", "*", "\uE001", "?")
)

// covers reports whether a pattern for resources means one. What an ARN lacks at its end is completed, in a policy of a
// resource only if the ARN has a wildcard.
func (s *Statement) covers(pattern, resource string) bool {
	if len(s.Principals) == 0 || strings.Contains(pattern, "*") {
		pattern = completed(pattern)
	}
	return resourcePatterns.match(pattern, resource)
}

func completed(pattern string) string {
	if missing := arnParts - 1 - strings.Count(pattern, ":"); missing > 0 && strings.HasPrefix(pattern, "arn:") {
		return pattern + strings.Repeat(":*", missing)
	}
	return pattern
}

// like reports whether a text matches a pattern, in which * matches any text and ? matches one character.
func like(pattern, text string) bool { return plainPatterns.match(pattern, text) }

// patternKind matches texts with patterns of one kind. It keeps the compiled regular expressions, because an account
// has few patterns, which are evaluated many times.
type patternKind struct {
	expression func(pattern string) string
	compiled   sync.Map // From pattern to *regexp.Regexp.
}

var (
	plainPatterns    = patternKind{expression: func(pattern string) string { return expression(pattern, ".") }}
	resourcePatterns = patternKind{expression: resourceExpression}
)

func (p *patternKind) match(pattern, text string) bool {
	compiled, known := p.compiled.Load(pattern)
	if !known {
		compiled, _ = p.compiled.LoadOrStore(pattern, regexp.MustCompile("(?s)^"+p.expression(pattern)+"$"))
	}
	return compiled.(*regexp.Regexp).MatchString(text)
}

// resourceExpression matches the parts of an ARN. Only a * at the end of a part matches across colons. The last part is
// the service's name of the resource, which may contain colons.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func resourceExpression(pattern string) string {
	parts := strings.SplitN(pattern, ":", arnParts)
	if len(parts) < arnParts {
		return expression(pattern, ".")
	}
	for i, part := range parts[:arnParts-1] {
		trimmed := strings.TrimRight(part, "*")
		parts[i] = expression(trimmed, "[^:]")
		if trimmed != part {
			parts[i] += ".*"
		}
	}
	parts[arnParts-1] = expression(parts[arnParts-1], ".")
	return strings.Join(parts, ":")
}

// expression converts a pattern to a regular expression; one is the expression for one character.
func expression(pattern, one string) string {
	quoted := regexp.QuoteMeta(pattern)
	wild := strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, one+"*"), `\?`, one)
	return strings.NewReplacer("\uE000", `\*`, "\uE001", `\?`).Replace(wild)
}
