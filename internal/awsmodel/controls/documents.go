package controls

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// documents asks something of the statements of a resource's policy; find says what is wrong with one, or "".
func documents(find func(subject, iampolicy.Statement) string) check {
	return func(s subject) outcome {
		document, o := s.document()
		for _, statement := range document.Statements {
			if wrong := find(s, statement); wrong != "" {
				return failed("policy", "statement %q %s", statement.Sid, wrong)
			}
		}
		return o
	}
}

// document reads the policy of a resource; none has no statements.
func (s subject) document() (iampolicy.Document, outcome) {
	const property = "policy"
	value, known := s.At(property)
	switch {
	case !known:
		return iampolicy.Document{}, unsure(property)
	case value == nil || value == "":
		return iampolicy.Document{}, passed
	}
	document, err := iampolicy.ParseSimple(s.Text(property))
	if err != nil {
		return iampolicy.Document{}, outcome{Undecided, property, property + " cannot be read: " + err.Error()}
	}
	return document, passed
}

// public tells whether a statement is for everybody: no condition of fixed values says otherwise.
func public(_ subject, s iampolicy.Statement) string {
	if s.Effect != iampolicy.Allow || !slices.Contains(s.Principals["AWS"], "*") {
		return ""
	}
	for _, keys := range s.Conditions {
		for _, values := range keys {
			if !slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?$") }) {
				return ""
			}
		}
	}
	return "allows everybody"
}

// administrator finds what IAM.1 is about.
func administrator(_ subject, s iampolicy.Statement) string {
	if s.Effect == iampolicy.Allow && slices.Contains(s.Actions, "*") && slices.Contains(s.Resources, "*") {
		return "allows everything"
	}
	return ""
}

// whole finds what IAM.21 is about.
func whole(_ subject, s iampolicy.Statement) string {
	for _, action := range s.Actions {
		if s.Effect == iampolicy.Allow && strings.HasSuffix(action, ":*") {
			return "allows " + action
		}
	}
	return ""
}

// everyKey finds a statement that allows to decrypt with any key, whatever its conditions.
func everyKey(_ subject, s iampolicy.Statement) string {
	s.Conditions = nil
	for _, action := range []string{"kms:Decrypt", "kms:ReEncryptFrom"} {
		// A key that no policy can mean but by a wildcard for region, account and id.
		request := iampolicy.Request{Action: action, Resource: "arn:aws:kms:any:any:key/any"}
		decision, err := iampolicy.Evaluate(request, iampolicy.Document{Statements: []iampolicy.Statement{s}})
		if err == nil && decision.Verdict == iampolicy.Allowed {
			return "allows " + action + " with every key"
		}
	}
	return ""
}

// inline judges the policies in a role, as documents does those beside it.
func inline(find func(subject, iampolicy.Statement) string) check {
	const property = "inlinePolicies"
	return func(s subject) outcome {
		if s.Type != graph.Role {
			return documents(find)(s)
		}
		if !s.settled(property) {
			return unsure(property)
		}
		o := skipped("no role has a policy of its own")
		for _, policy := range s.Objects(property) {
			own := subject{&graph.Resource{Type: s.Type, ID: s.ID, Props: policy}, s.g}
			if o = documents(find)(own); o.status != Pass {
				return o
			}
		}
		return o
	}
}
