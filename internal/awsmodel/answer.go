package awsmodel

import (
	"cmp"
	"slices"
)

// Verdict is the outcome of a check of a deployment.
type Verdict string

// The outcomes. A check that cannot be decided never counts as proven.
const (
	Proven    Verdict = "proven"    // It will work.
	Refuted   Verdict = "refuted"   // It will not work: a violation.
	Undecided Verdict = "undecided" // The facts that decide it are not known.
)

// Hop is one step of a path, with the rule, route or statement that decides it.
type Hop struct {
	What string `json:"what"` // "route of subnet-1 to 0.0.0.0/0"
	By   string `json:"by"`   // "route table rtb-1: igw-1", or what is missing
	// Cause names what is missing, in the same words in every path that fails because of it. If it is empty, What and By
	// name the cause.
	Cause string `json:"cause,omitempty"`
	// Grant is the policy statement that decides the hop, if one does.
	Grant *Grant `json:"grant,omitempty"`
}

// Grant is one use of a policy statement.
type Grant struct {
	Role      string `json:"role,omitempty"` // The role's id; empty if the policy does not belong to a role.
	Policy    string `json:"policy"`         // The policy's id or ARN; ROLE/NAME for an inline policy.
	Statement int    `json:"statement"`      // Its position, from 0.
	Sid       string `json:"sid,omitempty"`
	Effect    string `json:"effect"` // Allow or Deny.
	Action    string `json:"action"` // The requested action.
	Resource  string `json:"resource,omitempty"`
}

// Answer is a verdict with its reasons. In a violation, the last hop is the one that fails.
type Answer struct {
	Verdict Verdict `json:"verdict"`
	Hops    []Hop   `json:"hops"`
	// Symptom is the message that AWS will show, in its own words, if the answer is a violation.
	Symptom string `json:"symptom,omitempty"`
}

// OK reports whether the verdict is Proven.
func (a Answer) OK() bool { return a.Verdict == Proven }

// Prove returns the answer with another hop, which holds.
func (a Answer) Prove(what, by string) Answer { return a.add(Proven, what, by) }

// Refute ends the path at a hop that does not hold.
func (a Answer) Refute(what, by string) Answer { return a.add(Refuted, what, by) }

// Lack is Refute for a hop that lacks something that other paths need too. cause names what is missing.
func (a Answer) Lack(what, by, cause string) Answer {
	a = a.Refute(what, by)
	a.Hops[len(a.Hops)-1].Cause = cause
	return a
}

// Doubt ends the path at a hop that cannot be decided.
func (a Answer) Doubt(what, by string) Answer { return a.add(Undecided, what, by) }

func (a Answer) add(verdict Verdict, what, by string) Answer {
	hops := append(a.Hops[:len(a.Hops):len(a.Hops)], Hop{What: what, By: by})
	return Answer{Verdict: verdict, Hops: hops, Symptom: a.Symptom}
}

// ByGrant records the statement that decides the last hop.
func (a Answer) ByGrant(grant Grant) Answer {
	a.Hops = slices.Clone(a.Hops)
	a.Hops[len(a.Hops)-1].Grant = &grant
	return a
}

// Then continues the path with the hops and the verdict of next. If the answer does not hold already, it is returned
// unchanged.
func (a Answer) Then(next Answer) Answer {
	if a.Verdict != "" && !a.OK() {
		return a
	}
	next.Hops = append(a.Hops[:len(a.Hops):len(a.Hops)], next.Hops...)
	return next
}

// WithSymptom sets the message that AWS shows for a violation. It does not change other answers.
func (a Answer) WithSymptom(symptom string) Answer {
	if a.Verdict == Refuted {
		a.Symptom = symptom
	}
	return a
}

// Failure describes what goes wrong, in AWS's words if they are known; "" if nothing does.
func (a Answer) Failure() string {
	switch {
	case a.OK():
		return ""
	case a.Verdict == Refuted && a.Symptom != "":
		return a.Symptom
	case a.Verdict == Refuted:
		return a.Why()
	}
	return "the sandbox cannot decide this: " + a.Why()
}

// Cause names why the path fails. One change fixes all paths with the same cause.
func (a Answer) Cause() string {
	if len(a.Hops) == 0 {
		return ""
	}
	return cmp.Or(a.Hops[len(a.Hops)-1].Cause, a.Why())
}

// Why returns the last hop in words.
func (a Answer) Why() string {
	if len(a.Hops) == 0 {
		return ""
	}
	last := a.Hops[len(a.Hops)-1]
	return last.What + ": " + last.By
}
