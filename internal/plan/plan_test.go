package plan_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/plan"
)

// object is plain JSON.
type object = map[string]any

const stack = "urn:pulumi:test::beats::"

func resource(typ, name string, properties object, dependencies map[string][]string) plan.Resource {
	return plan.Resource{
		URN: stack + typ + "::" + name, Type: typ, Region: "eu-west-2", Properties: properties, Dependencies: dependencies,
	}
}

var group = stack + graph.SecurityGroup + "::web"

func TestReferencesToNewResources(t *testing.T) {
	t.Parallel()
	read, err := plan.Read([]plan.Resource{
		resource(graph.SecurityGroup, "web", object{"id": graph.Unknown{}, "name": "web-1", "ingress": graph.Unknown{}}, nil),
		resource(graph.IngressRule, "in", object{"id": graph.Unknown{}, "securityGroupId": graph.Unknown{}, "fromPort": 80.0},
			map[string][]string{"securityGroupId": {group}}),
		resource(graph.LoadBalancer, "lb", object{"securityGroups": []any{graph.Unknown{}}, "dnsName": graph.Unknown{}},
			map[string][]string{"securityGroups": {group}}),
		resource(graph.EgressRule, "out", object{"securityGroupId": graph.Unknown{}}, nil),
	})
	require.NoError(t, err)
	web := read.Graph.All(graph.SecurityGroup)[0]
	require.Equal(t, "security group web", web.ID)
	require.NotContains(t, web.Props, "ingress", "the program did not set it")
	require.Equal(t, group, read.URN(web))
	require.Equal(t, web.ID, read.Graph.All(graph.IngressRule)[0].Text("securityGroupId"))
	balancer := read.Graph.All(graph.LoadBalancer)[0]
	require.Equal(t, []string{web.ID}, balancer.Strings("securityGroups"))
	require.Equal(t, "load balancer lb", balancer.Text("dnsName"))
	require.Empty(t, read.Graph.All(graph.EgressRule)[0].Text("securityGroupId"))
}

func TestAmbiguousReferencesStayUnresolved(t *testing.T) {
	t.Parallel()
	read, err := plan.Read([]plan.Resource{
		resource(graph.SecurityGroup, "web", object{}, nil),
		resource(graph.SecurityGroup, "app", object{}, nil),
		resource(graph.LoadBalancer, "lb", object{"securityGroups": []any{graph.Unknown{}}},
			map[string][]string{"securityGroups": {group, stack + graph.SecurityGroup + "::app"}}),
	})
	require.NoError(t, err)
	require.Equal(t, []string{"load balancer lb: securityGroups"}, read.Unresolved)
}

// TestRouteTablesOfANetwork checks that the subnets' tags decide the kind of a route table. Names do not: here, all of
// them contain the word "private".
func TestRouteTablesOfANetwork(t *testing.T) {
	t.Parallel()
	const network = "awsx:ec2:Vpc"
	component := plan.Resource{
		URN: stack + network + "::x-private-y", Type: network, Parent: stack + "beats:index:Network::network",
	}
	resources := []plan.Resource{component, {
		URN: component.Parent, Type: "beats:index:Network", Properties: object{"subnetTypes": object{"tasks": "Private"}},
	}}
	for _, kind := range []string{"Public", "Private"} {
		name := "x-private-y-" + strings.ToLower(kind) + "-1"
		subnet := resource(graph.Subnet, name, object{"tags": object{"SubnetType": kind}}, nil)
		subnet.URN = stack + network + "$" + graph.Subnet + "::" + name
		table := resource(graph.RouteTable, name, object{}, nil)
		table.URN, table.Parent = stack+network+"$"+graph.Subnet+"$"+graph.RouteTable+"::"+name, subnet.URN
		resources = append(resources, subnet, table)
	}
	read, err := plan.Read(append(resources, resource(graph.VpcEndpoint, "s3",
		object{"routeTableIds": graph.Unknown{}}, map[string][]string{"routeTableIds": {component.URN}})))
	require.NoError(t, err)
	require.Empty(t, read.Unresolved)
	require.Equal(t, []string{"route table x-private-y-private-1"},
		read.Graph.All(graph.VpcEndpoint)[0].Strings("routeTableIds"))
}

// TestPlannedDocuments fills in a document that is unknown as a whole, from the text that its component has recorded.
func TestPlannedDocuments(t *testing.T) {
	t.Parallel()
	file := resource(graph.FileSystem, "files", object{"arn": graph.Unknown{}}, nil)
	policy := resource(graph.RolePolicy, "policy", object{"policy": graph.Unknown{}}, map[string][]string{"policy": {file.URN}})
	policy.Parent = stack + "beats:index:Roles::roles"
	roles := plan.Resource{URN: policy.Parent, Type: "beats:index:Roles", Properties: object{"documents": object{
		"policy": object{"policy": `{"Resource": "arn:aws:pulumi:::${` + file.URN + `}"}`},
	}}}
	read, err := plan.Read([]plan.Resource{file, policy, roles})
	require.NoError(t, err)
	require.JSONEq(t, `{"Resource": "file system files"}`, read.Graph.All(graph.RolePolicy)[0].Text("policy"))
}

func TestSavedPlansHaveNoSecrets(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "plan.json")
	r := resource(graph.Parameter, "p", object{"id": graph.Unknown{}, "name": "/p", "note": "hush"}, nil)
	r.Secrets = []string{"note"}
	require.NoError(t, plan.Save(name, []plan.Resource{r}))
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NotContains(t, string(data), "hush")
	again, err := plan.Export(strings.NewReader(string(data)))
	require.NoError(t, err)
	require.Equal(t, graph.Props{"id": graph.Unknown{}, "name": "/p"}, again[0].Properties)
}

// TestSaveStaysInPlace checks that Save creates no file in the temporary directory. It is not parallel, because it
// changes the environment of the process.
func TestSaveStaysInPlace(t *testing.T) {
	dir, temp, before := t.TempDir(), t.TempDir(), time.Unix(1, 0)
	require.NoError(t, os.Chtimes(temp, before, before))
	t.Setenv("TMPDIR", temp)
	require.NoError(t, plan.Save(filepath.Join(dir, "plan.json"), nil))
	info, err := os.Stat(temp)
	require.NoError(t, err)
	require.Equal(t, before, info.ModTime(), "a file was created there")
}

func TestSaveRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "-", t.TempDir(), os.DevNull} {
		require.ErrorContains(t, plan.Save(name, nil), "save plan as", name)
	}
	device, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	require.False(t, device.Mode().IsRegular(), "it is still there")
}

func TestExport(t *testing.T) {
	t.Parallel()
	provider := object{
		"urn": stack + "pulumi:providers:aws::default", "type": "pulumi:providers:aws", "id": "1",
		"inputs": object{"region": "eu-west-1"},
	}
	parameter := object{
		"urn": stack + graph.Parameter + "::p", "type": graph.Parameter, "id": "/p",
		"provider": stack + "pulumi:providers:aws::default::1",
		"outputs": object{"name": "/p", "value": object{
			"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x",
		}},
	}
	replaced := object{"urn": stack + graph.Parameter + "::old", "type": graph.Parameter, "delete": true}
	text, err := json.Marshal(object{"version": 3, "deployment": object{"resources": []any{provider, parameter, replaced}}})
	require.NoError(t, err)
	resources, err := plan.Export(strings.NewReader(string(text)))
	require.NoError(t, err)
	require.Len(t, resources, 2)
	require.Equal(t, "eu-west-1", resources[1].Region)
	require.Equal(t, graph.Props{"id": "/p", "name": "/p", "value": nil}, resources[1].Properties)

	for _, text := range []string{
		`{"deployment": {"resources": [null]}}`, `{"plan": [{}]}`, `{"deployment": {"resources": [{"urn": "x"}]}}`,
	} {
		_, err = plan.Export(strings.NewReader(text))
		require.ErrorContains(t, err, "resource 0 has the URN", text)
	}
	for text, want := range map[string]string{
		``:                       `the file is empty`,
		`{}`:                     `"deployment" is missing`,
		`null`:                   `"deployment" is missing`,
		`[]`:                     `the file is a JSON array, not an object`,
		`{"deployment": 3}`:      `"deployment" is a JSON number, which it cannot be in a state`,
		`{"deployment": {"reso`:  `unexpected EOF`,
		"\x7fELF":                `invalid character '\x7f' looking for beginning of value`,
		`{"plan": {"a": "urn"}}`: `"plan" is a JSON object, which it cannot be in a state`,
	} {
		_, err = plan.Export(strings.NewReader(text))
		require.EqualError(t, err, "read exported state: "+want+": create the file with pulumi stack export", text)
	}
	_, err = plan.Export(strings.NewReader(`{"version": 5, "deployment": {"resources": []}}`))
	require.EqualError(t, err, "read exported state: it has version 5, this build reads up to 4: update this checkout")
}

// TestEmptyPlan: a plan without resources can be read again.
func TestEmptyPlan(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "plan.json")
	require.NoError(t, plan.Save(name, nil))
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	resources, err := plan.Export(file)
	require.NoError(t, err)
	require.Empty(t, resources)
}
