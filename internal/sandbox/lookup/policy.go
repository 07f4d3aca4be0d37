package lookup

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// policyDocument is a policy in the form in which the real data source writes it, byte for byte: indented by two
// spaces, a single value instead of a list with one item, and lists in reverse order (internal/service/iam of
// terraform-provider-aws).
type policyDocument struct {
	Version   string      `json:",omitempty"`
	ID        string      `json:"Id,omitempty"`
	Statement []statement `json:",omitempty"`
}

type statement struct {
	Sid          string                    `json:",omitempty"`
	Effect       string                    `json:",omitempty"`
	Action       any                       `json:",omitempty"`
	NotAction    any                       `json:",omitempty"`
	Resource     any                       `json:",omitempty"`
	NotResource  any                       `json:",omitempty"`
	Principal    any                       `json:",omitempty"`
	NotPrincipal any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
}

var (
	documentArgs  = []string{"policyId", "statements", "version"}
	statementArgs = []string{
		"sid", "effect", "actions", "notActions", "resources", "notResources", "principals", "notPrincipals", "conditions",
	}
)

// getPolicyDocument writes a policy. Merging of documents is not modelled.
func getPolicyDocument(_ provider.Scope, _ *world.World, args provider.Props) (provider.Props, error) {
	if err := only(args, documentArgs...); err != nil {
		return nil, err
	}
	doc := policyDocument{Version: text(args, "version", "2012-10-17"), ID: text(args, "policyId", "")}
	if doc.Version != "2008-10-17" && doc.Version != "2012-10-17" {
		return nil, fmt.Errorf("version: expected one of [2008-10-17, 2012-10-17], got %s", doc.Version)
	}
	items, _ := args["statements"].([]any)
	seen := map[string]bool{}
	for _, item := range items {
		in, _ := item.(map[string]any)
		s, err := statementOf(in, doc.Version)
		if err != nil {
			return nil, err
		}
		if s.Sid != "" && seen[s.Sid] {
			return nil, fmt.Errorf("writing IAM Policy Document: duplicate Sid (%s). "+
				"Remove the Sid or ensure the Sid is unique.", s.Sid)
		}
		seen[s.Sid] = true
		doc.Statement = append(doc.Statement, s)
	}
	indented, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing IAM Policy Document: formatting JSON: %w", err)
	}
	minified, err := json.Marshal(doc)
	return withDefaults(args, provider.Props{
		"json": string(indented), "minifiedJson": string(minified), "version": doc.Version,
		"id": strconv.Itoa(int(crc32.ChecksumIEEE(indented))),
	}), err
}

func statementOf(in provider.Props, version string) (statement, error) {
	if err := only(in, slices.Clone(statementArgs)...); err != nil {
		return statement{}, err
	}
	if version == "2008-10-17" {
		if written, _ := json.Marshal(in); strings.Contains(string(written), `\u0026{`) {
			return statement{}, fmt.Errorf("found &{ sequence, which is not supported in document version 2008-10-17")
		}
	}
	s := statement{
		Sid: text(in, "sid", ""), Effect: text(in, "effect", "Allow"),
		Action: reversed(in["actions"], false), NotAction: reversed(in["notActions"], false),
		Resource: reversed(in["resources"], true), NotResource: reversed(in["notResources"], true),
		Principal: principals(in["principals"]), NotPrincipal: principals(in["notPrincipals"]),
		Condition: conditions(in["conditions"]),
	}
	if strings.ContainsFunc(s.Sid, func(r rune) bool { return r > 'z' || !strings.ContainsRune(alphanumeric, r) }) {
		return s, fmt.Errorf("sid: must only include alphanumeric characters, got %q", s.Sid)
	}
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return s, fmt.Errorf("effect: expected one of [Allow, Deny], got %s", s.Effect)
	}
	return s, nil
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func text(in provider.Props, name, otherwise string) string {
	if s, ok := in[name].(string); ok && s != "" {
		return s
	}
	return otherwise
}

// reversed returns a set of strings as the data source writes it. Programs write variables as &{name}, policies as
// ${name}.
func reversed(v any, variables bool) any {
	items, _ := v.([]any)
	set := map[string]bool{}
	for _, item := range items {
		s := fmt.Sprint(item)
		if variables {
			s = variable(s)
		}
		set[s] = true
	}
	return oneOrMany(sortedDown(set))
}

func variable(s string) string { return strings.ReplaceAll(s, "&{", "${") }

func sortedDown(set map[string]bool) []string {
	var list []string
	for s := range set {
		list = append(list, s)
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

func oneOrMany(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	default:
		return list
	}
}

// principals groups the identifiers by type; only {"*": "*"} is written as "*".
func principals(v any) any {
	items, _ := v.([]any)
	if len(items) == 0 {
		return nil
	}
	sets := map[string]map[string]bool{}
	for _, item := range items {
		in, _ := item.(map[string]any)
		kind := text(in, "type", "")
		if sets[kind] == nil {
			sets[kind] = map[string]bool{}
		}
		for _, id := range listOf(in["identifiers"]) {
			sets[kind][variable(fmt.Sprint(id))] = true
		}
	}
	out := map[string]any{}
	for kind, set := range sets {
		out[kind] = oneOrMany(sortedDown(set))
	}
	if len(out) == 1 && out["*"] == "*" {
		return "*"
	}
	return out
}

// conditions keep the order of their values.
func conditions(v any) map[string]map[string]any {
	items, _ := v.([]any)
	values := map[[2]string][]string{}
	for _, item := range items {
		in, _ := item.(map[string]any)
		key := [2]string{text(in, "test", ""), text(in, "variable", "")}
		for _, value := range listOf(in["values"]) {
			values[key] = append(values[key], variable(fmt.Sprint(value)))
		}
	}
	out := map[string]map[string]any{}
	for key, list := range values {
		if out[key[0]] == nil {
			out[key[0]] = map[string]any{}
		}
		out[key[0]][key[1]] = oneOrMany(list)
	}
	return out
}
