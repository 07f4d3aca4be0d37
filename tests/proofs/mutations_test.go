package proofs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/recorded"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/verify"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestMutations breaks one thing at a time in the plan of a first preview, in which most ids are unknown: the checks
// find exactly that. Then it makes the same change in the deployed sandbox and starts new tasks. They fail as they
// would on AWS, or they start where AWS would report no error. Of legal variants they find nothing.
func TestMutations(t *testing.T) {
	t.Parallel()
	for stack, options := range mutated {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			p := suite.New(t)
			args := append([]string{"--stack", options.stack}, options.config...)
			file := filepath.Join(p.Dir, "plan.json")
			p.Run(append([]string{"preview", "--save-plan", file}, args...)...).Exits(0)
			saved, err := os.ReadFile(file)
			require.NoError(t, err)
			p.Run(append([]string{"up"}, args...)...).Exits(0)

			report := evaluate(t, saved, nil)
			require.Empty(t, report.Refuted())
			// Without a database of its own, staging tells only that its tasks may leave for one.
			undecided := causes(report.Undecided())
			if stack == "staging" {
				require.Len(t, undecided, 1)
				require.Contains(t, undecided[0], "database: database of live-beats: is not in the stack")
			} else {
				require.Empty(t, undecided)
			}
			for _, m := range legalVariants {
				if m.stack == stack {
					t.Run("legal "+m.name(), func(t *testing.T) {
						t.Parallel()
						report := evaluate(t, saved, &m)
						require.Empty(t, causes(report.Refuted()))
						require.Equal(t, undecided, causes(report.Undecided()))
						m.deploy(t, p, options.stack)
					})
				}
			}
			for _, m := range mutations {
				if m.stack == stack {
					t.Run(m.name(), func(t *testing.T) {
						t.Parallel()
						findings := slices.DeleteFunc(m.findings(evaluate(t, saved, &m)), func(f proof.Finding) bool {
							return slices.Contains(undecided, causes([]proof.Finding{f})[0])
						})
						require.Len(t, findings, 1, "%+v", causes(findings))
						require.Equal(t, m.check, findings[0].Breaks()[0], findings[0].Cause)
						require.Contains(t, findings[0].Cause, m.cause)
						require.Equal(t, m.undecided, findings[0].Proofs[0].Fix == "")
						if !m.unordered && !m.onlyNew {
							m.deploy(t, p, options.stack)
						}
					})
				}
			}
		})
	}
}

// mutated are the deployments that the mutations apply to, by name: the stack, and arguments with further config.
var mutated = map[string]struct {
	stack  string
	config []string
}{
	"staging":    {"staging", nil},
	"production": {"production", nil},
	"endpoints": {"production", []string{
		"-c", "network.natGateways=none", "-c", "network.endpoints=true", "-c", "network.placement=private",
		"-c", "githubSignIn=false", "-c", "uploads.mode=none",
	}},
}

// mutation is one change that breaks a deployment.
type mutation struct {
	stack string
	// typ and resource identify the resource: its type token, and its logical name without the stack's prefix.
	typ, resource string
	// One of these changes is made: the resource is deleted, a property (set, a dotted path) gets the value to, or the
	// text old in one of its documents becomes new. A resource that is only looked up has no logical name: then the first
	// one of its type with the property is changed.
	deleted  bool
	set      string
	to       any
	old, new string
	// unordered: nothing waits for the resource any more.
	unordered bool
	// onlyNew: AWS applies the rule when it creates the resource, so that it does not show in one that exists.
	onlyNew bool
	// check is the first check that the change violates. cause is part of the reported cause.
	check, cause string
	// undecided: the check cannot decide whether the resource exists, because something outside of the stack may own it.
	undecided bool
	// symptom is part of the service's status after a new deployment. It is empty where AWS reports no error.
	symptom string
}

func (m mutation) name() string {
	return strings.Join([]string{m.typ[strings.LastIndex(m.typ, ":")+1:], m.resource, m.set, m.old, fmt.Sprint(m.unordered)}, " ")
}

// findings returns everything that the checks found, the expected kind (violations, or undecided checks) first. There
// must be none of the other kind.
func (m mutation) findings(report *verify.Report) []proof.Finding {
	if m.undecided {
		return append(report.Undecided(), report.Refuted()...)
	}
	return append(report.Refuted(), report.Undecided()...)
}

func causes(findings []proof.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, strings.Join(f.Breaks(), ",")+": "+f.Cause)
	}
	return all
}

// evaluate reads a saved plan, applies m to it unless m is nil, and runs the checks.
func evaluate(t *testing.T, saved []byte, m *mutation) *verify.Report {
	t.Helper()
	resources, err := plan.Export(bytes.NewReader(saved))
	require.NoError(t, err)
	if m != nil {
		resources = m.plan(t, resources)
	}
	return judge(t, resources)
}

// plan returns the resources of a plan with the mutation.
func (m mutation) plan(t *testing.T, resources []plan.Resource) []plan.Resource {
	t.Helper()
	i := slices.IndexFunc(resources, func(r plan.Resource) bool {
		return r.Type == m.typ && strings.HasSuffix(r.URN, "-"+m.resource)
	})
	if i < 0 {
		for _, r := range resources {
			for _, o := range r.Properties.Objects(recorded.Existing) {
				if o.Text("type") == m.typ && m.change(o.Object("properties")) {
					return resources
				}
			}
		}
		require.FailNow(t, "the plan does not have the resource")
	}
	if m.deleted {
		return slices.Delete(resources, i, i+1)
	}
	if m.unordered {
		isIt := func(urn string) bool { return urn == resources[i].URN }
		for _, r := range resources {
			copy(r.DependsOn, append(slices.DeleteFunc(slices.Clone(r.DependsOn), isIt), ""))
			for property, urns := range r.Dependencies {
				r.Dependencies[property] = slices.DeleteFunc(urns, isIt)
			}
		}
		return resources
	}
	if m.change(resources[i].Properties) {
		return resources
	}
	for _, r := range resources { // The document is unknown, but its component has recorded what it will be.
		if r.URN == resources[i].Parent &&
			m.change(r.Properties.Object(recorded.Documents).Object(plan.Name(resources[i].URN))) {
			return resources
		}
	}
	require.FailNow(t, "nothing to change in "+resources[i].URN)
	return nil
}

// change applies the mutation to the properties of a resource. It returns false if they lack what is to be changed.
func (m mutation) change(props graph.Props) bool {
	if m.old != "" {
		for name, v := range props {
			if text, ok := v.(string); ok && strings.Contains(text, m.old) {
				props[name] = strings.ReplaceAll(text, m.old, m.new)
				return true
			}
		}
		return false
	}
	path := strings.Split(m.set, ".")
	for _, name := range path[:len(path)-1] {
		if list := props.Objects(name); list != nil {
			props = list[0]
		} else {
			props = props.Object(name)
		}
	}
	if props == nil {
		return false
	}
	last := path[len(path)-1]
	if list, ok := props[last].([]any); ok && m.to == one {
		props[last] = list[:1]
		return true
	}
	props[last] = m.to
	return true
}

// one, as the value of mutation.to, keeps only the first item of a list.
const one = "one"

// deploy applies the mutation to a copy of the deployed sandbox, starts new tasks and asserts the symptom.
func (m mutation) deploy(t *testing.T, p *suite.Project, stack string) {
	t.Helper()
	const region = "eu-west-2"
	dir := filepath.Join(t.TempDir(), ".sandbox")
	require.NoError(t, os.CopyFS(filepath.Join(dir, "world"), os.DirFS(filepath.Join(p.Dir, ".sandbox", "world"))))
	w, err := sandbox.Open(dir)
	require.NoError(t, err)
	id := m.id(p, stack)
	for _, o := range w.All() {
		switch {
		case o.Type != m.typ || id != "" && o.ID != id && o.Props["arn"] != id && o.Props["family"] != id:
			continue
		case m.deleted:
			w.Delete(o)
		default:
			if !m.change(graph.Props(o.Props)) {
				continue
			}
		}
		service := w.List(graph.Service, region)[0]
		err := w.Redeploy(region, service.ID)
		status, statusErr := w.Status(region, w.List(graph.Cluster, region)[0].Props["name"].(string),
			service.Props["name"].(string))
		require.NoError(t, statusErr)
		text, jsonErr := json.Marshal(status)
		require.NoError(t, jsonErr)
		if m.symptom == "" {
			require.NoError(t, err, "AWS reports no error")
			require.True(t, status.Healthy())
			return
		}
		require.Contains(t, strings.ReplaceAll(string(text), `\"`, `"`)+fmt.Sprint(err), m.symptom)
		return
	}
	require.FailNow(t, "not in the sandbox: "+id)
}

// id returns the resource's id in the deployed stack, or "" if the stack does not own the resource.
func (m mutation) id(p *suite.Project, stack string) string {
	p.Helper()
	var file struct {
		Deployment struct {
			Resources []struct{ URN, Type, ID string }
		}
	}
	data := p.File(filepath.Join(".sandbox", "state", "live-beats", stack+".json"))
	require.NoError(p, json.Unmarshal([]byte(data), &file))
	for _, r := range file.Deployment.Resources {
		if r.Type == m.typ && strings.HasSuffix(r.URN, "-"+m.resource) {
			return r.ID
		}
	}
	return ""
}
