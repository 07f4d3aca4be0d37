package provider

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// marking is the engine for one call, of whose inputs those at some paths came in as secrets.
func (e *Engine) marking(token string, in Props, paths []resource.PropertyPath) *Engine {
	marked := *e
	marked.marked, marked.hidden = paths, nil
	typ := e.Table[token]
	if typ == nil {
		return &marked
	}
	given := topmost(paths)
	for name, v := range in {
		if p := typ.Inputs[name]; p != nil && (p.Secret || slices.Contains(given, name)) {
			marked.hidden = append(marked.hidden, hidden(v, e.conceal(typ, name, v))...)
		}
	}
	// The longest first: one may be part of another.
	slices.SortFunc(marked.hidden, func(a, b string) int { return len(b) - len(a) })
	return &marked
}

// topmost names the inputs in which paths begin.
func topmost(paths []resource.PropertyPath) []string {
	var names []string
	for _, path := range paths {
		names = append(names, fmt.Sprint(path[0]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// hidden are the texts of a secret that nobody may read: those that are not kept. Where all is kept, the input is
// refused, and nothing of it is shown.
func hidden(v, kept any) []string {
	texts := leaves(v)
	if !equalJSON(v, kept) {
		shown := leaves(kept)
		texts = slices.DeleteFunc(texts, func(text string) bool { return slices.Contains(shown, text) })
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// leaves are the texts in a value, and in the document that it is.
func leaves(v any) []string {
	var found []string
	switch v := v.(type) {
	case string:
		var document any
		if strings.ContainsAny(v, "{[") && json.Unmarshal([]byte(v), &document) == nil {
			found = leaves(document)
		}
		found = append(found, v)
	case []any:
		for _, item := range v {
			found = append(found, leaves(item)...)
		}
	case map[string]any:
		for _, item := range v {
			found = append(found, leaves(item)...)
		}
	case float64:
		found = append(found, fmt.Sprint(v))
	}
	return found
}

// redact takes the call's secrets out of a text.
func (e *Engine) redact(text string) string {
	const short = 4 // Part of many words, so that only whole ones are taken out.
	for _, secret := range e.hidden {
		quoted := strconv.Quote(secret)
		for _, form := range []string{secret, quoted[1 : len(quoted)-1]} {
			if len(form) >= short {
				text = strings.ReplaceAll(text, form, "[secret]")
				continue
			}
			alone := regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(form) + `(\W|$)`)
			text = alone.ReplaceAllString(text, "${1}[secret]${2}")
		}
	}
	return text
}

// guard keeps secrets out of what Check has found, and refuses those of which the model would keep something in clear.
func (e *Engine) guard(typ *facts.Type, failures []Failure) []Failure {
	for i := range failures {
		failures[i].Reason = e.redact(failures[i].Reason)
	}
	for _, path := range e.marked {
		if !e.concealable(typ, path) {
			failures = append(failures, Failure{Property: path.String(), Reason: "came in as a secret, of which the sandbox " +
				"keeps only a digest, and it has to read this input: AWS shows it too, so hand it over in clear " +
				"(pulumi.Unsecret)"})
		}
	}
	return failures
}
