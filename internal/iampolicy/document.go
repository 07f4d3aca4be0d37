// Package iampolicy builds, parses, validates and evaluates IAM policy documents as typed values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
package iampolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// The versions of the policy language. A document without a version has the old one.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const version, oldVersion = "2012-10-17", "2008-10-17"

// Effect is what a matching statement does.
type Effect string

// The two effects; a Deny always beats an Allow.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is one policy. The order of its statements is kept.
type Document struct {
	Statements []Statement
	// Old means version 2008-10-17, in which ${...} is text and not a variable. Render always writes the new version.
	Old bool
}

// Statement is one rule of a policy. Empty fields are left out of the JSON.
type Statement struct {
	Sid        string     `json:",omitempty"`
	Effect     Effect     // Required.
	Principals Principals `json:"Principal,omitempty"`
	// NotPrincipal: the statement has that element, which is read no further.
	NotPrincipal bool     `json:"-"`
	Actions      []string `json:"Action,omitempty"`
	// NotActions are all actions but these; NotResources likewise.
	NotActions   []string   `json:"NotAction,omitempty"`
	Resources    []string   `json:"Resource,omitempty"`
	NotResources []string   `json:"NotResource,omitempty"`
	Conditions   Conditions `json:"Condition,omitempty"`
}

// Principals maps a kind of principal (Service, AWS, Federated) to its members.
type Principals map[string][]string

// Conditions maps operators (ArnLike, StringEquals) to condition keys and their values. One of the values must match.
type Conditions map[string]map[string][]string

// Render validates the document as a policy of the given kind and returns its canonical JSON: keys in a fixed order,
// lists sorted, and lists of one element still as lists. Equal policies have equal text.
func (d Document) Render(kind Kind) (string, error) {
	if err := d.Validate(kind); err != nil {
		return "", fmt.Errorf("render %s policy: %w", kind, err)
	}
	text, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{version, canonical(d.Statements)})
	if err != nil {
		return "", fmt.Errorf("render %s policy: %w", kind, err)
	}
	return string(text), nil
}

func canonical(statements []Statement) []Statement {
	result := slices.Clone(statements)
	for i, s := range result {
		result[i].Principals = sortedLists(s.Principals)
		result[i].Actions = sorted(s.Actions)
		result[i].NotActions = sorted(s.NotActions)
		result[i].Resources = sorted(s.Resources)
		result[i].NotResources = sorted(s.NotResources)
		result[i].Conditions = nil
		for operator, keys := range s.Conditions {
			if result[i].Conditions == nil {
				result[i].Conditions = Conditions{}
			}
			result[i].Conditions[operator] = sortedLists(keys)
		}
	}
	return result
}

func sortedLists[M ~map[string][]string](lists M) M {
	result := make(M, len(lists))
	for key, list := range lists {
		result[key] = sorted(list)
	}
	return result
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// RenderResource is Render for the policy of a resource, such as a file system or a bucket. Every statement must have
// principals and resources.
func (d Document) RenderResource() (string, error) {
	withoutPrincipals := Document{Statements: slices.Clone(d.Statements)}
	var missing []error
	for i, s := range withoutPrincipals.Statements {
		withoutPrincipals.Statements[i].Principals = nil // Identity policies have none.
		if len(s.Principals) == 0 {
			missing = append(missing, fmt.Errorf("statement %d %q: Missing required field Principal", i+1, s.Sid))
		}
	}
	if err := errors.Join(append(missing, withoutPrincipals.Validate(Identity))...); err != nil {
		return "", fmt.Errorf("render resource policy: %w", err)
	}
	text, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{version, canonical(d.Statements)})
	if err != nil {
		return "", fmt.Errorf("render resource policy: %w", err)
	}
	return string(text), nil
}
