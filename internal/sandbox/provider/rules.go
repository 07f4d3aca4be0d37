package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// rules checks which properties of an object may be set together. The object has its defaults.
func (c *checker) rules(path string, rules []*facts.Rule, object Props) {
	for _, r := range rules {
		if !matches(r.When, object) {
			continue
		}
		if property, reason := broken(r, object); property != "" {
			if r.Error != "" {
				reason = fill(r.Error, object)
			}
			c.fail(join(path, property), "%s", reason)
		}
	}
}

// matches reports whether a condition holds. A condition on an unknown value does not.
func matches(when map[string]any, object Props) bool {
	for name, want := range when {
		wanted, isList := want.([]any)
		if !isList {
			wanted = []any{want}
		}
		v := object[name]
		if !slices.ContainsFunc(wanted, func(w any) bool { return equalJSON(number(w), v) }) {
			return false
		}
	}
	return true
}

// broken returns a property at which an object breaks a rule, and the reason. An unknown value may turn out to be set
// or unset, so it breaks no rule.
func broken(r *facts.Rule, object Props) (property, reason string) {
	unknown := func(name string) bool { return object[name] == Unknown{} }
	isSet := func(name string) bool { return !unset(object[name]) && !unknown(name) }
	open := func(names []string) bool { return slices.ContainsFunc(names, unknown) }
	given := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !isSet(name) })
	}
	quantity := func(names []string, word string) string {
		return fmt.Sprintf("%s one of [%s] must be set, got [%s]",
			word, strings.Join(names, ", "), strings.Join(given(names), ", "))
	}
	switch {
	case len(given(r.OneOf)) > 1, r.OneOf != nil && len(given(r.OneOf)) == 0 && !open(r.OneOf):
		return r.OneOf[0], quantity(r.OneOf, "exactly")
	case len(given(r.AtMostOne)) > 1:
		return given(r.AtMostOne)[1], quantity(r.AtMostOne, "at most")
	case r.AnyOf != nil && len(given(r.AnyOf)) == 0 && !open(r.AnyOf):
		return r.AnyOf[0], quantity(r.AnyOf, "at least")
	}
	if i := slices.IndexFunc(r.Required, func(name string) bool { return unset(object[name]) }); i >= 0 {
		return r.Required[i], "missing required property" + condition(r)
	}
	if i := slices.IndexFunc(r.Forbidden, isSet); i >= 0 {
		return r.Forbidden[i], "must not be set" + condition(r)
	}
	return "", ""
}

func condition(r *facts.Rule) string {
	var parts []string
	for name, want := range r.When {
		parts = append(parts, fmt.Sprintf("%s is %v", name, want))
	}
	if parts == nil {
		return ""
	}
	slices.Sort(parts)
	return " when " + strings.Join(parts, " and ")
}

// unset reports whether a program left a property out. An empty list counts as left out; false, 0 and "" do not.
func unset(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// refuseOverQuota refuses a create that would exceed a quota.
func (e *Engine) refuseOverQuota(typ *facts.Type, c *Call) error {
	for _, q := range typ.Quotas {
		count := 0
		for _, o := range e.World.List(typ.Token, c.New.Region) {
			if !slices.ContainsFunc(q.Per, func(name string) bool { return !equalJSON(o.Props[name], c.New.Props[name]) }) {
				count++
			}
		}
		if count >= q.Max {
			return errors.New(fill(q.Error, withID(c.New)))
		}
	}
	return nil
}

// refuseProtected refuses to delete a resource with deletion protection.
func refuseProtected(typ *facts.Type, o *world.Object) error {
	if typ.Protected != "" && o.Props[typ.Protected] == true {
		return errors.New(fill(typ.ProtectedError, withID(o)))
	}
	return nil
}
