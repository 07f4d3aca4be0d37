// Package privilege finds permissions of roles that no check needs, and lists who may assume the roles.
package privilege

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Excess is a statement that allows a role more than the checks used.
type Excess struct {
	Role      string `json:"role"`
	Policy    string `json:"policy"`
	Statement int    `json:"statement"` // Its position, from 0.
	Sid       string `json:"sid,omitempty"`
	Whole     bool   `json:"whole,omitempty"` // No check used any of its actions.
	// Actions are the statement's actions and patterns that no check used.
	Actions []string `json:"actions,omitempty"`
	// Wide maps each pattern that was used to the actions that it was used for.
	Wide map[string][]string `json:"wide,omitempty"`
}

// Trust describes who may assume a role.
type Trust struct {
	Role       string               `json:"role"`
	Principals iampolicy.Principals `json:"principals"`
	Conditions iampolicy.Conditions `json:"conditions,omitempty"`
}

// Report covers every role of a graph, in the graph's order.
type Report struct {
	Excess []Excess `json:"excess,omitempty"`
	Trusts []Trust  `json:"trusts,omitempty"`
	// Undecided lists roles whose policies could not be read, with the reasons.
	Undecided []string `json:"undecided,omitempty"`
}

// Review compares the policies of every role with the statements that decided the answers. If two statements allow the
// same action, the first one counts as used. Statements that deny are never in excess.
func Review(g *graph.Graph, answers ...awsmodel.Answer) Report {
	used := usedBy(answers)
	var report Report
	for _, role := range g.All(graph.Role) {
		policies, err := identity.Policies(g, role)
		if err != nil {
			report.doubt(role, err)
		}
		for _, policy := range policies {
			report.policy(role, policy, used)
		}
		report.trust(role)
	}
	return report
}

func (r *Report) doubt(role *graph.Resource, err error) {
	r.Undecided = append(r.Undecided, fmt.Sprintf("role %s: %v", role.ID, err))
}

// place is the position of a statement.
type place struct {
	role, policy string
	statement    int
}

func usedBy(answers []awsmodel.Answer) map[place][]string {
	used := map[place][]string{}
	for _, answer := range answers {
		for _, hop := range answer.Hops {
			if grant := hop.Grant; grant != nil && grant.Effect == string(iampolicy.Allow) {
				at := place{grant.Role, grant.Policy, grant.Statement}
				used[at] = append(used[at], grant.Action)
			}
		}
	}
	return used
}

func (r *Report) policy(role *graph.Resource, policy identity.Policy, used map[place][]string) {
	document, err := iampolicy.ParseSimple(policy.Document)
	if err != nil {
		r.doubt(role, fmt.Errorf("read policy %q: %w", policy.ID, err))
		return
	}
	for i, statement := range document.Statements {
		if statement.Effect != iampolicy.Allow {
			continue
		}
		excess := Excess{Role: role.ID, Policy: policy.ID, Statement: i, Sid: statement.Sid}
		excess.compare(statement, used[place{role.ID, policy.ID, i}])
		if len(excess.Actions)+len(excess.Wide) > 0 {
			r.Excess = append(r.Excess, excess)
		}
	}
}

// compare finds the actions of a statement that are not used, and the patterns that are wider than their use.
func (e *Excess) compare(statement iampolicy.Statement, used []string) {
	e.Whole = true
	for _, pattern := range statement.Actions {
		var needed []string
		for _, action := range used {
			if iampolicy.MatchAction(pattern, action) {
				needed = append(needed, action)
			}
		}
		slices.Sort(needed)
		needed = slices.Compact(needed)
		switch {
		case len(needed) == 0:
			e.Actions = append(e.Actions, pattern)
			continue
		case strings.ContainsAny(pattern, "*?"):
			if e.Wide == nil {
				e.Wide = map[string][]string{}
			}
			e.Wide[pattern] = needed
		}
		e.Whole = false
	}
}

func (r *Report) trust(role *graph.Resource) {
	document, err := iampolicy.ParseSimple(role.Text("assumeRolePolicy"))
	if err != nil {
		r.doubt(role, fmt.Errorf("read its trust policy: %w", err))
		return
	}
	for _, s := range document.Statements {
		if s.Effect == iampolicy.Allow {
			r.Trusts = append(r.Trusts, Trust{role.ID, s.Principals, s.Conditions})
		}
	}
}

// String names what to remove from the policy.
func (e Excess) String() string {
	name := fmt.Sprintf("statement %q", e.Sid)
	if e.Sid == "" {
		name = fmt.Sprintf("statement %d", e.Statement+1)
	}
	var parts []string
	switch {
	case e.Whole:
		parts = append(parts, "no check needs it: it allows "+strings.Join(e.Actions, ", "))
	case len(e.Actions) > 0:
		parts = append(parts, "no check needs "+strings.Join(e.Actions, ", "))
	}
	for _, pattern := range slices.Sorted(maps.Keys(e.Wide)) {
		parts = append(parts, fmt.Sprintf("%s is needed only for %s", pattern, strings.Join(e.Wide[pattern], ", ")))
	}
	return fmt.Sprintf("role %s, policy %s, %s: %s", e.Role, e.Policy, name, strings.Join(parts, "; "))
}

// String returns one line, such as "role app: Service ecs-tasks.amazonaws.com, if StringEquals aws:SourceAccount 1".
func (t Trust) String() string {
	var who, conditions []string
	for _, kind := range slices.Sorted(maps.Keys(t.Principals)) {
		who = append(who, kind+" "+strings.Join(t.Principals[kind], ", "))
	}
	for _, operator := range slices.Sorted(maps.Keys(t.Conditions)) {
		for _, key := range slices.Sorted(maps.Keys(t.Conditions[operator])) {
			values := strings.Join(t.Conditions[operator][key], " or ")
			conditions = append(conditions, fmt.Sprintf("%s %s %s", operator, key, values))
		}
	}
	text := fmt.Sprintf("role %s: %s", t.Role, strings.Join(who, "; "))
	if len(conditions) == 0 {
		return text + ", always"
	}
	return text + ", if " + strings.Join(conditions, " and ")
}
