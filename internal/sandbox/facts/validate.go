package facts

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

var kinds = []string{String, Int, Number, Bool, JSON, Map, Strings, Object, Objects}

// validate reports mistakes in the table itself, and sets every type's token.
func (t Table) validate() error {
	var problems []error
	for token, typ := range t {
		typ.Token = token
		for name, p := range typ.Inputs {
			problems = append(problems, t.validateProperty(token+"."+name, p)...)
		}
		for name, p := range typ.Outputs {
			problems = append(problems, t.validateProperty(token+"."+name, p)...)
		}
		problems = append(problems, known(token, typ.Inputs, typ.names())...)
		problems = append(problems, typ.validateCalls()...)
	}
	return errors.Join(problems...)
}

// validateCalls requires every list of calls. Otherwise the sandbox would have to invent calls that AWS does not have.
func (t *Type) validateCalls() []error {
	var problems []error
	for verb, calls := range map[string][]string{
		"create": t.Calls.Create, "read": t.Calls.Read, "update": t.Calls.Update, "delete": t.Calls.Delete,
	} {
		if calls == nil && !t.Stateless {
			problems = append(problems, fmt.Errorf("%s: calls.%s is missing: name the API calls of the real provider, "+
				"or [] if it makes none", t.Token, verb))
		}
	}
	return problems
}

// names lists the inputs that the type's facts mention.
func (t *Type) names() []string {
	names := slices.Clone(t.Unique)
	for _, r := range t.Rules {
		names = append(names, r.Names()...)
	}
	for _, q := range t.Quotas {
		names = append(names, q.Per...)
	}
	for _, p := range t.Inputs {
		names = slices.AppendSeq(names, maps.Keys(p.ComparedWhen))
	}
	if t.Protected != "" {
		names = append(names, t.Protected)
	}
	return names
}

func known(path string, properties map[string]*Property, names []string) []error {
	var problems []error
	for _, name := range names {
		if properties[name] == nil {
			problems = append(problems, fmt.Errorf("%s: unknown property %q", path, name))
		}
	}
	return problems
}

func (t Table) validateProperty(path string, p *Property) []error {
	var problems []error
	if !slices.Contains(kinds, p.Type) {
		problems = append(problems, fmt.Errorf("%s: unknown type %q", path, p.Type))
	}
	if _, err := regexp.Compile(p.Pattern); err != nil {
		problems = append(problems, fmt.Errorf("%s: %w", path, err))
	}
	if p.Ref != nil && t[p.Ref.Type] == nil {
		problems = append(problems, fmt.Errorf("%s: refers to unknown type %q", path, p.Ref.Type))
	}
	formats := []string{"", FormatCIDR, FormatCIDR6, FormatCIDRAny, FormatARN, FormatPolicy, FormatContainers}
	if !slices.Contains(formats, p.Format) {
		problems = append(problems, fmt.Errorf("%s: unknown format %q", path, p.Format))
	}
	if !slices.Contains([]string{"", AlikeAlways, AlikeSpaces, AlikeKey, AlikeTier}, p.Alike) {
		problems = append(problems, fmt.Errorf("%s: unknown kind of alike values %q", path, p.Alike))
	}
	for _, r := range p.Rules {
		problems = append(problems, known(path, p.Properties, r.Names())...)
	}
	for name, child := range p.Properties {
		problems = append(problems, t.validateProperty(path+"."+name, child)...)
	}
	return problems
}
