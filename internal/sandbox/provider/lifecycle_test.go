package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestStackIsMadeAndLeavesNothing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.False(t, a.Sandbox.Empty())
	require.NoError(t, a.RemoveAll())
	require.True(t, a.Sandbox.Empty())
	require.NoError(t, a.RemoveAll(), "deleting a resource that no longer exists is not an error")
}

func worldFile(t *testing.T, a *sandboxtest.Account) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(a.Dir, "world", "world.json"))
	require.NoError(t, err)
	return string(data)
}

func TestTwoRunsGiveTheSameWorld(t *testing.T) {
	t.Parallel()
	require.Equal(t, worldFile(t, sandboxtest.Deployed(t, nil)), worldFile(t, sandboxtest.Deployed(t, nil)))
}

func TestPreviewKnowsTheInputsAndChangesNothing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	before := worldFile(t, a)
	unknown := provider.Unknown{}
	id, out, err := a.Create(sandboxtest.SecurityGroup, "urn", provider.Props{
		"name": "web", "vpcId": unknown, "tags": provider.Props{"a": "b"}, "__defaults": []any{},
	}, true)
	require.NoError(t, err)
	require.Empty(t, id)
	require.Equal(t, provider.Props{
		"name": "web", "vpcId": unknown, "tags": provider.Props{"a": "b"},
		"arn": unknown, "ownerId": unknown, "tagsAll": unknown, "egress": unknown, "ingress": unknown,
	}, out)
	_, out, err = a.Create(sandboxtest.SecurityGroup, "urn", provider.Props{"name": "web"}, true)
	require.NoError(t, err)
	require.Equal(t, unknown, out["vpcId"], "AWS fills it in")
	require.Equal(t, before, worldFile(t, a))
}

func TestPreviewOfAnUpdate(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	before := worldFile(t, a)
	r := a.Got("secret")
	preview := func(change provider.Props) provider.Props {
		in, err := a.Changed("secret", change)
		require.NoError(t, err)
		out, err := a.Update(r.Token, r.ID, r.State, in, true)
		require.NoError(t, err)
		return out
	}
	tags := preview(provider.Props{"tags": provider.Props{"a": "b"}})
	require.Equal(t, 1.0, tags["version"], "tags are not part of a revision")
	require.Equal(t, r.State["arn"], tags["arn"])
	require.Equal(t, "Standard", tags["tier"])
	require.Equal(t, provider.Props{"a": "b"}, tags["tagsAll"])
	require.Equal(t, provider.Unknown{}, preview(provider.Props{"value": "new"})["version"])
	require.Equal(t, before, worldFile(t, a))
}

func TestCreatedOutputs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	group := a.Got("back")
	require.Regexp(t, "^sg-[0-9a-f]{17}$", group.ID)
	require.Equal(t, provider.Props{
		"name": "back", "description": "Managed by Pulumi", "vpcId": a.Got("vpc").ID, "revokeRulesOnDelete": false,
		"arn": "arn:aws:ec2:eu-west-2:123456789012:security-group/" + group.ID, "ownerId": "123456789012",
		"tagsAll": nil,
	}, group.State)
	require.Equal(t, "live-beats", a.Got("role").ID)
	require.Equal(t, "arn:aws:iam::123456789012:role/live-beats", a.Got("role").State["arn"])
	require.Equal(t, "live-beats:tasks", a.Got("policy").ID)
	require.Regexp(t, `^live-beats-\d{10}\.eu-west-2\.elb\.amazonaws\.com$`, a.Got("balancer").State["dnsName"])
	require.Equal(t, "live-beats", a.Got("task").ID)
	require.Equal(t, "arn:aws:ecs:eu-west-2:123456789012:task-definition/live-beats:1", a.Got("task").State["arn"])
	require.Equal(t, provider.Props{
		"enabled": true, "healthyThreshold": 3.0, "interval": 30.0, "matcher": "200", "path": "/signin",
		"port": "traffic-port", "protocol": "HTTP", "timeout": 5.0, "unhealthyThreshold": 3.0,
	}, a.Got("targets").State["healthCheck"])
}

func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NotContains(t, worldFile(t, a), sandboxtest.SecretValue)
	in, state, err := a.Refresh("secret")
	require.NoError(t, err)
	require.Equal(t, sandboxtest.SecretValue, state["value"])
	require.Equal(t, a.Got("secret").Inputs, in)

	version, err := a.Sandbox.PutParameter(sandboxtest.Region, "/staging/SECRET", "an operator's value", "")
	require.NoError(t, err)
	require.Equal(t, 2, version)
	require.NotContains(t, worldFile(t, a), "an operator's value")
	in, state, err = a.Refresh("secret")
	require.NoError(t, err)
	require.Equal(t, provider.ChangedOutside, state["value"])
	require.Equal(t, provider.ChangedOutside, in["value"])
	require.Equal(t, 2.0, state["version"])
}

func TestReadAfterNothingHappened(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for _, step := range sandboxtest.Stack() {
		in, state, err := a.Refresh(step.Name)
		require.NoError(t, err)
		require.Equal(t, a.Got(step.Name).Inputs, in, step.Name)
		require.Equal(t, a.Got(step.Name).State, state, step.Name)
		changes, _, err := a.Diff(step.Token, state, in)
		require.NoError(t, err)
		require.Empty(t, changes, "the second up has nothing to do")
	}
}

func TestReadShowsDrift(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	r := a.Got("logs")
	o := a.World.Get(r.Token, a.Region, r.ID)
	o.Props["retentionInDays"], o.Props["tags"] = 1.0, provider.Props{"by": "hand"}
	in, state, err := a.Refresh("logs")
	require.NoError(t, err)
	require.Equal(t, 1.0, state["retentionInDays"])
	require.Equal(t, 1.0, in["retentionInDays"])
	require.Equal(t, provider.Props{"by": "hand"}, in["tags"])

	a.World.Delete(o)
	in, state, err = a.Refresh("logs")
	require.NoError(t, err)
	require.Nil(t, in)
	require.Nil(t, state)
	require.EqualError(t, a.Change("logs", provider.Props{"retentionInDays": 7.0}),
		"ResourceNotFoundException: The specified log group does not exist.")
	require.NoError(t, a.Remove("logs"))
}

func TestPasswordsLiveInTheStateAlone(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	before := worldFile(t, a)
	require.NoError(t, a.Make(sandboxtest.RandomPassword, "key", provider.Props{"length": 20.0}))
	require.Len(t, a.Got("key").State["result"], 20)
	state := a.Got("key").State
	_, again, err := a.Refresh("key")
	require.NoError(t, err)
	require.Equal(t, state, again)
	require.NoError(t, a.Change("key", nil))
	require.Equal(t, state, a.Got("key").State)
	require.NoError(t, a.Remove("key"))
	require.Equal(t, before, worldFile(t, a))
}

func TestWorldOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	again, err := sandbox.Open(a.Dir)
	require.NoError(t, err)
	engine, err := again.Engine(sandboxtest.Region)
	require.NoError(t, err)
	for _, step := range sandboxtest.Stack() {
		r := a.Got(step.Name)
		_, state, err := engine.Read(r.Token, r.ID, r.Inputs, r.State)
		require.NoError(t, err)
		require.Equal(t, r.State, state, step.Name)
	}
}

// A change that cannot be saved has not happened, whatever is read next.
func TestUnsavedChangeIsUndone(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	before := a.World.All()
	dir := filepath.Join(a.Dir, "world")
	moved := dir + "-moved"
	require.NoError(t, os.Rename(dir, moved))
	require.ErrorContains(t, a.Make(sandboxtest.Cluster, "other", provider.Props{"name": "other"}), "write world: ")
	require.ErrorContains(t, a.Change("logs", provider.Props{"retentionInDays": 7.0}), "write world: ")
	require.ErrorContains(t, a.Remove("logs"), "write world: ")
	require.Equal(t, before, a.World.All())
	require.NoError(t, os.Rename(moved, dir))
	require.NoError(t, a.Make(sandboxtest.Cluster, "other", provider.Props{"name": "other"}))
	require.NoError(t, a.Remove("other"))
}

// A change that happened but cannot be recorded exists for Pulumi too.
func TestUnrecordedChangeIsKept(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	events := filepath.Join(a.Dir, "world", "events.jsonl")
	require.NoError(t, os.Mkdir(events, 0o700))
	require.ErrorContains(t, a.Make(sandboxtest.Cluster, "cluster", provider.Props{"name": "c"}), "record event:")
	require.NoError(t, os.Remove(events))
	require.NoError(t, a.Change("cluster", nil))
	require.NoError(t, a.Remove("cluster"))
	require.True(t, a.Sandbox.Empty())
}

// The second load balancer is refused because of its name, after the test file of its access logs was written.
func TestRefusedCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.NoError(t, a.Make("aws:s3/bucketV2:BucketV2", "bucket", provider.Props{"bucket": "logs"}))
	require.NoError(t, a.Make("aws:s3/bucketPolicy:BucketPolicy", "policy", provider.Props{
		"bucket": "$bucket", "policy": `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:PutObject",
			"Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/*"}}`,
	}))
	before := a.World.All()
	require.ErrorContains(t, a.Make(a.Got("balancer").Token, "twin", sandboxtest.With("balancer", provider.Props{
		"accessLogs": provider.Props{"bucket": "logs", "enabled": true},
	})), "DuplicateLoadBalancerName")
	require.Equal(t, before, a.World.All())
	require.NoError(t, a.Remove("policy"))
	require.NoError(t, a.Remove("bucket"), "the bucket is empty")
}
