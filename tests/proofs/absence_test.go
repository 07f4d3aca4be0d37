package proofs

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/verify"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestAbsenceIsNotKnowledge takes resources, types and properties away from states of deployed stacks, one at a time,
// as if another stack or account had them, or as if the model did not read them. No verdict may turn into its opposite.
func TestAbsenceIsNotKnowledge(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "production"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			p := suite.New(t)
			p.Run("up", "--stack", stack).Exits(0)
			state, err := os.ReadFile(filepath.Join(p.Dir, ".sandbox", "state", "live-beats", stack+".json"))
			require.NoError(t, err)
			tried := 0
			for name, base := range variants(t, state, stack) {
				before := verdicts(t, base.resources)
				for change, resources := range absences(base) {
					tried++
					for check, verdict := range verdicts(t, resources) {
						if opposite(before[check], verdict) {
							t.Errorf("%s, %s: %s was %s and is %s", name, change, check, before[check], verdict)
						}
					}
				}
			}
			t.Logf("%d mutations of %s", tried, stack)
		})
	}
}

// wrongStates is how many states with something wrong are tried, each for another check.
const wrongStates = 5

func opposite(a, b awsmodel.Verdict) bool {
	return a == awsmodel.Proven && b == awsmodel.Refuted || a == awsmodel.Refuted && b == awsmodel.Proven
}

// variant is a state, and the property in which it differs from a good one: taking that away makes it good.
type variant struct {
	resources []plan.Resource
	set       string
}

// variants are a good state, and some in which one thing is wrong.
func variants(t *testing.T, state []byte, stack string) map[string]variant {
	t.Helper()
	read := func() []plan.Resource {
		resources, err := plan.Export(strings.NewReader(string(state)))
		require.NoError(t, err)
		return resources
	}
	all := map[string]variant{"good": {resources: read()}}
	kinds := map[string]bool{}
	for _, m := range mutations {
		if m.stack != stack || m.undecided || kinds[m.check] || len(kinds) == wrongStates {
			continue
		}
		kinds[m.check] = true
		resources := read()
		i := slices.IndexFunc(resources, func(r plan.Resource) bool {
			return r.Type == m.typ && strings.HasSuffix(r.URN, "-"+m.resource)
		})
		switch {
		case i < 0:
			continue
		case m.deleted:
			resources = slices.Delete(resources, i, i+1)
		case !m.change(resources[i].Properties):
			continue
		}
		all[m.name()] = variant{resources, m.set}
	}
	return all
}

// granted are the types of which a missing one is knowledge, because what they belong to is in the state: a state that
// has a security group has its rules, one that has a role its policies, one that has a route table its routes.
var granted = []string{
	graph.IngressRule, graph.EgressRule, graph.SecurityGroupRule, graph.RolePolicy, graph.PolicyAttachment, graph.Route,
	graph.RouteTableAssociation, graph.Listener, graph.MountTarget, graph.FileSystemPol, graph.VpcEndpoint,
	graph.AccessPoint, graph.ScalingTarget,
}

// absences are all ways to take something away.
func absences(base variant) map[string][]plan.Resource {
	resources := base.resources
	all := map[string][]plan.Resource{}
	for i, r := range resources {
		if !strings.HasPrefix(r.Type, "aws:") {
			continue
		}
		with := func(edit func(*plan.Resource)) []plan.Resource {
			copied := slices.Clone(resources)
			edit(&copied[i])
			return copied
		}
		name := r.Type + " " + plan.Name(r.URN)
		if !slices.Contains(granted, r.Type) {
			all["without "+name] = slices.Delete(slices.Clone(resources), i, i+1)
		}
		all[name+" of a type that is not read"] = with(func(r *plan.Resource) { r.Type += "V9" })
		for property := range r.Properties {
			// The id stands apart from the properties in a state.
			if property == "id" || property == base.set {
				continue
			}
			all[fmt.Sprintf("%s without %s", name, property)] = with(func(r *plan.Resource) {
				r.Properties = maps.Clone(r.Properties)
				delete(r.Properties, property)
			})
		}
	}
	return all
}

func verdicts(t *testing.T, resources []plan.Resource) map[string]awsmodel.Verdict {
	t.Helper()
	report, err := verify.Resources(resources)
	require.NoError(t, err)
	all := map[string]awsmodel.Verdict{}
	for _, p := range report.Proofs {
		all[p.ID] = p.Verdict
	}
	return all
}
