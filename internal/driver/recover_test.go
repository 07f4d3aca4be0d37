package driver

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	urn     = "urn:pulumi:staging::p::aws:ssm/parameter:Parameter::secret"
	pending = `{"urn": "` + urn + `", "custom": true, "inputs": {"name": "a", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}, "__defaults": []}}`
)

// TestSettle resolves pending operations against what the world says a killed run created.
func TestSettle(t *testing.T) {
	t.Parallel()
	adopted := `{"urn": "` + urn + `", "custom": true, "id": "new", "inputs": {"name": "a", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}, "__defaults": []},
 "outputs": {"name": "a", "arn": "arn-new", "value": {
 "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}}}`
	entry := func(rest string) string { return `{"urn": "` + urn + `", ` + rest + `}` }
	old, same := entry(`"id": "old", "outputs": {"arn": "a"}`), entry(`"id": "new", "outputs": {"arn": "arn-new"}`)
	replaced := entry(`"id": "old", "outputs": {"arn": "a"}, "delete": true`)
	room := entry(`"id": "new", "outputs": {"arn": "arn-new"}, "pendingReplacement": true`)
	tests := map[string]struct{ op, before, found, after, says string }{
		"created":    {"creating", "", "new", adopted, "it exists as new, adopted"},
		"nothing":    {"creating", "", "", "", "nothing was created"},
		"known":      {"creating", same, "new", same, "nothing was created"},
		"replacing":  {"creating", old, "new", replaced + "," + adopted, "adopted"},
		"made room":  {"creating", room, "new", adopted, "adopted"},
		"updating":   {"updating", old, "", old, "updating aws:ssm/parameter:Parameter secret: its state is read back"},
		"unimproved": {"reading", old, "", old, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			e := &Engine{log: &syncWriter{w: &log}, Options: Options{
				Project: &Project{},
				Created: func(string, string) (string, map[string]any, error) {
					if test.found == "" {
						return "", nil, nil
					}
					return test.found, map[string]any{"name": "a", "arn": "arn-new"}, nil
				},
			}}
			latest := object{}
			require.NoError(t, json.Unmarshal([]byte(`{"resources": [`+test.before+`],
 "pending_operations": [{"type": "`+test.op+`", "resource": `+pending+`}]}`), &latest))
			stale, err := e.settle(latest)
			require.NoError(t, err)
			require.Equal(t, test.op == "updating", len(stale) == 1)
			require.Contains(t, log.String(), test.says)
			got, err := json.Marshal(latest)
			require.NoError(t, err)
			require.JSONEq(t, `{"resources": [`+test.after+`]}`, string(got))
		})
	}
}
