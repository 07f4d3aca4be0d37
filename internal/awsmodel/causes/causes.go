// Package causes knows what the messages of AWS and of Live Beats mean for a service that does not run, and what to
// change in this project's config.
package causes

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Match is a message that is known.
type Match struct {
	Evidence string `json:"evidence"` // The message, as far as it is short.
	Cause    string `json:"cause"`
	Fix      string `json:"fix"`
}

// row says what a message means. A vague one counts only when nothing better is known.
type row struct {
	pattern    string
	cause, fix string
	vague      bool
}

type known struct {
	row
	expression *regexp.Regexp
}

// compiled is made when something failed, not at the start of every program.
var compiled = sync.OnceValue(func() []known {
	all := make([]known, len(table))
	for i, r := range table {
		all[i] = known{r, regexp.MustCompile("(?is)" + r.pattern)}
	}
	return all
})

// Explain tells what messages mean, each by the first row of the table that it matches, each cause once, in the order
// of the messages. What is not known is left out; where nothing is particular, the first vague one is the answer.
func Explain(messages ...string) []Match {
	var found, vague []Match
	rows := compiled()
	for _, message := range messages {
		i := slices.IndexFunc(rows, func(k known) bool { return k.expression.MatchString(message) })
		if i < 0 {
			continue
		}
		match := Match{shorten(message), rows[i].cause, rows[i].fix}
		list := &found
		if rows[i].vague {
			list = &vague
		}
		if !slices.ContainsFunc(*list, func(m Match) bool { return m.Cause == match.Cause }) {
			*list = append(*list, match)
		}
	}
	if len(found) == 0 {
		return vague[:min(len(vague), 1)]
	}
	return found
}

// shorten keeps the ends of a message, where AWS puts what is particular.
func shorten(message string) string {
	const most, kept = 220, 100
	text := []rune(strings.Join(strings.Fields(message), " "))
	if len(text) <= most {
		return string(text)
	}
	return string(text[:kept]) + " ... " + string(text[len(text)-kept:])
}
