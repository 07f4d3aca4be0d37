package iampolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrNotModelled reports an element of the policy language that this package does not support, so that a request cannot
// be decided.
var ErrNotModelled = errors.New("not modelled")

// texts is a value that a policy writes as one string or as a list of strings.
type texts []string

// UnmarshalJSON reads either form. Numbers and booleans in conditions become text.
func (t *texts) UnmarshalJSON(data []byte) error {
	var items []any
	if err := json.Unmarshal(data, &items); err != nil {
		items = make([]any, 1)
		if err := json.Unmarshal(data, &items[0]); err != nil {
			return err
		}
	}
	for _, item := range items {
		switch item.(type) {
		case string, bool, float64:
			*t = append(*t, fmt.Sprint(item))
		default:
			return errors.New("expected a string or a list of strings")
		}
	}
	return nil
}

// principals is a map of kinds to members, or "*" for everybody.
type principals map[string]texts

func (p *principals) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principals{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]texts)(p))
}

type jsonStatement struct {
	Sid          string
	Effect       Effect
	Principal    principals
	Action       texts
	Resource     texts
	Condition    map[string]map[string]texts
	NotAction    texts
	NotResource  texts
	NotPrincipal any
}

// UnmarshalJSON refuses elements that IAM does not know. Otherwise a misspelt Condition would be ignored, and the
// statement would allow everybody.
func (s *jsonStatement) UnmarshalJSON(data []byte) error {
	type plain jsonStatement
	if err := json.Unmarshal(data, (*plain)(s)); err != nil {
		return err
	}
	for operator := range s.Condition {
		if !operatorRule.MatchString(operator) {
			return fmt.Errorf("condition operator %q is unknown", operator)
		}
	}
	return refuseOthers(data,
		"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
}

// refuseOthers returns an error for an element that is not in known. Names of elements are case-sensitive.
func refuseOthers(data []byte, known ...string) error {
	var elements map[string]any
	if err := json.Unmarshal(data, &elements); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("element %q is unknown: must be one of %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// oneOrMore is a value that a policy writes as one object or as a list of objects.
type oneOrMore[T any] []T

// UnmarshalJSON reads either form.
func (s *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '[':
		return json.Unmarshal(data, (*[]T)(s))
	case '{':
		*s = make(oneOrMore[T], 1)
		return json.Unmarshal(data, &(*s)[0])
	}
	return errors.New("Statement must be an object or a list of them")
}

// ParseSimple is Parse for readers of the statements themselves. NotAction, NotResource and NotPrincipal are
// ErrNotModelled, as a reader that does not mind them would be wrong.
func ParseSimple(text string) (Document, error) {
	document, err := Parse(text)
	for _, s := range document.Statements {
		if s.NotPrincipal || s.NotActions != nil || s.NotResources != nil {
			return Document{}, fmt.Errorf("statement %q: NotAction, NotResource or NotPrincipal: %w", s.Sid, ErrNotModelled)
		}
	}
	return document, err
}

// Parse reads a policy document as AWS takes it. It does not Validate.
func Parse(text string) (Document, error) {
	var document struct {
		Version   string
		ID        string `json:"Id"`
		Statement oneOrMore[jsonStatement]
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return Document{}, fmt.Errorf("%s: a policy must be a JSON object", syntaxMessage)
	}
	err := json.Unmarshal([]byte(text), &document)
	if err == nil {
		err = refuseOthers([]byte(text), "Version", "Id", "Statement")
	}
	if err == nil && !slices.Contains([]string{"", oldVersion, version}, document.Version) {
		err = fmt.Errorf("version %q must be %s or %s", document.Version, version, oldVersion)
	}
	if err != nil {
		return Document{}, fmt.Errorf("%s: %w", syntaxMessage, err)
	}
	parsed := Document{Old: document.Version != version}
	for _, s := range document.Statement {
		parsed.Statements = append(parsed.Statements, s.statement())
	}
	return parsed, nil
}

func (s jsonStatement) statement() Statement {
	statement := Statement{
		Sid: s.Sid, Effect: s.Effect, Actions: s.Action, NotActions: s.NotAction, Resources: s.Resource,
		NotResources: s.NotResource, NotPrincipal: s.NotPrincipal != nil,
	}
	for kind, members := range s.Principal {
		if statement.Principals == nil {
			statement.Principals = Principals{}
		}
		statement.Principals[kind] = members
	}
	for operator, keys := range s.Condition {
		if statement.Conditions == nil {
			statement.Conditions = Conditions{}
		}
		statement.Conditions[operator] = map[string][]string{}
		for key, values := range keys {
			statement.Conditions[operator][key] = values
		}
	}
	return statement
}
