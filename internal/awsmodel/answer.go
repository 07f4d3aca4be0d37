package awsmodel

import (
	"cmp"
	"slices"
)

// Verdict is the outcome of a question about a deployment.
type Verdict string

// The outcomes. What cannot be decided is never taken for proven.
const (
	Proven    Verdict = "proven"
	Refuted   Verdict = "refuted"
	Undecided Verdict = "undecided"
)

// Hop is one step of a path, and the rule, route or statement that decides it.
type Hop struct {
	What string `json:"what"` // "route of subnet-1 to 0.0.0.0/0"
	By   string `json:"by"`   // "route table rtb-1: igw-1", or what is missing
	// Cause names what is missing in the same words for every path that ends for want of it; else it is What and By.
	Cause string `json:"cause,omitempty"`
	// Grant is the statement of a policy that decides, where one does.
	Grant *Grant `json:"grant,omitempty"`
}

// Grant is one use of a statement of a policy.
type Grant struct {
	Role      string `json:"role,omitempty"` // The role's id; empty for a policy that is no role's.
	Policy    string `json:"policy"`         // Its id, ARN, or ROLE/NAME of one inside a role.
	Statement int    `json:"statement"`      // Its position, from 0.
	Sid       string `json:"sid,omitempty"`
	Effect    string `json:"effect"` // Allow or Deny.
	Action    string `json:"action"` // What was asked for.
	Resource  string `json:"resource,omitempty"`
}

// Answer is a verdict with its reasons. The last hop of a refutation is the one that blocks.
type Answer struct {
	Verdict Verdict `json:"verdict"`
	Hops    []Hop   `json:"hops"`
	// Symptom is what AWS will say, in its own words, when the answer is a refutation.
	Symptom string `json:"symptom,omitempty"`
}

// OK tells whether the answer is a proof.
func (a Answer) OK() bool { return a.Verdict == Proven }

// Prove adds a hop that holds.
func (a Answer) Prove(what, by string) Answer { return a.add(Proven, what, by) }

// Refute ends a path at a hop that does not hold.
func (a Answer) Refute(what, by string) Answer { return a.add(Refuted, what, by) }

// Lack refutes a hop for want of something that other paths need as well, which cause names.
func (a Answer) Lack(what, by, cause string) Answer {
	a = a.Refute(what, by)
	a.Hops[len(a.Hops)-1].Cause = cause
	return a
}

// Doubt ends a path at a hop that cannot be decided.
func (a Answer) Doubt(what, by string) Answer { return a.add(Undecided, what, by) }

func (a Answer) add(verdict Verdict, what, by string) Answer {
	hops := append(a.Hops[:len(a.Hops):len(a.Hops)], Hop{What: what, By: by})
	return Answer{Verdict: verdict, Hops: hops, Symptom: a.Symptom}
}

// ByGrant says which statement decides the last hop.
func (a Answer) ByGrant(grant Grant) Answer {
	a.Hops = slices.Clone(a.Hops)
	a.Hops[len(a.Hops)-1].Grant = &grant
	return a
}

// Then appends the hops of what follows, whose verdict counts. Nothing follows what does not hold.
func (a Answer) Then(next Answer) Answer {
	if a.Verdict != "" && !a.OK() {
		return a
	}
	next.Hops = append(a.Hops[:len(a.Hops):len(a.Hops)], next.Hops...)
	return next
}

// WithSymptom says what AWS shows of a refutation; a proof shows nothing.
func (a Answer) WithSymptom(symptom string) Answer {
	if a.Verdict == Refuted {
		a.Symptom = symptom
	}
	return a
}

// Failure is what goes wrong, in AWS's words where it is known to, or "" for a proof.
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

// Cause is what a path ends for want of: paths of equal causes are mended at once.
func (a Answer) Cause() string {
	if len(a.Hops) == 0 {
		return ""
	}
	return cmp.Or(a.Hops[len(a.Hops)-1].Cause, a.Why())
}

// Why is the last hop in words.
func (a Answer) Why() string {
	if len(a.Hops) == 0 {
		return ""
	}
	last := a.Hops[len(a.Hops)-1]
	return last.What + ": " + last.By
}
