package sandbox_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/lookup"
)

var update = flag.Bool("update", false, "rewrite the generated part of docs/sandbox.md")

// docs/sandbox.md lists what is modelled from the table of facts, between two markers.
func TestFidelityPageMatchesTheFacts(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "docs", "sandbox.md")
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	generated := regexp.MustCompile(`(?s)(<!-- facts: .*? -->\n).*(<!-- /facts -->\n)`)
	require.Len(t, generated.FindAll(page, -1), 1, "one pair of markers")
	table, err := facts.Load()
	require.NoError(t, err)
	functions, err := lookup.Functions()
	require.NoError(t, err)
	text := fidelity(table) + lookUps(functions)
	want := generated.ReplaceAllString(string(page), "${1}"+strings.ReplaceAll(text, "$", "$$")+"${2}")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
		return
	}
	if want != string(page) {
		t.Error("docs/sandbox.md is not what the facts say; run: go test ./internal/sandbox -run Fidelity -update")
	}
}

// fidelity is a list of the types, and a section for each.
func fidelity(table facts.Table) string {
	var index, sections strings.Builder
	for _, token := range table.Tokens() {
		typ := table[token]
		name := typeName(token)
		fmt.Fprintf(&index, "- [%s](#%s): %d inputs\n", name, anchor(name), len(inputPaths(typ.Inputs, nil)))
		section(&sections, name, typ)
	}
	return "\n## Types\n\n" + index.String() + sections.String()
}

// typeName is "ec2 Vpc" for aws:ec2/vpc:Vpc.
func typeName(token string) string {
	parts := strings.Split(token, ":")
	service, _, _ := strings.Cut(parts[1], "/")
	if parts[0] != "aws" {
		service = parts[0]
	}
	return service + " " + parts[2]
}

func anchor(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "-")) }

func section(b *strings.Builder, name string, typ *facts.Type) {
	fmt.Fprintf(b, "\n### %s\n\n`%s`\n\n| input | type | |\n|---|---|---|\n", name, typ.Token)
	rows(b, "", typ.Inputs)
	list(b, "Rules", typeRules(typ))
	list(b, "Simplified", typ.Simplified)
	list(b, "Pages", typ.Docs)
}

func rows(b *strings.Builder, under string, inputs map[string]*facts.Property) {
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		p := inputs[name]
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", under, name, kinds[p.Type], cell(strings.Join(limits(p), "; ")))
		rows(b, under+name+".", p.Properties)
	}
}

var kinds = map[string]string{
	facts.String: "text", facts.Int: "whole number", facts.Number: "number", facts.Bool: "switch", facts.JSON: "JSON", facts.Map: "map of texts",
	facts.Strings: "list of texts", facts.Object: "object", facts.Objects: "list of objects",
}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ") }

// limits says in words what the table knows of an input.
func limits(p *facts.Property) []string {
	var words []string
	say := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	say(p.Required, "required")
	say(p.Replaces, "a change replaces the resource")
	say(p.AutoName > 0, "generated when unset, up to %d characters", p.AutoName)
	say(p.Default != nil, "default `%v`", p.Default)
	say(p.Computed && p.AutoName == 0, "AWS decides when unset")
	say(p.Secret, "secret: the world keeps a digest")
	say(p.Set, "in any order")
	say(p.Enum != nil, "one of %s", code(p.Enum))
	say(p.Min != nil && p.Max != nil, "%d to %d", deref(p.Min), deref(p.Max))
	say(p.Min != nil && p.Max == nil, "at least %d", deref(p.Min))
	say(p.Min == nil && p.Max != nil, "at most %d", deref(p.Max))
	say(p.MinLength > 0, "at least %d characters", p.MinLength)
	say(p.MaxLength > 0, "at most %d characters", p.MaxLength)
	say(p.MinItems > 0, "at least %d items", p.MinItems)
	say(p.MaxItems > 0, "at most %d items", p.MaxItems)
	say(p.Format != "", "an IPv%s block", map[string]string{facts.FormatCIDR: "4", facts.FormatCIDR6: "6"}[p.Format])
	say(p.Pattern != "", "matches `%s`", p.Pattern)
	if p.Ref != nil {
		say(true, "names %s", article(typeName(p.Ref.Type)))
		say(p.Ref.OnDelete == facts.Block, "which cannot be deleted while it is named")
		say(p.Ref.OnDelete == facts.Cascade, "with which the resource goes")
	}
	for _, r := range p.Rules {
		say(true, "%s", ruleText(r))
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

// typeRules says in words what holds for a whole resource, with AWS's answer to what breaks it.
func typeRules(typ *facts.Type) []string {
	var lines []string
	for _, r := range typ.Rules {
		lines = append(lines, ruleText(r))
	}
	if typ.Unique != nil {
		lines = append(lines, fmt.Sprintf("unique by %s: `%s`", code(typ.Unique), typ.Exists))
	}
	for _, q := range typ.Quotas {
		per := "in a region"
		if typ.Global {
			per = "in an account"
		}
		if q.Per != nil {
			per = "per " + code(q.Per)
		}
		lines = append(lines, fmt.Sprintf("at most %d %s: `%s`", q.Max, per, q.Error))
	}
	if typ.Protected != "" {
		lines = append(lines, fmt.Sprintf("`%s` keeps it from being deleted: `%s`", typ.Protected, typ.ProtectedError))
	}
	if typ.InUse != "" {
		lines = append(lines, fmt.Sprintf("not deleted while something names it: `%s`", typ.InUse))
	}
	if typ.NotFound != "" {
		lines = append(lines, fmt.Sprintf("whatever names one that is not there: `%s`", typ.NotFound))
	}
	return lines
}

func ruleText(r *facts.Rule) string {
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
		{"needs", r.Required},
		{"refuses", r.Forbidden},
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
		text += fmt.Sprintf(" (`%s`)", r.Error)
	}
	return text
}

func list(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n\n", title)
	for _, line := range lines {
		fmt.Fprintf(b, "- %s\n", strings.Join(strings.Fields(line), " "))
	}
}

// lookUps lists the functions that find resources.
func lookUps(functions map[string]*lookup.Function) string {
	var b strings.Builder
	b.WriteString("\n## Look-ups of resources\n\n| function | arguments | filters | |\n|---|---|---|---|\n")
	for _, token := range slices.Sorted(maps.Keys(functions)) {
		f := functions[token]
		arguments := slices.Sorted(maps.Keys(f.By))
		if f.Tags {
			arguments = append(arguments, "tags")
		}
		if f.Latest != "" && f.Latest != "always" {
			arguments = append(arguments, f.Latest)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", strings.Split(token, ":")[1], code(arguments),
			code(slices.Sorted(maps.Keys(f.Filters))), cell(strings.Join(f.Simplified, " ")))
	}
	return b.String()
}
