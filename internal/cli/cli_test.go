package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
)

// deployed is the state of a stack that has a secret output and no service.
const deployed = `{"version": 3, "checkpoint": {"latest": {"resources": [
  {"urn": "urn:pulumi:staging::live-beats::pulumi:pulumi:Stack::s", "type": "pulumi:pulumi:Stack", "outputs": {
    "url": "http://a.example/?a&b", "names": ["a", "b"],
    "token": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}}}]}}}`

const banner = "sandbox: no AWS account is touched"

type outcome struct {
	code           int
	stdout, stderr string
}

func newProject(t *testing.T, state string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Pulumi.yaml"), "name: live-beats\nruntime: go\n")
	write(t, filepath.Join(dir, "Pulumi.staging.yaml"), "config:\n  aws:region: eu-west-2\n")
	if state != "" {
		write(t, filepath.Join(dir, ".sandbox", "state", ".pulumi", "stacks", "live-beats", "staging.json"), state)
	}
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

func run(t *testing.T, dir, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{
		deploy: func(*pulumi.Context) error { return nil },
		stdin:  strings.NewReader(stdin), stdout: &stdout, stderr: &stderr,
	}
	code := a.run(t.Context(), append([]string{"--cwd", dir}, args...))
	return outcome{code, stdout.String(), stderr.String()}
}

func TestRun(t *testing.T) {
	t.Parallel()
	const full = banner + " (stack staging, region eu-west-2, DIR/.sandbox)\n"
	const outputs = "names  [\"a\",\"b\"]\ntoken  [secret]\nurl    http://a.example/?a&b\n"
	tests := map[string]struct {
		args, state string
		want        outcome
	}{
		"unknown verb": {args: "upp", want: outcome{
			1, "",
			"error: unknown command \"upp\" for \"live-beats\"\n\nDid you mean this?\n\tup\n\nsee live-beats --help\n",
		}},
		"unknown flag": {args: "preview --expect-no-change", want: outcome{
			1, "",
			"error: unknown flag: --expect-no-change: did you mean --expect-no-changes?\nsee live-beats preview --help\n",
		}},
		"far flag": {args: "up --zzz", want: outcome{1, "", "error: unknown flag: --zzz\nsee live-beats up --help\n"}},
		"argument too many": {args: "up now", want: outcome{
			1, "",
			"error: unknown command \"now\" for \"live-beats up\"\nsee live-beats up --help\n",
		}},
		"half a verb": {args: "sandbox", want: outcome{
			1, "",
			"error: the sandbox command is missing: must be one of delete, describe, drift, events, fault, image, " +
				"issue-certificate, put-certificate, put-key, put-parameter, put-zone, redeploy, reset, serve\n" +
				"see live-beats sandbox --help\n",
		}},
		"unknown stack": {args: "up --stack prod", want: outcome{
			1, "",
			banner + "\nerror: read stack \"prod\": no Pulumi.prod.yaml in \"DIR\": its stacks are staging\n",
		}},
		"bad override": {args: "up -c region", want: outcome{
			1, "",
			banner + "\nerror: override config \"region\": must be KEY=VALUE\n",
		}},
		"status of nothing": {args: "status", want: outcome{
			2, "",
			full + "error: read status of stack \"staging\": no service is deployed: run up first\n",
		}},
		"output of nothing": {args: "output", want: outcome{
			1, "",
			full + "error: read outputs of stack \"staging\": nothing is deployed: run up first\n",
		}},
		"outputs":      {args: "output", state: deployed, want: outcome{0, outputs, full}},
		"output":       {args: "output url", state: deployed, want: outcome{0, "http://a.example/?a&b\n", full}},
		"list output":  {args: "output names", state: deployed, want: outcome{0, "[\"a\",\"b\"]\n", full}},
		"JSON output":  {args: "output url --json", state: deployed, want: outcome{0, "\"http://a.example/?a&b\"\n", full}},
		"JSON outputs": {args: "output --json", state: deployed, want: outcome{0, jsonOutputs, full}},
		"misspelt output": {args: "output urll", state: deployed, want: outcome{
			1, "",
			full + "error: read output \"urll\": no such output: did you mean \"url\"?\n",
		}},
		"unknown output": {args: "output arn", state: deployed, want: outcome{
			1, "",
			full + "error: read output \"arn\": no such output: the outputs are names, token, url\n",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newProject(t, test.state)
			test.want.stderr = strings.ReplaceAll(test.want.stderr, "DIR", dir)
			require.Equal(t, test.want, run(t, dir, "", strings.Fields(test.args)...))
		})
	}
}

const jsonOutputs = `{
  "names": [
    "a",
    "b"
  ],
  "token": "[secret]",
  "url": "http://a.example/?a&b"
}
`

func TestBadConfigCreatesNothing(t *testing.T) {
	t.Parallel()
	dir := newProject(t, "")
	got := run(t, dir, "", "up", "-c", "service.cpu=255")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "error: config of stack \"staging\" is not valid:\n")
	require.Contains(t, got.stderr, "\n  live-beats:service.cpu is 255")
	require.NoDirExists(t, filepath.Join(dir, ".sandbox"))
}

func TestRefusesWhileAnotherRuns(t *testing.T) {
	t.Parallel()
	dir := newProject(t, deployed)
	lock, err := driver.Acquire(filepath.Join(dir, ".sandbox"), "up")
	require.NoError(t, err)
	for _, args := range [][]string{{"sandbox", "reset"}, {"sandbox", "put-parameter", "/a", "b"}} {
		got := run(t, dir, "", args...)
		require.Equal(t, 1, got.code)
		require.Contains(t, got.stderr, fmt.Sprintf("another run holds the lock (up, process %d)", os.Getpid()))
	}
	require.Equal(t, 0, run(t, dir, "", "output", "url").code)
	require.NoError(t, lock.Release())
}

func TestReset(t *testing.T) {
	t.Parallel()
	dir := newProject(t, deployed)
	require.Equal(t, 0, run(t, dir, "", "sandbox", "reset").code)
	require.NoDirExists(t, filepath.Join(dir, ".sandbox", "state"))
	require.Equal(t, 1, run(t, dir, "", "output").code)
}

func TestPutParameter(t *testing.T) {
	t.Parallel()
	dir := newProject(t, "")
	first := run(t, dir, "", "sandbox", "put-parameter", "/staging/a", "one")
	require.Equal(t, "/staging/a is now at version 1\n", first.stdout)
	second := run(t, dir, "two\n", "sandbox", "put-parameter", "/staging/a", "-", "--json")
	require.Equal(t, "{\n  \"name\": \"/staging/a\",\n  \"version\": 2\n}\n", second.stdout)
}

func TestHelp(t *testing.T) {
	t.Parallel()
	got := run(t, t.TempDir(), "", "--help")
	require.Empty(t, got.stderr)
	require.Equal(t, 0, got.code)
	require.Contains(t, got.stdout, "no account is touched")
}
