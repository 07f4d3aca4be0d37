package driver

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/status"
)

const stateFile = `{"version": 3, "deployment": {
  "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
  "resources": [
    {"urn": "urn:pulumi:staging::live-beats::pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack",
     "outputs": {"url": "http://a.example", "list": [{"name": "a"}],
       "nested": [{"token": {
         "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}}]}},
    {"urn": "urn:pulumi:staging::live-beats::aws:ecs/service:Service::old", "type": "aws:ecs/service:Service",
     "delete": true, "outputs": {"cluster": "arn:aws:ecs:eu-west-2:1:cluster/old", "name": "old"}},
    {"urn": "urn:pulumi:staging::live-beats::aws:ecs/service:Service::new", "type": "aws:ecs/service:Service",
     "id": "arn:aws:ecs:eu-west-2:1:service/web/live-beats",
     "outputs": {"cluster": "arn:aws:ecs:eu-west-2:1:cluster/web", "name": "live-beats"}}
  ],
  "pending_operations": [{"resource": {"urn": "urn:pulumi:staging::live-beats::a:b:C::d", "type": "a:b:C"},
    "type": "creating"}]
}}`

func TestReadState(t *testing.T) {
	t.Parallel()
	p := load(t, newDir(t, map[string]string{
		"Pulumi.yaml":         "name: live-beats\nruntime: go\n",
		"Pulumi.staging.yaml": stagingFile,
		filepath.Join(".sandbox", "state", "live-beats", "staging.json"): stateFile,
	}))
	state, err := ReadState(p)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"url":    "http://a.example",
		"list":   []any{map[string]any{"name": "a"}},
		"nested": []any{map[string]any{"token": "[secret]"}},
	}, state.Outputs())
	service, ok := state.Service()
	require.True(t, ok)
	require.Equal(t, status.Service{Region: "eu-west-2", Cluster: "web", Name: "live-beats"}, service)
}

func TestReadStateOfNothing(t *testing.T) {
	t.Parallel()
	state, err := ReadState(load(t, newProject(t, stagingFile)))
	require.NoError(t, err)
	require.Nil(t, state.Outputs())
	_, ok := state.Service()
	require.False(t, ok)
}
