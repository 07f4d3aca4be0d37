package types

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// recorded is a resource in the state of a stack.
type recorded struct {
	URN, ID, Type   string
	Custom          bool
	Inputs, Outputs props
}

func (r recorded) name() string { return r.URN[strings.LastIndex(r.URN, "::")+2:] }

// state returns the resources in the state that providers have created, without the providers themselves.
func (d *deployment) state() []recorded {
	d.Helper()
	files := &suite.Project{T: d.T, Dir: d.Project.Dir}
	data := files.File(filepath.Join(".sandbox/state", d.Project.Name(), d.Project.Stack+".json"))
	var file struct {
		Deployment struct{ Resources []recorded }
	}
	require.NoError(d, json.Unmarshal([]byte(data), &file))
	var found []recorded
	for _, r := range file.Deployment.Resources {
		if r.Custom && !strings.HasPrefix(r.Type, "pulumi:") {
			found = append(found, r)
		}
	}
	return found
}

// importIDs returns the ids by which the real provider imports the resources.
func (a *account) importIDs(resources []recorded) []string {
	a.Helper()
	engine, err := a.Engine(region)
	require.NoError(a, err)
	ids := make([]string, len(resources))
	for i, r := range resources {
		ids[i] = r.ID
		key := engine.Table[r.Type].Key
		for _, o := range a.List(r.Type, region) {
			if o.ID == r.ID || key != "" && o.Props[key] == r.Outputs[key] {
				ids[i] = engine.ImportID(o)
			}
		}
	}
	return ids
}

// importProgram returns a program that imports resources with the inputs that another state has for them.
func (a *account) importProgram(resources ...recorded) pulumi.RunFunc {
	a.Helper()
	ids, secrets := a.importIDs(resources), maps.Clone(knownSecrets)
	for _, r := range resources {
		if endpoint, ok := r.Outputs["endpoint"].(string); ok {
			secrets["DATABASE_URL"] = databaseURL(endpoint)
		}
	}
	return func(ctx *pulumi.Context) error {
		for i, r := range resources {
			in := pulumi.Map{}
			for name, v := range r.Inputs {
				in[name] = pulumi.Any(v)
			}
			delete(in, "__defaults")
			for _, name := range []string{"password", "value"} {
				if in[name] != nil {
					in[name] = pulumi.ToSecret(pulumi.String(secrets[r.name()]))
				}
			}
			if err := ctx.RegisterResource(r.Type, r.name(), in, &resource{}, pulumi.Import(pulumi.ID(ids[i]))); err != nil {
				return err
			}
		}
		return nil
	}
}

// knownSecrets are the values that importProgram sets for secrets, because they are encrypted in the state. All are the
// deployed values, except for SECRET_KEY_BASE.
var knownSecrets = map[string]secret{
	"database": dbPassword, "LIVE_BEATS_GITHUB_CLIENT_ID": clientID, "LIVE_BEATS_GITHUB_CLIENT_SECRET": clientSecret,
	"SECRET_KEY_BASE": "another",
}
