package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stagingResources is the number of resources in the staging stack, including the stack itself.
const stagingResources = 43

var outputNames = []string{
	"albDnsName", "albZoneId", "clusterName", "consoleCommand", "dnsRecords", "execCommand", "logGroupName", "oauthCallbackUrl",
	"oauthHomepageUrl", "serviceArn", "serviceName", "serviceSecurityGroupId", "taskDefinitionArn", "url",
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	before := p.File("Pulumi.staging.yaml")

	up := p.Run("up", "--json").Exits(0)
	require.Equal(t, map[string]int{"create": stagingResources}, up.Changes())
	var status struct {
		Healthy bool
		Targets []struct{ Health string }
	}
	p.Run("status", "--json").Exits(0).JSON(&status)
	require.True(t, status.Healthy)
	require.Len(t, status.Targets, 2)

	var outputs map[string]any
	p.Run("output", "--json").Exits(0).JSON(&outputs)
	for _, name := range outputNames {
		require.Contains(t, outputs, name)
	}
	require.Len(t, outputs, len(outputNames))
	require.Equal(t, outputs["url"].(string)+"\n", p.Run("output", "url").Exits(0).Stdout)

	unchanged := map[string]int{"same": stagingResources}
	require.Equal(t, unchanged, p.Run("preview", "--expect-no-changes", "--json").Exits(0).Changes())
	require.Equal(t, unchanged, p.Run("refresh", "--json").Exits(0).Changes())
	require.Equal(t, unchanged, p.Run("up", "--json").Exits(0).Changes())
	require.Equal(t, unchanged, p.Run("refresh", "--json").Exits(0).Changes())

	destroyed := p.Run("destroy", "--json").Exits(0)
	require.Equal(t, map[string]int{"delete": stagingResources}, destroyed.Changes())
	require.True(t, p.World().Empty())
	p.Run("status").Exits(2).Says("no service is deployed")
	require.Equal(t, before, p.File("Pulumi.staging.yaml"), "the program must not write the project's files")
}

func TestTwoRunsGiveTheSameWorld(t *testing.T) {
	t.Parallel()
	a, b := newProject(t), newProject(t)
	for _, p := range []*project{a, b} {
		p.Run("up").Exits(0)
	}
	require.Equal(t, a.File(".sandbox/world/world.json"), b.File(".sandbox/world/world.json"))
}

// TestChanges previews one change at a time on a running stack: the plan is exactly what the change needs.
func TestChanges(t *testing.T) {
	t.Parallel()
	alb := "livebeats:index:Alb live-beats-staging"
	service := "livebeats:index:LiveBeatsService live-beats-staging"
	certificate := "live-beats:tls.certificateArn=" +
		"arn:aws:acm:eu-west-2:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"
	tests := map[string]struct {
		config string
		plan   []string
	}{
		"health check": {"live-beats:service.healthCheckPath=/health", []string{
			"~ " + alb, "~ aws:lb:TargetGroup live-beats-staging-tg",
		}},
		"size": {"live-beats:service.cpu=512", []string{
			"~ " + service, "~ aws:ecs:Service live-beats-staging-service",
			"++ aws:ecs:TaskDefinition live-beats-staging-task", "+- aws:ecs:TaskDefinition live-beats-staging-task",
			"-- aws:ecs:TaskDefinition live-beats-staging-task",
		}},
		"count": {"live-beats:service.desiredCount=3", []string{
			"~ " + service, "~ aws:ecs:Service live-beats-staging-service",
		}},
		"https": {certificate, []string{
			"~ livebeats:index:SecurityGroups live-beats-staging", "~ " + alb,
			"+ aws:vpc:SecurityGroupIngressRule live-beats-staging-https-ingress",
			"~ aws:lb:Listener live-beats-staging-http", "+ aws:lb:Listener live-beats-staging-https",
		}},
		"protect": {"live-beats:protect=true", []string{
			"~ " + alb, "~ aws:lb:LoadBalancer live-beats-staging-lb", "~ " + service,
			"~ livebeats:index:EcsCluster live-beats-staging", "~ livebeats:index:Secrets live-beats-staging",
		}},
	}
	p := deployed(t)
	p.Run("sandbox", "put-certificate", strings.Split(certificate, "=")[1], "www.example.com").Exits(0)
	for name, test := range tests {
		preview := p.Run("preview", "--config", test.config).Exits(0)
		got, want := preview.Plan(), test.plan
		slices.Sort(got)
		slices.Sort(want)
		require.Equal(t, want, got, name)
	}
}

// TestPort changes the app's port: everything that refers to it changes together, and the service stays healthy.
func TestPort(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	moved := []string{"--config", "live-beats:service.port=4100"}
	p.Run(append([]string{"up"}, moved...)...).Exits(0)
	p.Run(append([]string{"preview", "--expect-no-changes"}, moved...)...).Exits(0)
}

// TestHttpsOnAndOff switches HTTPS on and off on a running stack.
func TestHttpsOnAndOff(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const certificate = "arn:aws:acm:eu-west-2:123456789012:certificate/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"
	https := []string{
		"--config", "live-beats:host=www.example.com", "--config", "live-beats:tls.certificateArn=" + certificate,
	}
	p.Run("up").Exits(0)
	p.Run(append([]string{"up"}, https...)...).Exits(1).
		Says(`live-beats:tls.certificateArn "` + certificate + `" does not exist in region eu-west-2`)
	p.Run("sandbox", "put-certificate", certificate, "*.example.org").Exits(0)
	p.Run(append([]string{"up"}, https...)...).Exits(1).
		Says(`is for *.example.org, not for the host "www.example.com": browsers would refuse it`)
	p.Run("sandbox", "delete", certificate).Exits(0)
	p.Run("sandbox", "put-certificate", certificate, "*.example.com").Exits(0)
	p.Run(append([]string{"up"}, https...)...).Exits(0)
	require.Equal(t, "https://www.example.com\n", p.Run("output", "url").Stdout)
	require.Equal(t, "https://www.example.com/oauth/callbacks/github\n", p.Run("output", "oauthCallbackUrl").Stdout)
	require.Contains(t, p.Run("output", "dnsRecords").Stdout, `"name":"www.example.com"`)
	p.Run(append([]string{"preview", "--expect-no-changes"}, https...)...).Exits(0)
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
	p.Run("destroy").Exits(0)
	p.Run("sandbox", "delete", certificate).Exits(0)
	require.True(t, p.World().Empty())
}

// TestExistingVpc deploys into an existing VPC and connects to an existing database. The stack owns neither.
func TestExistingVpc(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	w := p.World()
	vpc := w.List("aws:ec2/vpc:Vpc", "eu-west-2")[0].ID
	subnets := w.List("aws:ec2/subnet:Subnet", "eu-west-2")
	var group string
	for _, o := range w.List("aws:ec2/securityGroup:SecurityGroup", "eu-west-2") {
		if o.Props["name"] == "default" {
			group = o.ID
		}
	}
	p.Run("destroy").Exits(0)
	p.Run("preview", "--config", "live-beats:database.mode=existing",
		"--config", "live-beats:database.securityGroupId=sg-0123456789abcdef0").Exits(1).
		Says(`look up live-beats:database.securityGroupId "sg-0123456789abcdef0" in region eu-west-2`)
	p.Run("up",
		"--config", "live-beats:network.mode=existing", "--config", "live-beats:network.vpcId="+vpc,
		"--config", "live-beats:network.publicSubnetIds[0]="+subnets[0].ID,
		"--config", "live-beats:network.publicSubnetIds[1]="+subnets[1].ID,
		"--config", "live-beats:database.mode=existing", "--config", "live-beats:database.securityGroupId="+group,
	).Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// TestTheSandboxIsPrivate: other users of the machine cannot read the world.
func TestTheSandboxIsPrivate(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Run("up").Exits(0)
	info, err := os.Stat(p.Dir + "/.sandbox/world/world.json")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// TestOddDirectory: the project's path may contain characters that are special in URLs and patterns. Nothing is written
// outside of the project.
func TestOddDirectory(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	home, dir := p.TempDir(), filepath.Join(p.TempDir(), "a b#c%d[e]?")
	require.NoError(t, os.Rename(p.Dir, dir))
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	p.Dir, p.Env = dir, append(os.Environ(), "XDG_CACHE_HOME="+cache, "HOME="+home)
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
	written, err := os.ReadDir(home)
	require.NoError(t, err)
	require.Empty(t, written)
}

// TestDrift changes one resource and deletes another outside of Pulumi: refresh finds exactly these two, and the next
// up repairs them.
func TestDrift(t *testing.T) {
	t.Parallel()
	p := deployed(t)
	id := func(typ string) string { return p.World().List(typ, "eu-west-2")[0].ID }
	targets, listener := id("aws:lb/targetGroup:TargetGroup"), id("aws:lb/listener:Listener")

	p.Run("sandbox", "drift", targets, "healthCheck.path=/").Exits(0)
	p.Run("status").Exits(2)
	p.Run("sandbox", "delete", listener).Exits(0)
	require.Equal(t, map[string]int{"update": 1, "delete": 1, "same": stagingResources - 2},
		p.Run("refresh", "--json").Exits(0).Changes())
	p.Run("preview", "--expect-no-changes").Exits(1)
	require.Equal(t, map[string]int{"update": 1, "create": 1, "same": stagingResources - 2},
		p.Run("up", "--json").Exits(0).Changes())
	p.Run("status").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)

	p.Run("sandbox", "drift", targets, "port=1").Exits(1).Says("cannot be changed in place, only by a replacement")
	p.Run("sandbox", "delete", targets).Exits(1).Says("ResourceInUse")
	var found []struct {
		ID    string
		Props map[string]any
	}
	p.Run("sandbox", "describe", targets).Exits(0).JSON(&found)
	require.Len(t, found, 1)
	require.Equal(t, "/signin", found[0].Props["healthCheck"].(map[string]any)["path"])
	require.True(t, json.Valid([]byte(p.Run("sandbox", "describe").Exits(0).Stdout)))
}
