package sandbox_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/doctest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/lookup"
)

// docs/sandbox.md describes what is modelled, from the table of facts. It has two parts between markers: an index and
// the details.
func TestFidelityPageMatchesTheFacts(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	functions, err := lookup.Functions()
	require.NoError(t, err)
	p := page{table: table, functions: functions, guesses: guesses(t)}
	for name, part := range map[string]string{"index": p.index(), "details": p.details()} {
		doctest.Check(t, filepath.Join("..", "..", "docs", "sandbox.md"), "facts", name, part,
			"go test ./internal/sandbox -run Fidelity -update")
	}
}

// Every type names the pages of AWS, or of the random provider, that it is modelled after.
func TestEveryTypeNamesItsPages(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	for token, typ := range table {
		require.NotEmpty(t, typ.Docs, token)
	}
}

// The files that a type's texts refer to exist.
func TestPathsInTheFactsExist(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	found := 0
	for token, typ := range table {
		for _, text := range typ.Simplified {
			for _, file := range regexp.MustCompile(`\b(internal|components|docs)/[\w./-]*\w`).FindAllString(text, -1) {
				_, err := os.Stat(filepath.Join("..", "..", file))
				require.NoError(t, err, token)
				found++
			}
		}
	}
	require.NotZero(t, found)
}

// page is the source of the generated parts of docs/sandbox.md.
type page struct {
	table     facts.Table
	functions map[string]*lookup.Function
	guesses   map[string]bool
}

// index counts what is modelled and lists the types by service.
func (p page) index() string {
	inputs, rules, limited := 0, 0, 0
	services := map[string][]string{}
	for _, token := range p.table.Tokens() {
		typ := p.table[token]
		inputs += len(inputPaths(typ.Inputs, nil))
		rules += len(p.typeRules(typ))
		nested, bounds := p.count(typ.Inputs)
		rules, limited = rules+nested, limited+bounds
		service, name, _ := strings.Cut(typeName(token), " ")
		services[service] = append(services[service], fmt.Sprintf("[%s](#%s)", name, anchor(typeName(token))))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%d types with %d inputs, %d rules and %d limits of values; %d look-ups.** "+
		"The rules in the services' own packages\nare not counted.\n\n| service | types |\n|---|---|\n",
		len(p.table), inputs, rules, limited, len(p.functions))
	for _, service := range slices.Sorted(maps.Keys(services)) {
		fmt.Fprintf(&b, "| %s | %s |\n", service, strings.Join(services[service], ", "))
	}
	return b.String() + "\n"
}

// count counts the rules of objects and the limits of values.
func (p page) count(known map[string]*facts.Property) (rules, limited int) {
	for _, property := range known {
		nested, bounds := p.count(property.Properties)
		rules += len(property.Rules) + nested
		limited += len(bound(property)) + bounds
	}
	return rules, limited
}

// details is a section for each type, and the look-ups.
func (p page) details() string {
	var b strings.Builder
	b.WriteString("\n## Types\n")
	for _, token := range p.table.Tokens() {
		p.section(&b, p.table[token])
	}
	b.WriteString(lookUps(p.functions))
	return b.String()
}

// typeName returns "ec2 Vpc" for aws:ec2/vpc:Vpc.
func typeName(token string) string {
	parts := strings.Split(token, ":")
	service, _, _ := strings.Cut(parts[1], "/")
	if parts[0] != "aws" {
		service = parts[0]
	}
	return service + " " + parts[2]
}

func anchor(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "-")) }

func (p page) section(b *strings.Builder, typ *facts.Type) {
	fmt.Fprintf(b, "\n### %s\n\n`%s`, %s.\n", typeName(typ.Token), typ.Token, importText(typ))
	list(b, "Simpler than AWS", typ.Simplified)
	list(b, "Rules", p.typeRules(typ))
	fmt.Fprintf(b, "\nSources: %s.\n", links(typ.Docs))
	fmt.Fprintf(b, "\n<details><summary>%d inputs</summary>\n\n| input | type | |\n|---|---|---|\n",
		len(inputPaths(typ.Inputs, nil)))
	p.rows(b, "", typ.Inputs)
	b.WriteString("\n</details>\n")
}

func importText(typ *facts.Type) string {
	switch {
	case typ.Stateless:
		return "not imported: it exists only in Pulumi's state"
	case typ.ImportID == facts.NoImport:
		return "import not supported, as in the real provider"
	case typ.ImportID != "":
		return "imported by `" + typ.ImportID + "`"
	case typ.Key != "":
		return "imported by `{" + typ.Key + "}`"
	}
	return "imported by its id, `" + typ.ID + "`"
}

// links returns links to pages, named after their files.
func links(urls []string) string {
	words := make([]string, len(urls))
	for i, url := range urls {
		words[i] = fmt.Sprintf("[%s](%s)", strings.TrimSuffix(path.Base(url), ".html"), url)
	}
	return strings.Join(words, ", ")
}

func (p page) rows(b *strings.Builder, under string, inputs map[string]*facts.Property) {
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		property := inputs[name]
		words := append(limits(property), p.rulesText(property.Rules)...)
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", under, name, kinds[property.Type], cell(strings.Join(words, "; ")))
		p.rows(b, under+name+".", property.Properties)
	}
}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ") }

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
