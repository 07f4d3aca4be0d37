package facts

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

var kinds = []string{String, Int, Bool, JSON, Map, Strings, Object, Objects}

// validate finds mistakes in the table itself, and gives every type its token.
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
		for _, name := range slices.Concat(typ.Unique, typ.OneOf) {
			if typ.Inputs[name] == nil {
				problems = append(problems, fmt.Errorf("%s: unknown property %q", token, name))
			}
		}
	}
	return errors.Join(problems...)
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
	for name, child := range p.Properties {
		problems = append(problems, t.validateProperty(path+"."+name, child)...)
	}
	return problems
}
