package iampolicy

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
)

// Equivalent reports whether the real provider treats two policies as equal, so that it shows no change. A string
// equals a list of one string, the order of lists and of statements is ignored, and an account's id as a principal
// equals its root. Policies that cannot be read are not equivalent.
func Equivalent(a, b string) bool {
	var x, y plain
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return reflect.DeepEqual(x.ordered(), y.ordered())
}

// plain is a policy with every element of the language.
type plain struct {
	Version   string
	ID        string `json:"Id"`
	Statement oneOrMore[plainStatement]
}

type plainStatement struct {
	Sid, Effect                              string
	Action, NotAction, Resource, NotResource list
	Principal, NotPrincipal                  whom
	Condition                                map[string]map[string]list
}

// ordered sorts the statements by their texts.
func (c plain) ordered() plain {
	text := func(s plainStatement) string {
		data, _ := json.Marshal(s) // It was read from JSON, so that it can be marshalled.
		return string(data)
	}
	slices.SortFunc(c.Statement, func(a, b plainStatement) int { return cmp.Compare(text(a), text(b)) })
	return c
}

// list is sorted texts.
type list texts

func (l *list) UnmarshalJSON(data []byte) error {
	err := json.Unmarshal(data, (*texts)(l))
	slices.Sort(*l)
	return err
}

// whom holds principals: one string, which means everybody, or members by kind.
type whom struct {
	All   string
	Kinds map[string]list
}

var rootOf = regexp.MustCompile(`^arn:[a-z-]+:iam::(\d{12}):root$`)

func (w *whom) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &w.All) == nil {
		return nil
	}
	if err := json.Unmarshal(data, &w.Kinds); err != nil {
		return err
	}
	for _, members := range w.Kinds {
		for i, member := range members {
			members[i] = rootOf.ReplaceAllString(member, "$1")
		}
		slices.Sort(members)
	}
	return nil
}
