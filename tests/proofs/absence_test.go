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

// TestAbsenceIsNotKnowledge takes resources, types and properties away from states of deployed stacks, one at a time, as
// if another stack or account had them, or as if the model did not read them. No verdict may turn into its opposite.
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
				before := verdicts(t, base)
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

func opposite(a, b awsmodel.Verdict) bool {
	return a == awsmodel.Proven && b == awsmodel.Refuted || a == awsmodel.Refuted && b == awsmodel.Proven
}

// variants are a good state, and some in which one thing is wrong.
func variants(t *testing.T, state []byte, stack string) map[string][]plan.Resource {
	t.Helper()
	read := func() []plan.Resource {
		resources, err := plan.Export(strings.NewReader(string(state)))
		require.NoError(t, err)
		return resources
	}
	all := map[string][]plan.Resource{"good": read()}
	kinds := map[string]bool{}
	for _, m := range mutations {
		if m.stack != stack || m.open || kinds[m.finds] {
			continue
		}
		kinds[m.finds] = true
		resources := read()
		i := slices.IndexFunc(resources, func(r plan.Resource) bool {
			return r.Type == m.typ && strings.HasSuffix(r.URN, "-"+m.resource)
		})
		switch {
		case i < 0:
			continue
		case m.gone:
			resources = slices.Delete(resources, i, i+1)
		case !m.change(resources[i].Properties):
			continue
		}
		all[m.name()] = resources
	}
	return all
}

// granted are the types of which a missing one is knowledge, because what they belong to is in the state: a state that has
// a security group has its rules, one that has a role its policies, one that has a route table its routes.
var granted = []string{
	graph.IngressRule, graph.EgressRule, graph.SecurityGroupRule, graph.RolePolicy, graph.PolicyAttachment, graph.Route,
	graph.RouteTableAssociation, graph.Listener, graph.MountTarget, graph.FileSystemPol, graph.VpcEndpoint,
	graph.AccessPoint, graph.ScalingTarget,
}

// absences are all ways to take something away.
func absences(resources []plan.Resource) map[string][]plan.Resource {
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
			if property == "id" { // Apart from the properties in a state.
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
