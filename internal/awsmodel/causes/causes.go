// Package causes explains messages of AWS and of Live Beats about a service that does not run: the cause, and what to
// change in this project's config.
package causes

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Match is a known message with its explanation.
type Match struct {
	Evidence string `json:"evidence"` // The message. Of a long one, the beginning and the end.
	Cause    string `json:"cause"`
	Fix      string `json:"fix"`
}

// row explains the messages that match a pattern. A vague row counts only if no other row matches any message.
type row struct {
	pattern    string
	cause, fix string
	vague      bool
}

type known struct {
	row
	expression *regexp.Regexp
}

// compiled compiles the patterns on first use, not at the start of every program.
var compiled = sync.OnceValue(func() []known {
	all := make([]known, len(table))
	for i, r := range table {
		all[i] = known{r, regexp.MustCompile("(?is)" + r.pattern)}
	}
	return all
})

// Explain explains messages. Each message is explained by the first row of the table that it matches, in the order of
// the messages, and each cause is returned once. Unknown messages are left out. If only vague rows match, Explain
// returns the first of them.
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

// shorten keeps the beginning and the end of a message, which have the important parts of AWS's messages.
func shorten(message string) string {
	const most, kept = 220, 100
	text := []rune(strings.Join(strings.Fields(message), " "))
	if len(text) <= most {
		return string(text)
	}
	return string(text[:kept]) + " ... " + string(text[len(text)-kept:])
}
