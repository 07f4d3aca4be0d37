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

// withSecrets returns an engine for one call, in which the inputs at some paths came in as secrets.
func (e *Engine) withSecrets(token string, in Props, paths []resource.PropertyPath) *Engine {
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
	// The longest text first: a shorter one may be part of it.
	slices.SortFunc(marked.hidden, func(a, b string) int { return len(b) - len(a) })
	return &marked
}

// topmost returns the names of the top-level inputs that the paths begin with.
func topmost(paths []resource.PropertyPath) []string {
	var names []string
	for _, path := range paths {
		names = append(names, fmt.Sprint(path[0]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// hidden returns the texts of a secret that must not be shown: those that the world does not keep. If it keeps all of
// them, the input is refused as a secret, and none of its texts are shown.
func hidden(v, kept any) []string {
	texts := leaves(v)
	if !equalJSON(v, kept) {
		shown := leaves(kept)
		texts = slices.DeleteFunc(texts, func(text string) bool { return slices.Contains(shown, text) })
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// leaves returns the texts in a value, and those inside the JSON document that a text may be.
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

// redact replaces the call's secrets in a text.
func (e *Engine) redact(text string) string {
	const short = 4 // Shorter texts occur in many words, so only whole words are replaced.
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

// refuseSecrets removes secrets from the failures that Check has found. It adds a failure for each secret that the
// model would keep in plain text.
func (e *Engine) refuseSecrets(typ *facts.Type, failures []Failure) []Failure {
	for i := range failures {
		failures[i].Reason = e.redact(failures[i].Reason)
	}
	for _, path := range e.marked {
		if !e.concealable(typ, path) {
			failures = append(failures, Failure{Property: path.String(), Reason: "came in as a secret, but the sandbox keeps " +
				"only digests of secrets and has to read this input; AWS does not hide it either, so pass it in plain text " +
				"(pulumi.Unsecret)"})
		}
	}
	return failures
}
