package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// Each benchmark measures two or more programs in the same run. Read the ratios: absolute times vary with the machine.
//
//	go test -run '^$' -bench . .
//
// There are two more benchmarks. The one in internal/sandbox/provider measures a provider call with 100, 1,000 and
// 5,000 resources in the sandbox. The one in internal/driver measures what a resource costs the engine.

// newEngine returns an engine for the staging stack, with its own sandbox.
func newEngine(tb testing.TB, program pulumi.RunFunc) *driver.Engine {
	tb.Helper()
	dir := tb.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.staging.yaml"} {
		data, err := os.ReadFile(name)
		require.NoError(tb, err)
		require.NoError(tb, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	project, err := driver.Load(dir, "staging", nil)
	require.NoError(tb, err)
	world, err := sandbox.Open(project.Sandbox())
	require.NoError(tb, err)
	engine, err := driver.New(driver.Options{
		Project: project, Program: program, Providers: world.Providers, API: world.API, Created: world.Created,
		Log: io.Discard,
	})
	require.NoError(tb, err)
	return engine
}

// stagingResources is the number of resources in staging, without the stack resource itself.
const stagingResources = 42

// empty declares nothing, so that only the engine's own time is measured.
func empty(*pulumi.Context) error { return nil }

// trivial returns a program that declares resources without references to each other.
func trivial(count int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for i := range count {
			name := fmt.Sprint("trivial-", i)
			in := pulumi.Map{"name": pulumi.String("/" + name), "type": pulumi.String("String"), "value": pulumi.String("x")}
			var parameter pulumi.CustomResourceState
			if err := ctx.RegisterResource("aws:ssm/parameter:Parameter", name, in, &parameter); err != nil {
				return err
			}
		}
		return nil
	}
}

// measure adds the time that a call takes to total.
func measure(b *testing.B, total *time.Duration, call func() error) {
	b.Helper()
	start := time.Now()
	require.NoError(b, call())
	*total += time.Since(start)
}

// BenchmarkPreview measures previews without changes: of staging without and with policies, of as many trivial
// resources, and of an empty program.
func BenchmarkPreview(b *testing.B) {
	bare, plain, deployed := newEngine(b, empty), newEngine(b, trivial(stagingResources)), newEngine(b, deploy)
	for _, engine := range []*driver.Engine{bare, plain, deployed} {
		_, err := engine.Up(b.Context(), driver.UpOptions{SkipPolicies: true})
		require.NoError(b, err)
	}
	var engineOnly, others, staging, withPolicies time.Duration
	preview := func(engine *driver.Engine, options driver.PreviewOptions) func() error {
		return func() error {
			_, err := engine.Preview(b.Context(), options)
			return err
		}
	}
	for b.Loop() {
		measure(b, &engineOnly, preview(bare, driver.PreviewOptions{SkipPolicies: true}))
		measure(b, &others, preview(plain, driver.PreviewOptions{SkipPolicies: true}))
		measure(b, &staging, preview(deployed, driver.PreviewOptions{SkipPolicies: true}))
		measure(b, &withPolicies, preview(deployed, driver.PreviewOptions{}))
	}
	b.ReportMetric(staging.Seconds()/engineOnly.Seconds(), "staging/empty")
	b.ReportMetric(withPolicies.Seconds()/staging.Seconds(), "policies/none")
	b.ReportMetric(staging.Seconds()/others.Seconds(), "staging/trivial")
}

// BenchmarkUp measures the first deployment of staging, with policies, and of as many trivial resources.
func BenchmarkUp(b *testing.B) {
	var staging, others time.Duration
	up := func(engine *driver.Engine, options driver.UpOptions) func() error {
		return func() error {
			changes, err := engine.Up(b.Context(), options)
			require.Equal(b, driver.Changes{"create": stagingResources + 1}, changes)
			return err
		}
	}
	for b.Loop() {
		b.StopTimer()
		stack, plain := newEngine(b, deploy), newEngine(b, trivial(stagingResources))
		b.StartTimer()
		measure(b, &staging, up(stack, driver.UpOptions{}))
		measure(b, &others, up(plain, driver.UpOptions{SkipPolicies: true}))
	}
	b.ReportMetric(staging.Seconds()/others.Seconds(), "staging/trivial")
	b.ReportMetric((staging-others).Seconds()/float64(b.N), "seconds-more")
}

// BenchmarkServices deploys services that share a cluster and a load balancer. It reports time and memory per service.
func BenchmarkServices(b *testing.B) {
	for _, count := range []int{1, 10, 50, 100} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			var allocated uint64
			for b.Loop() {
				b.StopTimer()
				engine := newEngine(b, services(count))
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				b.StartTimer()
				_, err := engine.Up(b.Context(), driver.UpOptions{SkipPolicies: true})
				require.NoError(b, err)
				runtime.ReadMemStats(&after)
				allocated += after.TotalAlloc - before.TotalAlloc
			}
			each := float64(b.N * count)
			b.ReportMetric(b.Elapsed().Seconds()*1000/each, "ms/service")
			b.ReportMetric(float64(allocated)/(1<<20)/each, "MB-allocated/service")
		})
	}
}

func services(count int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		account, err := components.LookUpAccount(ctx)
		if err != nil {
			return err
		}
		network, err := components.NewNetwork(ctx, "s", nil)
		if err != nil {
			return err
		}
		cluster, err := components.NewEcsCluster(ctx, "s", nil)
		if err != nil {
			return err
		}
		groups, err := components.NewSecurityGroups(ctx, "s", &components.SecurityGroupsArgs{
			VpcId: network.VpcId, ContainerPort: 4000, DistributionPorts: components.PortRange{Min: 9100, Max: 9115},
		})
		if err != nil {
			return err
		}
		alb, err := components.NewAlb(ctx, "s", &components.AlbArgs{
			VpcId: network.VpcId, SubnetIds: network.PublicSubnetIds, SecurityGroupId: groups.LoadBalancerSecurityGroupId,
			TargetPort: 4000, HealthCheckPath: pulumi.String("/signin"),
		})
		if err != nil {
			return err
		}
		secrets, err := components.NewSecrets(ctx, "s", &components.SecretsArgs{Account: account, Paths: map[string]string{
			"SECRET_KEY_BASE": "/s/key", "DATABASE_URL": "/s/url", "LIVE_BEATS_GITHUB_CLIENT_ID": "/s/id",
			"LIVE_BEATS_GITHUB_CLIENT_SECRET": "/s/secret", "RELEASE_COOKIE": "/s/cookie",
		}})
		if err != nil {
			return err
		}
		const image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest"
		roles, err := components.NewIamRoles(ctx, "s", &components.IamRolesArgs{
			Account: account, ClusterName: cluster.ClusterName, LogGroupName: pulumi.String("/ecs/*"),
			Parameters: secrets.Parameters(), Image: pulumi.String(image),
		})
		if err != nil {
			return err
		}
		for i := range count {
			_, err := components.NewLiveBeatsService(ctx, fmt.Sprint("s", i), &components.LiveBeatsServiceArgs{
				Account: account, ClusterName: cluster.ClusterName, ClusterArn: cluster.ClusterArn,
				LogGroupName: pulumi.String(fmt.Sprint("/ecs/s", i)),
				SubnetIds:    network.TaskSubnetIds, SecurityGroupId: groups.ServiceSecurityGroupId,
				AssignPublicIp: network.AssignPublicIp, Target: alb.Target(),
				ExecutionRoleArn: roles.ExecutionRoleArn, TaskRoleArn: roles.TaskRoleArn, Image: pulumi.String(image),
				Host: pulumi.String("beats.example.com"), Parameters: secrets.Parameters(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
}
