package controls

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// documents evaluates the statements of a resource's policy; find returns what is wrong with a statement, or "".
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

// document reads the policy of a resource. Without a policy, the document has no statements.
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

// public finds a statement that allows everybody: no condition with fixed values limits it.
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

// administrator finds what IAM.1 forbids: a statement that allows everything.
func administrator(_ subject, s iampolicy.Statement) string {
	if s.Effect == iampolicy.Allow && slices.Contains(s.Actions, "*") && slices.Contains(s.Resources, "*") {
		return "allows everything"
	}
	return ""
}

// whole finds what IAM.21 forbids: a statement that allows every action of a service.
func whole(_ subject, s iampolicy.Statement) string {
	for _, action := range s.Actions {
		if s.Effect == iampolicy.Allow && strings.HasSuffix(action, ":*") {
			return "allows " + action
		}
	}
	return ""
}

// everyKey finds a statement that allows decryption with any key. It ignores conditions.
func everyKey(_ subject, s iampolicy.Statement) string {
	s.Conditions = nil
	for _, action := range []string{"kms:Decrypt", "kms:ReEncryptFrom"} {
		// A policy can match this key only with wildcards for region, account and id.
		request := iampolicy.Request{Action: action, Resource: "arn:aws:kms:any:any:key/any"}
		decision, err := iampolicy.Evaluate(request, iampolicy.Document{Statements: []iampolicy.Statement{s}})
		if err == nil && decision.Verdict == iampolicy.Allowed {
			return "allows " + action + " with every key"
		}
	}
	return ""
}

// inline evaluates the inline policies of a role. Other resources it evaluates like documents.
func inline(find func(subject, iampolicy.Statement) string) check {
	const property = "inlinePolicies"
	return func(s subject) outcome {
		if s.Type != graph.Role {
			return documents(find)(s)
		}
		if !s.settled(property) {
			return unsure(property)
		}
		o := skipped("no role has an inline policy")
		for _, policy := range s.Objects(property) {
			own := subject{&graph.Resource{Type: s.Type, ID: s.ID, Props: policy}, s.g}
			if o = documents(find)(own); o.status != Pass {
				return o
			}
		}
		return o
	}
}
