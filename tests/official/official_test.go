//go:build official

package official

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// cli is the official CLI with its own backend, attached to a served sandbox.
type cli struct {
	*suite.Project
	t *testing.T
}

func attach(t *testing.T) *cli {
	t.Helper()
	_, err := exec.LookPath("pulumi")
	require.NoError(t, err, "install the Pulumi CLI first")
	served := suite.New(t)
	serve := served.Command("sandbox", "serve", "--json")
	stdout, err := serve.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, serve.Start())
	t.Cleanup(func() { _ = serve.Wait() }) // The test's context has stopped it.
	var environment map[string]string
	require.NoError(t, json.NewDecoder(stdout).Decode(&environment))
	c := &cli{suite.New(t), t}
	project := filepath.Join(c.Dir, "Pulumi.yaml")
	text := strings.Replace(c.File("Pulumi.yaml"), "runtime: go\n",
		"runtime: {name: go, options: {binary: "+suite.Binary+"}}\n", 1)
	require.NoError(t, os.WriteFile(project, []byte(text), 0o600))
	c.Env = append(os.Environ(), "PULUMI_BACKEND_URL=file://"+t.TempDir(), "PULUMI_CONFIG_PASSPHRASE=correct horse",
		"PULUMI_SKIP_UPDATE_CHECK=true")
	for name, value := range environment {
		c.Env = append(c.Env, name+"="+value)
	}
	c.run("stack", "init", "staging")
	return c
}

// run runs the official CLI and asserts that it succeeds.
func (c *cli) run(args ...string) suite.Result {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "pulumi", append(args, "--non-interactive", "--color", "never")...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(c.t, cmd.Run(), "pulumi %s\n%s\n%s", strings.Join(args, " "), &stdout, &stderr)
	return suite.Result{T: c.t, Stdout: stdout.String(), Stderr: stdout.String()}
}

// requireSamePlan asserts that two plans have the same steps, in any order.
func requireSamePlan(t *testing.T, official, ours suite.Result) {
	t.Helper()
	want, got := official.Plan(), ours.Plan()
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got)
}

// TestPlans: the first plan and the plan of a change have the same steps as the official CLI's. After the change there
// is nothing left to do.
func TestPlans(t *testing.T) {
	t.Parallel()
	official, ours := attach(t), suite.New(t)
	first := ours.Run("preview").Exits(0)
	require.Greater(t, len(first.Plan()), 20)
	requireSamePlan(t, official.run("preview"), first)

	official.run("up", "--yes")
	ours.Run("up").Exits(0)
	official.run("config", "set", "--path", "service.cpu", "512")
	change := ours.Run("preview", "--config", "service.cpu=512").Exits(0)
	require.NotEmpty(t, change.Plan())
	requireSamePlan(t, official.run("preview"), change)
	official.run("up", "--yes")
	official.run("preview", "--expect-no-changes")
	official.run("refresh", "--yes", "--expect-no-changes")
	official.run("destroy", "--yes")
}

// TestPolicyPack: the official CLI runs the policy pack's executable, which stops a plan that would fail on AWS.
func TestPolicyPack(t *testing.T) {
	t.Parallel()
	official := attach(t)
	root, err := suite.Root()
	require.NoError(t, err)
	pack := filepath.Join(t.TempDir(), "policy")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", pack, "./policy")
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	official.run("preview", "--policy-pack", pack)
	official.run("config", "set", "--path", "service.healthCheckPath", "/")
	cmd := exec.CommandContext(t.Context(), "pulumi", "preview", "--policy-pack", pack, "--non-interactive", "--color", "never")
	cmd.Dir, cmd.Env = official.Dir, official.Env
	out, err = cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "Health checks failed")
}

// TestStates: the official CLI imports this program's state, and this program verifies the official CLI's state.
func TestStates(t *testing.T) {
	t.Parallel()
	official, ours := attach(t), suite.Deployed(t)
	official.run("up", "--yes")
	exported := filepath.Join(t.TempDir(), "state.json")
	official.run("stack", "export", "--file", exported)
	ours.Run("verify", "--state", exported).Exits(0)

	state := filepath.Join(ours.Dir, ".sandbox", "state", "live-beats", "staging.json")
	official.Env = append(official.Env, "PULUMI_CONFIG_PASSPHRASE="+ours.File(".sandbox/passphrase"))
	official.run("stack", "init", "imported")
	require.NoError(t, os.Rename(filepath.Join(official.Dir, "Pulumi.staging.yaml"), filepath.Join(official.Dir, "Pulumi.imported.yaml")))
	official.run("stack", "import", "--file", state, "--force") // Its URNs name the other stack.
	require.Contains(t, official.run("stack", "--show-urns").Stdout, "aws:ecs/service:Service")
}
