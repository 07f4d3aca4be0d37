package features

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

var withKey = []string{"--config", "live-beats:kmsKeyArn=" + suite.CustomerKey}

// properties returns one property of every resource of a type, in the order of their ids.
func (p *project) properties(typ, property string) []any {
	var values []any
	for _, o := range p.World().List(typ, "eu-west-2") {
		values = append(values, o.Props[property])
	}
	return values
}

// keyPlan is the plan when kmsKeyArn is set or removed on a staging stack: parameters keep their keys, and no task is
// replaced.
var keyPlan = []string{
	"~ livebeats:index:Secrets live-beats-staging", "~ livebeats:index:EcsCluster live-beats-staging",
	"~ livebeats:index:IamRoles live-beats-staging", "~ livebeats:index:LiveBeatsService live-beats-staging",
	"~ aws:cloudwatch:LogGroup live-beats-staging-exec-logs", "~ aws:cloudwatch:LogGroup live-beats-staging-logs",
	"~ aws:ecs:Cluster live-beats-staging-cluster", "~ aws:iam:RolePolicy live-beats-staging-task-policy",
}

// TestCustomerKey deploys a stack with a key and then removes the key from the config: what was encrypted with it stays
// readable.
func TestCustomerKey(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	on := func(args ...string) suite.Result { return p.Run(append(args, withKey...)...) }
	on("up").Exits(1).Says(`live-beats:kmsKeyArn "` + suite.CustomerKey + `" does not exist in region eu-west-2`)
	p.Run("sandbox", "put-key", suite.CustomerKey).Exits(0)
	on("up").Exits(2).Says("The specified KMS key does not exist or is not allowed to be used with Arn")
	p.PutKey()
	p.Run("sandbox", "drift", suite.CustomerKey, "isEnabled=false").Exits(0)
	on("up").Exits(1).Says("the key's state is Disabled: enable it, or use another key")
	p.Run("sandbox", "drift", suite.CustomerKey, "isEnabled=true").Exits(0)
	on("up").Exits(0)
	on("preview", "--expect-no-changes").Exits(0)
	on("refresh").Exits(0)
	on("preview", "--expect-no-changes").Exits(0)
	parameters := func() []any { return p.properties("aws:ssm/parameter:Parameter", "keyId") }
	require.Equal(t, slices.Repeat([]any{suite.CustomerKey}, 5), parameters())
	require.Equal(t, slices.Repeat([]any{suite.CustomerKey}, 2), p.properties("aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"))
	require.Contains(t, fmt.Sprint(p.properties("aws:ecs/cluster:Cluster", "configuration")), "kmsKeyId:"+suite.CustomerKey)

	require.ElementsMatch(t, keyPlan, p.Run("preview").Exits(0).Plan())
	p.Run("up").Exits(0)
	p.Run("preview", "--expect-no-changes").Exits(0)
	require.Equal(t, slices.Repeat([]any{suite.CustomerKey}, 5), parameters())
	require.Equal(t, []any{nil, nil}, p.properties("aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"))
	p.Run("sandbox", "redeploy", "live-beats-staging").Exits(0)
	p.Run("status").Exits(0)
	p.Run("destroy").Exits(0)
	p.Run("sandbox", "delete", suite.CustomerKey).Exits(0)
	require.True(t, p.World().Empty())
}

// TestCustomerKeyOnALiveStack: the data and the parameters of a live stack keep their keys. A preview reports this for
// the data. A parameter changes its key when a value is put with the new key.
func TestCustomerKeyOnALiveStack(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.PutKey()
	data := []string{
		"--config", `live-beats:database={"mode": "create"}`,
		"--config", `live-beats:uploads={"mode": "efs", "appPatched": true}`,
	}
	on := func(args ...string) suite.Result { return p.Run(append(append(args, withKey...), data...)...).Exits(0) }
	databaseKey := func() any { return p.properties("aws:rds/instance:Instance", "kmsKeyId")[0] }
	filesKey := func() any { return p.properties("aws:efs/fileSystem:FileSystem", "kmsKeyId")[0] }
	p.Run(append([]string{"up"}, data...)...).Exits(0)
	original := databaseKey()

	preview := on("preview")
	require.ElementsMatch(t, append([]string{
		"~ livebeats:index:Database live-beats-staging", "~ livebeats:index:Uploads live-beats-staging",
		"~ aws:iam:RolePolicy live-beats-staging-execution-policy",
	}, keyPlan...), preview.Plan())
	preview.Says("the database keeps the key that it was created with, " + original.(string) + ", and does not use " +
		"kmsKeyArn").
		Says("the file system keeps the key that it was created with")
	on("up")
	on("preview", "--expect-no-changes")
	require.Equal(t, original, databaseKey())
	require.NotEqual(t, suite.CustomerKey, filesKey())
	for _, name := range []string{"release-cookie", "secret-key-base"} {
		p.Run("sandbox", "put-parameter", "/staging/fly-live-beats/"+name, "v", "--key-id", suite.CustomerKey).Exits(0)
	}
	on("up")
	on("refresh")
	on("preview", "--expect-no-changes")
	on("destroy")

	fresh := on("up")
	require.NotContains(t, fresh.Stderr, "keeps the key")
	require.Equal(t, []any{suite.CustomerKey, suite.CustomerKey}, []any{databaseKey(), filesKey()})
	on("preview", "--expect-no-changes")
	on("destroy")
	p.DeleteSnapshots(len(p.World().Snapshots("eu-west-2")))
	p.Run("sandbox", "delete", suite.CustomerKey).Exits(0)
	require.True(t, p.World().Empty())
}
