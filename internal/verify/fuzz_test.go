package verify_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// FuzzState verifies any file. It gives the same report twice, and the resources that it was read into are the same
// after they are saved as a plan and read again.
func FuzzState(f *testing.F) {
	var shop []shopResource
	data, err := os.ReadFile(filepath.Join("testdata", "shop.yaml"))
	require.NoError(f, err)
	require.NoError(f, yaml.Unmarshal(data, &shop))
	for _, r := range shop {
		inputs, err := json.Marshal(r.Props)
		require.NoError(f, err)
		f.Add(`{"deployment": {"resources": [{"urn": "urn:pulumi:s::p::` + r.Type + `::` + r.Name + `", "type": "` + r.Type +
			`", "id": "` + r.ID + `", "outputs": ` + string(inputs) + `}]}}`)
	}
	for _, text := range []string{
		``, `null`, `{"deployment": {"resources": [null]}}`, `{"plan": [null]}`, `{"plan": []}`, `{"deployment": null}`,
		`{"checkpoint": {"latest": {"resources": []}}}`, `{"version": 99, "deployment": []}`, "\x00\xff", `{"plan": [{"urn": "urn:pulumi:`,
		`{"plan": [{"urn": "urn:pulumi:s::p::a::b", "type": "aws:ecs/service:Service", "properties": {"a": [null, {}]}}]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		report, err := verify.State(strings.NewReader(text))
		if err != nil {
			return
		}
		want, err := json.Marshal(report)
		require.NoError(t, err)
		report, err = verify.State(strings.NewReader(text))
		require.NoError(t, err)
		got, err := json.Marshal(report)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))

		resources, err := plan.Export(strings.NewReader(text))
		require.NoError(t, err)
		name := filepath.Join(t.TempDir(), "plan.json")
		require.NoError(t, plan.Save(name, resources))
		saved, err := os.Open(name)
		require.NoError(t, err)
		defer func() { require.NoError(t, saved.Close()) }()
		again, err := plan.Export(saved)
		require.NoError(t, err)
		require.Len(t, again, len(resources))
		for i := range again {
			require.Equal(t, resources[i].URN, again[i].URN)
		}
	})
}
