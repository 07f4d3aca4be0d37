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

// TestMutations breaks one thing at a time in the plan of a first preview, of which most ids are unknown: the proofs
// find exactly that. Then it breaks the same in the deployed sandbox and starts new tasks, which fail as they would
// on AWS, or do not where AWS would say nothing.
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

			report := judge(t, saved, nil)
			require.Empty(t, report.Refuted())
			require.Empty(t, report.Undecided())
			for _, m := range mutations {
				if m.stack == stack {
					t.Run(m.name(), func(t *testing.T) {
						t.Parallel()
						findings := m.findings(judge(t, saved, &m))
						require.Len(t, findings, 1, "%+v", causes(findings))
						require.Equal(t, m.finds, findings[0].Breaks()[0], findings[0].Cause)
						require.Contains(t, findings[0].Cause, m.because)
						require.Equal(t, m.open, findings[0].Proofs[0].Fix == "")
						m.deploy(t, p, options.stack)
					})
				}
			}
		})
	}
}

// mutated are the stacks that things are broken in.
var mutated = map[string]struct {
	stack  string
	config []string
}{
	"staging":    {"staging", nil},
	"production": {"production", nil},
	"endpoints": {"production", []string{
		"-c", "network.natGateways=none", "-c", "network.endpoints=true", "-c", "network.placement=private",
		"-c", "githubSignIn=false",
	}},
}

// mutation is one thing that is broken.
type mutation struct {
	stack string
	// typ and resource name the resource: by its token and the end of its logical name, after the stack's.
	typ, resource string
	// One of these is what is done to it: it is gone, a property (a dotted path) has another value, or a document of its
	// has another text. Something that is looked up has no name: the first of its type that has the property is meant.
	gone     bool
	set      string
	to       any
	old, new string
	// finds is the first question that is refuted, because of what.
	finds, because string
	// open: whether it is there cannot be told, as it may be somebody else's.
	open bool
	// symptom is in the status of the service after a new deployment; empty where AWS says nothing.
	symptom string
}

func (m mutation) name() string {
	return strings.Join([]string{m.typ[strings.LastIndex(m.typ, ":")+1:], m.resource, m.set, m.old}, " ")
}

// findings are what was found of the kind that is expected; of the other kind there must be none.
func (m mutation) findings(report *verify.Report) []proof.Finding {
	if m.open {
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

// judge reads a saved plan, breaks it and judges it.
func judge(t *testing.T, saved []byte, m *mutation) *verify.Report {
	t.Helper()
	resources, err := plan.Export(bytes.NewReader(saved))
	require.NoError(t, err)
	if m != nil {
		resources = m.plan(t, resources)
	}
	report, err := verify.Resources(resources)
	require.NoError(t, err)
	return report
}

// plan breaks the resources of a plan.
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
		require.FailNow(t, "no such resource in the plan")
	}
	if m.gone {
		return slices.Delete(resources, i, i+1)
	}
	if m.change(resources[i].Properties) {
		return resources
	}
	for _, r := range resources { // The document is unknown, and its component has recorded what it will be.
		if r.URN == resources[i].Parent &&
			m.change(r.Properties.Object(recorded.Documents).Object(plan.Name(resources[i].URN))) {
			return resources
		}
	}
	require.FailNow(t, "nothing to change in "+resources[i].URN)
	return nil
}

// change breaks the properties of a resource; false if they do not have what is to be changed.
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

// one as a new value leaves the first item of a list.
const one = "one"

// deploy breaks the same in a copy of the deployed sandbox, and starts new tasks.
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
		case m.gone:
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
			require.NoError(t, err, "AWS says nothing")
			require.True(t, status.Healthy())
			return
		}
		require.Contains(t, strings.ReplaceAll(string(text), `\"`, `"`)+fmt.Sprint(err), m.symptom)
		return
	}
	require.FailNow(t, "not in the sandbox: "+id)
}

// id is the id of the resource in the deployed stack; none for one that is not the stack's.
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
