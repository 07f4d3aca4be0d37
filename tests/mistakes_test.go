package tests

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestBadConfig sets one wrong value at a time: the error names its key, and nothing is created.
func TestBadConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ config, says string }{
		"size":           {"live-beats:service.memory=3000", "live-beats:service.memory"},
		"path":           {"live-beats:secrets.DATABASE_URL=no good", "live-beats:secrets.DATABASE_URL"},
		"unknown key":    {"live-beats:hots=www.example.com", `did you mean`},
		"unknown field":  {"live-beats:service.desiredCuont=1", "desiredCount"},
		"negative count": {"live-beats:service.desiredCount=-1", "live-beats:service.desiredCount"},
		"port":           {"live-beats:service.port=70000", "live-beats:service.port"},
		"one subnet": {
			`live-beats:network={"mode":"existing","vpcId":"vpc-0a1b2c3d","publicSubnetIds":["subnet-0a1b2c3d"]}`,
			"live-beats:network.publicSubnetIds",
		},
		"certificate": {
			"live-beats:tls.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1",
			"live-beats:tls.certificateArn",
		},
		"image":  {"live-beats:image=", "live-beats:image"},
		"region": {"aws:region=", "aws:region"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			r := p.Run("up", "--config", test.config).Exits(1).Says(test.says)
			require.Len(t, strings.Split(strings.TrimSpace(r.Stderr), "\n"), 3, "exactly one problem: %s", r.Stderr)
			require.NoFileExists(t, filepath.Join(p.Dir, ".sandbox/world/world.json"))
		})
	}
}

// TestAllProblemsAtOnce reports every mistake in one run.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Run("up", "--config", "live-beats:service.port=0", "--config", "live-beats:image=", "--config", "live-beats:x=1").
		Exits(1).Says("live-beats:service.port").Says("live-beats:image").Says("live-beats:x")
}

func TestBadSandbox(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(p *project)
		says    string
	}{
		"newer version": {
			func(p *project) {
				require.NoError(p, os.MkdirAll(filepath.Join(p.Dir, ".sandbox/world"), 0o700))
				p.write(".sandbox/world/world.json", `{"version": 1000}`)
			}, "written by a newer version",
		},
		"not a directory":   {func(p *project) { p.write(".sandbox", "") }, ".sandbox"},
		"no stack file":     {func(p *project) { require.NoError(p, os.Remove(p.Dir+"/Pulumi.staging.yaml")) }, "Pulumi.staging.yaml"},
		"held by another":   {func(p *project) { p.lockSandbox() }, "another run holds the lock (up, process"},
		"unreadable config": {func(p *project) { p.write("Pulumi.staging.yaml", "config: [") }, "Pulumi.staging.yaml"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			test.prepare(p)
			p.Run("up").Exits(1).Says(test.says)
		})
	}
}

func (p *project) write(name, text string) {
	p.Helper()
	require.NoError(p, os.WriteFile(filepath.Join(p.Dir, name), []byte(text), 0o600))
}

// lockSandbox holds the sandbox's lock until the test ends, as a running command does.
func (p *project) lockSandbox() {
	p.Helper()
	lock, err := driver.Acquire(filepath.Join(p.Dir, ".sandbox"), "up")
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, lock.Release()) })
}

func TestResetWhileAnotherRuns(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.lockSandbox()
	p.Run("sandbox", "reset").Exits(1).Says("another run holds the lock (up, process")
}

// TestReset: after a reset the sandbox is empty, and the next preview creates everything.
func TestReset(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	p.Run("sandbox", "reset").Exits(0)
	require.True(t, p.World().Empty())
	require.Equal(t, map[string]int{"create": stagingResources}, p.Run("preview", "--json").Exits(0).Changes())
}

// TestInterrupt interrupts a running up, as a terminal does. The engine must receive the interrupt only once, because a
// second one means to end at once. The next up continues from there. A machine under load may deliver the interrupt
// only after the up has ended: then the test tries again.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for range 5 {
		p := newProject(t)
		printed, tooLate := p.interruptedUp()
		if tooLate {
			continue
		}
		require.Equal(t, 1, strings.Count(printed, "finishing the operations in progress"), printed)
		p.Run("up").Exits(0)
		p.Run("preview", "--expect-no-changes").Exits(0)
		p.Run("destroy").Exits(0)
		require.True(t, p.World().Empty())
		return
	}
	require.Fail(t, "each up ended before it was interrupted")
}

// interruptedUp interrupts an up once it has created a parameter. It returns what the up printed after that, and
// whether the interrupt was too late: up succeeded, or its process had ended.
func (p *project) interruptedUp() (printed string, tooLate bool) {
	p.Helper()
	cmd := p.Command("up")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := cmd.StderrPipe()
	require.NoError(p, err)
	require.NoError(p, cmd.Start())
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "aws:ssm:Parameter") && strings.Contains(lines.Text(), "created") {
			break
		}
	}
	signalled := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
	var rest strings.Builder
	for lines.Scan() {
		rest.WriteString(lines.Text() + "\n")
	}
	return rest.String(), cmd.Wait() == nil || signalled != nil
}

// TestNothingInstalled: up needs no other program and no environment variables.
func TestNothingInstalled(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Env = []string{}
	p.Run("up").Exits(0)
}

// TestForeignEnvironment: the Pulumi and AWS settings in a user's environment do not reach the engine.
func TestForeignEnvironment(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Env = append(p.Env, "PULUMI_CONFIG=nonsense", "PULUMI_SKIP_CHECKPOINTS=true", "PULUMI_EXPERIMENTAL=true",
		"PULUMI_DEBUG_PROVIDERS=nonsense", "PULUMI_CONFIG_PASSPHRASE=theirs", "AWS_REGION=us-east-1", "AWS_PROFILE=theirs")
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
}

// TestDeletedRule deletes a security group rule outside of Pulumi: the load balancer no longer reaches the running
// service, and after a refresh the next up creates the rule again.
func TestDeletedRule(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	var rule string
	for _, o := range p.World().List("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "eu-west-2") {
		if o.Props["description"] == "Load balancer to the application, and its health checks" {
			rule = o.ID
		}
	}
	p.Run("sandbox", "delete", rule).Exits(0)
	require.Contains(t, p.Run("status").Exits(2).Stdout, "Request timed out")
	p.Run("refresh").Exits(0)
	p.Run("up").Exits(0)
	p.Run("status").Exits(0)
}

// TestNoArguments: without arguments the program prints its help. Only with an engine's environment variables does it
// run as a Pulumi program.
func TestNoArguments(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), suite.Binary).CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(output), "Available Commands:")
	cmd := exec.CommandContext(t.Context(), suite.Binary)
	cmd.Env = []string{"PULUMI_MONITOR=127.0.0.1:1", "PULUMI_ENGINE=127.0.0.1:1"}
	output, err = cmd.CombinedOutput()
	require.Error(t, err)
	require.NotContains(t, string(output), "Available Commands:")
}
