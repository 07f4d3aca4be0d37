package sandbox_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

var kinds = map[string]string{
	facts.String: "string", facts.Int: "integer", facts.Number: "number", facts.Bool: "boolean", facts.JSON: "JSON",
	facts.Map: "map of strings", facts.Strings: "list of strings", facts.Object: "object", facts.Objects: "list of objects",
}

var guess = regexp.MustCompile(`#.*\bguess\b`)

// guesses returns the texts of the table whose comments call them guesses.
func guesses(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("facts", "*.yaml"))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal(data, &document))
		last := map[int]string{}
		ends(&document, last)
		for i, line := range strings.Split(string(data), "\n") {
			if !guess.MatchString(line) {
				continue
			}
			begin := i + 1
			for ; last[begin] == ""; begin-- {
				require.Positive(t, begin, "%s:%d: no text before the comment", file, i+1)
			}
			found[last[begin]] = true
		}
	}
	return found
}

// ends finds the last text that begins in each line.
func ends(node *yaml.Node, last map[int]string) {
	if node.Kind == yaml.ScalarNode {
		last[node.Line] = node.Value
	}
	for _, child := range node.Content {
		ends(child, last)
	}
}

// answer is AWS's error when a rule is broken.
func (p page) answer(text string) string {
	if p.guesses[text] {
		return fmt.Sprintf("`%s` (wording is a guess)", text)
	}
	return fmt.Sprintf("`%s`", text)
}

// limits describes what the table says about an input.
func limits(p *facts.Property) []string {
	var words []string
	say := sayer(&words)
	say(p.Replaces, "a change replaces the resource")
	say(p.AutoName > 0, "generated if unset, up to %d characters", p.AutoName)
	say(p.Default != nil, "default `%v`", p.Default)
	say(p.Computed && p.AutoName == 0, "AWS decides if unset")
	say(p.Secret, "secret, kept as a digest")
	say(p.Local, "exists only in the provider: an import returns the default")
	say(p.Set, "the order has no meaning")
	say(p.Alike != "", "%s", map[string]string{
		facts.AlikeAlways: "alone it is no change", facts.AlikeSpaces: "no change if only white space at the ends differs",
		facts.AlikeKey:  "no change between the id of a key and its ARN",
		facts.AlikeTier: "no change from `Standard` to `Intelligent-Tiering`",
	}[p.Alike])
	for name, value := range p.ComparedWhen {
		say(true, "no change unless %s is `%v`", name, value)
	}
	return append(bound(p), words...)
}

func sayer(words *[]string) func(is bool, format string, args ...any) {
	return func(is bool, format string, args ...any) {
		if is {
			*words = append(*words, fmt.Sprintf(format, args...))
		}
	}
}

// bound describes which values are refused.
func bound(p *facts.Property) []string {
	var words []string
	say := sayer(&words)
	say(p.Required, "required")
	say(p.Enum != nil, "one of %s", code(p.Enum))
	say(p.Min != nil && p.Max != nil, "%d to %d", deref(p.Min), deref(p.Max))
	say(p.Min != nil && p.Max == nil, "at least %d", deref(p.Min))
	say(p.Min == nil && p.Max != nil, "at most %d", deref(p.Max))
	say(p.MinLength > 0, "at least %d characters", p.MinLength)
	say(p.MaxLength > 0, "at most %d characters", p.MaxLength)
	say(p.MinItems > 0, "at least %d items", p.MinItems)
	say(p.MaxItems > 0, "at most %d items", p.MaxItems)
	say(p.Format != "", "%s", map[string]string{
		facts.FormatCIDR: "an IPv4 block", facts.FormatCIDR6: "an IPv6 block", facts.FormatCIDRAny: "an IPv4 or IPv6 block", facts.FormatARN: "an ARN",
		facts.FormatPolicy:     "no change if only the order differs, or a string replaces a list of one",
		facts.FormatContainers: "no change if only the order differs, or a value is set that AWS fills in anyway",
	}[p.Format])
	say(p.Pattern != "", "matches `%s`", p.Pattern)
	if p.Ref != nil {
		text := "refers to " + article(typeName(p.Ref.Type))
		text += map[string]string{
			facts.Block:   ", which cannot be deleted while this resource exists",
			facts.Cascade: ", and is deleted with it",
		}[p.Ref.OnDelete]
		say(true, "%s", text)
	}
	return words
}

func deref(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func article(name string) string {
	if strings.ContainsAny(name[:1], "aeiou") {
		return "an " + name
	}
	return "a " + name
}

func code[T any](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprintf("`%v`", v)
	}
	return strings.Join(words, ", ")
}

// typeRules describes the rules for a whole resource, with AWS's error when one is broken.
func (p page) typeRules(typ *facts.Type) []string {
	lines := p.rulesText(typ.Rules)
	say := sayer(&lines)
	say(typ.Unique != nil, "unique by %s: %s", code(typ.Unique), p.answer(typ.Exists))
	for _, q := range typ.Quotas {
		per := "in a region"
		if typ.Global {
			per = "in an account"
		}
		if q.Per != nil {
			per = "per " + code(q.Per)
		}
		say(true, "at most %d %s: %s", q.Max, per, p.answer(q.Error))
	}
	say(typ.Protected != "", "`%s` prevents deletion: %s", typ.Protected, p.answer(typ.ProtectedError))
	say(typ.InUse != "", "cannot be deleted while another resource refers to it: %s", p.answer(typ.InUse))
	say(typ.NotFound != "", "if it does not exist: %s", p.answer(typ.NotFound))
	return lines
}

func (p page) rulesText(rules []*facts.Rule) []string {
	var lines []string
	for _, r := range rules {
		lines = append(lines, p.ruleText(r))
	}
	return lines
}

func (p page) ruleText(r *facts.Rule) string {
	var when, what []string
	for _, name := range slices.Sorted(maps.Keys(r.When)) {
		v := r.When[name]
		is := fmt.Sprintf("is `%v`", v)
		switch v := v.(type) {
		case nil:
			is = "is unset"
		case []any:
			is = "is one of " + strings.ReplaceAll(code(v), "`<nil>`", "unset")
		}
		when = append(when, fmt.Sprintf("`%s` %s", name, is))
	}
	for _, part := range []struct {
		words string
		names []string
	}{
		{"exactly one of", r.OneOf},
		{"at most one of", r.AtMostOne},
		{"at least one of", r.AnyOf},
		{"requires", r.Required},
		{"forbids", r.Forbidden},
	} {
		if part.names != nil {
			what = append(what, part.words+" "+code(part.names))
		}
	}
	text := strings.Join(what, " and ")
	if when != nil {
		text = "where " + strings.Join(when, " and ") + ": " + text
	}
	if r.Error != "" {
		text += ": " + p.answer(r.Error)
	}
	return text
}
