package config

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
)

// Problem is one reason why a configuration is not valid.
type Problem struct {
	Key   string // The full key, with the path inside its object: "live-beats:service.cpu".
	Given string // What was found: a value, "missing", "not a known key".
	Rule  string // What is allowed, or what to do.
}

func (p Problem) String() string { return p.Key + " is " + p.Given + ": " + p.Rule }

// Problems lists everything that is wrong with a stack's configuration, with at most one Problem per key.
type Problems struct {
	Stack string
	List  []Problem
}

// Error prints one problem per line.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = "  " + problem.String()
	}
	return fmt.Sprintf("config of stack %q is not valid:\n%s", p.Stack, strings.Join(lines, "\n"))
}

const longestShown = 200 // characters of a value in a message

// report records a problem whose texts do not depend on a value. It ignores the problem if the key or its object
// already has one, because the new one would be a consequence.
func (d *decoder) report(key, given, rule string) {
	known := func(p Problem) bool { return p.Key == key || strings.HasPrefix(key, p.Key+".") }
	if !slices.ContainsFunc(d.problems, known) {
		d.problems = append(d.problems, Problem{Key: key, Given: given, Rule: rule})
	}
}

// reject records a problem and shows the value. See refuse for secrets.
func (d *decoder) reject(key string, given any, rule string) { d.refuse(key, show(given), rule) }

// refuse records a problem whose texts come from a value. For a secret it shows neither text, because a rule may quote
// another part of the value.
func (d *decoder) refuse(key, given, rule string) {
	top := key
	if end := strings.IndexAny(key, ".["); end >= 0 {
		top = key[:end]
	}
	if slices.Contains(d.secret, top) {
		d.report(key, "not valid", "the value is secret, so neither the value nor the reason is shown")
		return
	}
	d.report(key, given, rule)
}

func show(value any) string {
	var shown string
	switch value := value.(type) {
	case plain:
		shown = strconv.Quote(string(value))
	case string:
		shown = strconv.Quote(value)
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return "a value that JSON cannot hold"
		}
		shown = string(text)
	}
	if len(shown) > longestShown {
		return strings.ToValidUTF8(shown[:longestShown], "") + "..."
	}
	return shown
}

func fullKey(prefix, name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return prefix + name
}

// suggest returns a hint at the known key that was probably meant, else at all known keys.
func suggest(prefix, name string, known []string) string {
	if object, _, ok := strings.Cut(name, "."); ok && slices.Contains(known, object) {
		return "to set a field of " + prefix + object + " use pulumi config set --path"
	}
	nearest := slices.MaxFunc(known, func(a, b string) int { return cmp.Compare(likeness(name, a), likeness(name, b)) })
	if likeness(name, nearest) >= 0.5 {
		return "did you mean " + fullKey(prefix, nearest) + "?"
	}
	return "must be one of " + strings.Join(known, ", ")
}

func likeness(a, b string) float64 {
	return levenshtein.Similarity(strings.ToLower(a), strings.ToLower(b), nil)
}
